import { ActionIcon, Alert, Anchor, Badge, Loader, Tabs, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useEffect, useRef } from "react";
import { Link } from "wouter";

import type { JournaledEvent } from "../../api/client";
import { event as eventQuery } from "../../api/queries";
import { CopyIcon } from "../../parts/copy";
import { Icon } from "../../parts/icons";
import { JsonTree } from "../../parts/json-tree";
import { Moment } from "../../parts/moment";
import { useTitle } from "../../parts/page";
import { Problem } from "../../parts/problem";
import { ago, shown } from "../../parts/when";
import { useUser } from "../../shell/user";
import { Caused } from "./caused";
import { CopyAs } from "./copy-as";
import css from "./events.module.css";
import { sameValue } from "./same-value";
import { SendAgain } from "./send-again";

const RawText = lazy(() => import("../../parts/raw-text"));

/** Everything that is known of one event. */
export function EventPanel({ position, close }: { position: number; close: () => void }) {
  const { data, error, refetch } = useQuery(eventQuery(position));
  const panel = useRef<HTMLElement>(null);
  useTitle(data ? data.name : "Event");
  useEffect(() => panel.current?.focus(), []);
  return (
    <aside
      ref={panel}
      className={css.panel}
      aria-label={data ? `Event ${data.name}` : "Event"}
      tabIndex={-1}
      onKeyDown={(pressed) => pressed.key === "Escape" && close()}
    >
      <div className={css.panelHead}>
        <Title order={2} fz={19} flex={1} miw={0} className="breakable">
          {data?.name ?? "Event"}
        </Title>
        {data && <Verdict event={data} />}
        <ActionIcon variant="subtle" color="gray" aria-label="Close the event" onClick={close}>
          <Icon name="close" />
        </ActionIcon>
      </div>
      <div className={css.panelBody}>
        {error ? (
          <Problem error={error} retry={() => void refetch()} />
        ) : data ? (
          <Opened event={data} />
        ) : (
          <Loader aria-label="Loading" />
        )}
      </div>
    </aside>
  );
}

function Opened({ event }: { event: JournaledEvent }) {
  const isAdmin = useUser().role === "admin";
  const attributes = event.contact_properties !== "{}";
  return (
    <>
      <Remarks event={event} />
      <dl className={css.facts}>
        <Fact name="Happened">
          <NearMoment text={event.date} />
        </Fact>
        {event.contact && (
          <Fact name="Contact">
            <Anchor component={Link} href={`/contacts/${event.contact.id}`}>
              {event.contact.label}
            </Anchor>
          </Fact>
        )}
        {event.object_type && (
          <Fact name="Object">
            {[event.object_type, ...Object.values(event.object_identifiers)].join(" · ")}
          </Fact>
        )}
      </dl>
      <Tabs defaultValue="properties" mt="lg" keepMounted={false}>
        <Tabs.List mb="md" className={css.tabs}>
          <Tabs.Tab value="properties">Properties</Tabs.Tab>
          <Tabs.Tab value="raw">Raw</Tabs.Tab>
          <Tabs.Tab value="receipt">Receipt</Tabs.Tab>
          <Tabs.Tab value="caused">Caused</Tabs.Tab>
          <Tabs.Tab value="copy">Copy as</Tabs.Tab>
          {isAdmin && <Tabs.Tab value="again">Send again</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="properties">
          <JsonTree text={event.properties} label="Properties of the event" leadTo={sameValue} />
          {attributes && (
            <>
              <Title order={3} fz={14} mt="lg" mb="xs">
                Said of the contact
              </Title>
              <JsonTree text={event.contact_properties} label="Properties of the contact" />
            </>
          )}
        </Tabs.Panel>
        <Tabs.Panel value="raw">
          <Suspense fallback={<Loader aria-label="Loading" />}>
            <RawText text={event.body} label="Body of the request, as received" />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="receipt">
          <Receipt event={event} />
        </Tabs.Panel>
        <Tabs.Panel value="caused">
          <Caused event={event} />
        </Tabs.Panel>
        <Tabs.Panel value="copy">
          <CopyAs body={event.body} />
        </Tabs.Panel>
        {isAdmin && (
          <Tabs.Panel value="again">
            <SendAgain body={event.body} />
          </Tabs.Panel>
        )}
      </Tabs>
    </>
  );
}

function Receipt({ event }: { event: JournaledEvent }) {
  return (
    <dl className={css.facts}>
      <Fact name="Request">
        <span className="mono">{event.request_id}</span>
        <CopyIcon text={event.request_id} what="request id" />
      </Fact>
      <Fact name="Received">
        <NearMoment text={event.received_at} />
      </Fact>
      <Fact name="Position">{event.position.toLocaleString()}</Fact>
      <Fact name="Key">{event.key_name || event.key_id || "none: sent by a person"}</Fact>
      <Fact name="Client">{event.client || "not named"}</Fact>
      {event.idempotency_key && <Fact name="Idempotency key">{event.idempotency_key}</Fact>}
      {Object.entries(event.identifiers).map(([kind, value]) => (
        <Fact key={kind} name={kind}>
          {value}
        </Fact>
      ))}
    </dl>
  );
}

const VERDICTS = {
  applied: { color: "green", name: "Applied" },
  duplicate: { color: "gray", name: "Duplicate" },
  set_aside: { color: "yellow", name: "Set aside" },
  refused: { color: "red", name: "Refused" },
  pending: { color: "ink", name: "Pending" },
} as const;

function Verdict({ event }: { event: JournaledEvent }) {
  const { color, name } = VERDICTS[event.verdict];
  return (
    <Badge color={color} size="lg">
      {name}
    </Badge>
  );
}

function Remarks({ event }: { event: JournaledEvent }) {
  if (event.verdict === "duplicate") {
    return (
      <Alert color="gray" mb="md" title="Counted once">
        A repeat of{" "}
        <Anchor component={Link} href={`/events/${event.duplicate_of ?? ""}`}>
          the event at position {event.duplicate_of}
        </Anchor>
        {event.message ? `: ${event.message}.` : "."}
      </Alert>
    );
  }
  if (event.verdict === "set_aside" || event.verdict === "refused") {
    const title = event.verdict === "refused" ? "Refused" : "Set aside, not lost";
    return (
      <Alert color={VERDICTS[event.verdict].color} mb="md" title={title}>
        {event.message}
        {event.verdict === "set_aside" && (
          <div>
            <Anchor component={Link} href="/events/set-aside" size="sm" underline="always">
              All that were set aside, to apply them anew
            </Anchor>
          </div>
        )}
      </Alert>
    );
  }
  if (event.remarks.length === 0) return null;
  return (
    <Alert color="yellow" mb="md" title="Applied, with remarks">
      <ul className={css.remarks}>
        {event.remarks.map((remark) => (
          <li key={`${remark.code} ${remark.field}`}>
            <code>{remark.field}</code> {remark.message}
          </li>
        ))}
      </ul>
    </Alert>
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

/** With how long ago that is, where it is not long ago. */
function NearMoment({ text }: { text: string }) {
  const near = ago(text, Date.now());
  return (
    <Moment text={text}>
      {shown(text)}
      {near && ` · ${near}`}
    </Moment>
  );
}
