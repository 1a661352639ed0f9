import { Anchor, Text } from "@mantine/core";
import { Link } from "wouter";

import type { JournaledEvent } from "../../api/client";
import { said } from "../../parts/differences";
import css from "./events.module.css";

/** What the event changed of its contact, and which segments the contact entered or left by it. */
export function Caused({ event }: { event: JournaledEvent }) {
  const { changes, passages, contact } = event;
  if (changes.length === 0 && passages.length === 0) {
    return <Text c="dimmed">It changed nothing of the contact.</Text>;
  }
  return (
    <>
      <ul className={css.caused}>
        {changes.map((change) => (
          <li key={`${change.what} ${change.name}`}>{said(change)}</li>
        ))}
        {passages.map(({ segment_id, name, entered }) => (
          <li key={segment_id}>
            {entered ? "Entered" : "Left"} the segment{" "}
            <Anchor
              component={Link}
              href={`/segments/${segment_id}?contact=${contact?.id ?? ""}`}
              fw={600}
              underline="always"
            >
              {name || segment_id}
            </Anchor>
          </li>
        ))}
      </ul>
      {contact && (
        <Anchor component={Link} href={`/contacts/${contact.id}`} size="sm">
          All that happened to {contact.label}
        </Anchor>
      )}
    </>
  );
}
