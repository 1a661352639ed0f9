import { ActionIcon, Alert, Badge, Loader, Text, Title } from "@mantine/core";
import { lazy, type ReactNode, Suspense, useEffect, useRef } from "react";

import type { LiveRefusal } from "../../api/client";
import { CopyIcon } from "../../parts/copy";
import { Icon } from "../../parts/icons";
import { Moment } from "../../parts/moment";
import { useTitle } from "../../parts/page";
import events from "../events/events.module.css";

const RawText = lazy(() => import("../../parts/raw-text"));

/** What is known of a refused request: why, from whom, and its very body. */
export function RefusalPanel({ refused, close }: { refused: LiveRefusal; close: () => void }) {
  const panel = useRef<HTMLElement>(null);
  useTitle("Refused request");
  useEffect(() => panel.current?.focus(), []);
  return (
    <aside
      ref={panel}
      className={events.panel}
      aria-label="Refused request"
      tabIndex={-1}
      onKeyDown={(pressed) => pressed.key === "Escape" && close()}
    >
      <div className={events.panelHead}>
        <Title order={2} fz={19} flex={1}>
          Refused request
        </Title>
        <Badge color="red" size="lg">
          {refused.status}
        </Badge>
        <ActionIcon variant="subtle" color="gray" aria-label="Close the request" onClick={close}>
          <Icon name="close" />
        </ActionIcon>
      </div>
      <div className={events.panelBody}>
        <Alert color="red" mb="md" title={refused.code}>
          {refused.message}
        </Alert>
        <dl className={events.facts}>
          <Fact name="Sent to">{refused.path}</Fact>
          <Fact name="Refused">
            <Moment text={refused.received_at} />
          </Fact>
          <Fact name="Request">
            <span className="mono">{refused.request_id}</span>
            <CopyIcon text={refused.request_id} what="request id" />
          </Fact>
          <Fact name="Key">{refused.key_name || "none that is valid"}</Fact>
          <Fact name="Client">{refused.client || "not named"}</Fact>
          <Fact name="Size">{refused.size.toLocaleString()} bytes</Fact>
        </dl>
        <Title order={3} fz={14} mt="lg" mb="sm">
          Body
        </Title>
        {refused.body ? (
          <Suspense fallback={<Loader aria-label="Loading" />}>
            <RawText text={refused.body} label="Body of the request, as received" />
          </Suspense>
        ) : (
          <Text c="dimmed">It was empty, or not read.</Text>
        )}
      </div>
    </aside>
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
