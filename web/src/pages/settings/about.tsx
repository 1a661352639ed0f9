import { Anchor, Loader } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { about } from "../../api/queries";
import { CopyIcon } from "../../parts/copy";
import { Moment } from "../../parts/moment";
import { Panel } from "../../parts/page";
import { Problem } from "../../parts/problem";
import events from "../events/events.module.css";

/** Which Footfall this is. */
export function About() {
  const { data, error, refetch } = useQuery(about);
  if (error) return <Problem error={error} retry={() => void refetch()} />;
  if (!data) return <Loader aria-label="Loading" />;
  return (
    <Panel label="About this server">
      <dl className={events.facts}>
        <Fact name="Footfall">{data.version}</Fact>
        <Fact name="Python">{data.python}</Fact>
        <Fact name="Account">
          <span className="mono">{data.account_id}</span>
          <CopyIcon text={data.account_id} what="account id" />
        </Fact>
        <Fact name="Since"><Moment text={data.created_at} /></Fact>
        <Fact name="API">
          <Anchor href="/openapi.json">/openapi.json</Anchor>
        </Fact>
        <Fact name="Metrics">
          <Anchor href="/metrics">/metrics</Anchor>
        </Fact>
      </dl>
    </Panel>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
