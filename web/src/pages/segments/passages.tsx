import { Anchor, Badge, Loader, Text, Title } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "wouter";

import type { Passage } from "../../api/client";
import { segmentHistory } from "../../api/queries";
import { Further } from "../../parts/further";
import { Moment } from "../../parts/moment";
import { Panel } from "../../parts/page";
import { Problem } from "../../parts/problem";
import css from "./segments.module.css";

const CAUSES: Record<Exclude<Passage["cause"], "event">, string> = {
  request: "by a change of the contact",
  time: "as time passed",
  definition: "as the segment was computed",
};

/** Who entered and left, latest first, each with its cause. */
export function Passages({ id }: { id: number }) {
  const list = useInfiniteQuery(segmentHistory(id));
  const { data, error, refetch } = list;
  return (
    <Panel label="Entered and left">
      <Title order={2} fz={16} mb="sm">
        Entered and left
      </Title>
      {error && !data && <Problem error={error} retry={() => void refetch()} />}
      {!data && !error && <Loader aria-label="Loading" />}
      {data && <Rows entries={data.pages.flatMap((page) => page.entries)} />}
      <Further of={list} />
    </Panel>
  );
}

function Rows({ entries }: { entries: Passage[] }) {
  if (entries.length === 0) return <Text c="dimmed">Nobody entered or left yet.</Text>;
  return (
    <div className={css.rows} tabIndex={0} role="region" aria-label="Who entered and left">
      <ul>
        {entries.map((entry) => (
          <li key={`${entry.position} ${entry.at} ${entry.contact_id}`}>
            <div>
              <Badge color={entry.entered ? "green" : "gray"} mr={8}>
                {entry.entered ? "Entered" : "Left"}
              </Badge>
              <Anchor component={Link} href={`/contacts/${entry.contact_id}`}>
                {entry.label}
              </Anchor>
            </div>
            <span>
              <Moment text={entry.at} />{" "}
              <Cause entry={entry} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Cause({ entry: { cause, position, contact_id: contact } }: { entry: Passage }) {
  if (cause !== "event") return CAUSES[cause];
  return (
    <>
      by{" "}
      <Anchor
        component={Link}
        href={`/events/${position}?contact=${contact}`}
        fz="inherit"
        underline="always"
      >
        the event at position {position.toLocaleString()}
      </Anchor>
    </>
  );
}
