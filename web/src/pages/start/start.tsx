import { Loader, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { newest } from "../../api/queries";
import { CopyLine } from "../../parts/code";
import { Page, Panel } from "../../parts/page";
import { Problem } from "../../parts/problem";
import { everything } from "../events/filter";
import { Arrival } from "./arrival";
import { Calls } from "./calls";
import { LatestRefusal } from "./latest-refusal";
import { NewKey } from "./new-key";
import { Numbers } from "./numbers";
import css from "./start.module.css";

const WHILE_WAITING = 1_000;
const AFTERWARDS = 5_000;

/** From nothing to the first event on the screen. */
export default function Start() {
  const [secret, setSecret] = useState("");
  const { data, error } = useQuery({
    ...newest(everything, WHILE_WAITING),
    refetchInterval: (query) => (query.state.data?.count ? AFTERWARDS : WHILE_WAITING),
  });
  const received = data?.count ?? 0;
  return (
    <Page
      title={data ? (received ? "Events are coming in" : "Send your first event") : "Start"}
      about="Footfall speaks Brevo's Events API: an existing client only needs another base URL."
    >
      {error && <Problem error={error} />}
      {data ? <Arrival page={data} /> : !error && <Loader aria-label="Loading" />}
      {data?.count === 0 && <LatestRefusal />}
      {received > 0 && <Numbers />}
      {received > 0 && (
        <Title order={2} fz={16} mt="xl" mb="sm">
          Connect another client
        </Title>
      )}
      {(data || error) && <Steps secret={secret} setSecret={setSecret} done={received > 0} />}
    </Page>
  );
}

interface StepsProps {
  secret: string;
  setSecret: (secret: string) => void;
  done: boolean;
}

/** What a client needs, in order; shown once what stands above is known, so that nothing jumps. */
function Steps({ secret, setSecret, done }: StepsProps) {
  return (
    <ol className={css.steps}>
      <Step number={1} title="Base URL">
        <Text c="dimmed" mb="xs">
          Where clients send to. An official client takes it with <code>/v3</code> at its end.
        </Text>
        <CopyLine text={`${location.origin}/v3`} what="base URL" />
      </Step>
      <Step number={2} title="API key">
        <NewKey secret={secret} setSecret={setSecret} />
      </Step>
      <Step number={3} title="Send an event" done={done}>
        <Calls secret={secret} />
      </Step>
    </ol>
  );
}

interface StepProps {
  number: number;
  title: string;
  done?: boolean;
  children: React.ReactNode;
}

function Step({ number, title, done = false, children }: StepProps) {
  return (
    <li className={css.step}>
      <Panel>
        <h2 className={css.title}>
          <span className={css.number} data-done={done || undefined} aria-hidden>
            {done ? "✓" : number}
          </span>
          {title}
        </h2>
        {children}
      </Panel>
    </li>
  );
}
