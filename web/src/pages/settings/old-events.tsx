import { Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { oldEvents } from "../../api/queries";
import { CodeBlock } from "../../parts/code";
import { Moment } from "../../parts/moment";
import { NumberField } from "../../parts/number-field";
import { Problem } from "../../parts/problem";
import { shown } from "../../parts/when";

const TWO_YEARS = 730;
const MAX_DAYS = 36_500;
const PAUSE_MILLISECONDS = 300;

/** How many events are older than the reader wants to keep them, and what makes them go. */
export function OldEvents() {
  const [days, setDays] = useState<number | null>(TWO_YEARS);
  const [settled] = useDebouncedValue(days, PAUSE_MILLISECONDS);
  const wrong = !isAge(days);
  return (
    <>
      <Text mb="sm">
        Nothing goes by its age on its own. Events that were received more than so many days ago are
        forgotten by a command, with the server stopped. Contacts stay, with all that these events
        said of them.
      </Text>
      <NumberField
        label="Days to keep events"
        error={wrong && `A whole number from 1 to ${MAX_DAYS.toLocaleString()}`}
        maw={240}
        mb="sm"
        value={days}
        change={setDays}
      />
      {isAge(settled) && <Count days={settled} />}
      {!wrong && (
        <CodeBlock what="forget command" text={`footfall forget --older-than ${String(days)} --data ./data`} />
      )}
    </>
  );
}

function Count({ days }: { days: number }) {
  const { data, error, refetch } = useQuery(oldEvents(days));
  if (error) return <Problem error={error} retry={() => void refetch()} />;
  return (
    <Text mb="sm" aria-live="polite">
      {!data && "Counting…"}
      {data && !data.first_received_at && `No event was received before ${shown(data.before)}.`}
      {data?.first_received_at && (
        <>
          <strong>{data.count.toLocaleString()}</strong> {data.count === 1 ? "event was" : "events were"}{" "}
          received before <Moment text={data.before} />, the first on{" "}
          <Moment text={data.first_received_at} />.
        </>
      )}
    </Text>
  );
}

function isAge(days: number | null): days is number {
  return days !== null && Number.isInteger(days) && days >= 1 && days <= MAX_DAYS;
}
