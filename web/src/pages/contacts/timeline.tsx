import { Anchor, Badge, Loader, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "wouter";

import type { TimelineEntry } from "../../api/client";
import { timeline } from "../../api/queries";
import { said } from "../../parts/differences";
import { Further } from "../../parts/further";
import { Moment } from "../../parts/moment";
import { Problem } from "../../parts/problem";
import { Cause } from "./cause";
import css from "./contacts.module.css";

/** All that happened to a contact: events, changes with their causes, segments. */
export function Timeline({ id }: { id: number }) {
  const list = useInfiniteQuery(timeline(id));
  const { data, error, refetch } = list;
  if (error && !data) return <Problem error={error} retry={() => void refetch()} />;
  if (!data) return <Loader m="xl" aria-label="Loading" />;
  const entries = data.pages.flatMap((page) => page.entries);
  if (entries.length === 0) return <Text c="dimmed">Nothing happened yet.</Text>;
  return (
    <div className={css.timeline} tabIndex={0} role="region" aria-label="Timeline">
      <ol>
        {entries.map((entry) => (
          <li
            key={`${entry.kind} ${entry.position} ${entry.segment_id ?? ""} ${entry.at}`}
            data-kind={entry.kind}
          >
            <Moment text={entry.at} />
            <div>
              <Entry entry={entry} id={id} />
            </div>
          </li>
        ))}
      </ol>
      <Further of={list} />
    </div>
  );
}

function Entry({ entry, id }: { entry: TimelineEntry; id: number }) {
  switch (entry.kind) {
    case "event":
      return (
        <>
          <Anchor component={Link} href={`/events/${entry.position}?contact=${id}`} fw={600}>
            {entry.name}
          </Anchor>
          {entry.properties && entry.properties !== "{}" && (
            <div className={css.properties}>{entry.properties}</div>
          )}
        </>
      );
    case "changes":
      return (
        <>
          {entry.changes?.map((change) => (
            <div key={`${change.what} ${change.name}`}>{said(change)}</div>
          ))}
          <Cause cause={entry.cause} position={entry.position} contactId={id} />
        </>
      );
    case "segment":
      return (
        <>
          <Badge color={entry.entered ? "green" : "gray"}>
            {entry.entered ? "Entered" : "Left"}
          </Badge>{" "}
          segment{" "}
          <Anchor
            component={Link}
            href={`/segments/${entry.segment_id}?contact=${id}`}
            fw={600}
            underline="always"
          >
            {entry.name || entry.segment_id}
          </Anchor>
          <Cause cause={entry.cause} position={entry.position} contactId={id} />
        </>
      );
  }
}
