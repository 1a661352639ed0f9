import { Anchor, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "wouter";

import type { CausedDelivery, JournaledEvent } from "../../api/client";
import { said } from "../../parts/differences";
import { Moment } from "../../parts/moment";
import { useUser } from "../../shell/user";
import css from "./events.module.css";

/**
 * What the event changed of its contact, which segments the contact entered or left by it, and which
 * webhooks were told of that.
 */
export function Caused({ event }: { event: JournaledEvent }) {
  const { changes, passages, deliveries, contact } = event;
  if (changes.length === 0 && passages.length === 0) {
    return <Text c="dimmed">It changed nothing of the contact.</Text>;
  }
  const names = new Map(passages.map(({ segment_id, name }) => [segment_id, name]));
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
        {deliveries.map((delivery) => (
          <li key={`webhook ${delivery.webhook_id} ${delivery.segment_id}`}>
            <Told delivery={delivery} segment={names.get(delivery.segment_id) ?? ""} />
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

/** Whether a webhook was told of a segment that was entered or left. */
function Told({ delivery, segment }: { delivery: CausedDelivery; segment: string }) {
  const { webhook_id: id, entered, state, attempts, at, status, problem } = delivery;
  const isAdmin = useUser().role === "admin";
  const webhook = isAdmin ? (
    <Anchor component={Link} href={`/settings/webhooks/${id}`} fw={600} underline="always">
      Webhook {id}
    </Anchor>
  ) : (
    `Webhook ${id}`
  );
  const what = `that ${segment || "the segment"} was ${entered ? "entered" : "left"}`;
  switch (state) {
    case "taken":
      return (
        <>
          {webhook} was told {what}
          <Aside>
            answered {status}
            {at && <> on <Moment text={at} /></>}
          </Aside>
        </>
      );
    case "waiting":
      return (
        <>
          {webhook} is to be told {what}
          {attempts > 0 && (
            <Aside>
              {problem}; {at && <>again on <Moment text={at} /></>}
            </Aside>
          )}
        </>
      );
    case "parked":
      return (
        <>
          {webhook} was not told {what}
          <Aside>
            {problem}; parked after {attempts} attempts
          </Aside>
        </>
      );
  }
}

function Aside({ children }: { children: ReactNode }) {
  return (
    <Text fz={12.5} c="dimmed">
      {children}
    </Text>
  );
}
