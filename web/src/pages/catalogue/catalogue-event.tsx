import { ActionIcon, Anchor, Badge, Button, Group, Loader, Switch, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link } from "wouter";

import type { CatalogueEvent as EventType, Property } from "../../api/client";
import { catalogueEvent } from "../../api/queries";
import { Icon } from "../../parts/icons";
import { Listing } from "../../parts/listing";
import { Moment } from "../../parts/moment";
import { Page, Panel } from "../../parts/page";
import { Problem } from "../../parts/problem";
import { useUser } from "../../shell/user";
import css from "./catalogue.module.css";
import { NoteEvent, NoteProperty } from "./notes";
import { drifted, percent } from "./types";

/** One event name: what is known of it, and every property with the types that it comes in. */
export default function CatalogueEvent({ name }: { name: string }) {
  const { data, error, refetch } = useQuery(catalogueEvent(name));
  if (!data) {
    return (
      <Page title={name}>
        {error ? (
          <Problem error={error} retry={() => void refetch()} />
        ) : (
          <Loader aria-label="Loading" />
        )}
      </Page>
    );
  }
  return <Known event={data} />;
}

function Known({ event }: { event: EventType }) {
  const isAdmin = useUser().role === "admin";
  const [editing, edit] = useDisclosure(false);
  return (
    <Page
      wide
      title={event.name}
      about={
        <Anchor component={Link} href="/catalogue" size="sm">
          Catalogue
        </Anchor>
      }
      actions={
        <Group gap="sm">
          {event.hidden && <Badge color="gray">Hidden</Badge>}
          <Button component={Link} href={`/events?name=${event.name}`} variant="default">
            Show its events
          </Button>
          {isAdmin && (
            <Button
              variant="default"
              leftSection={<Icon name="edit" size={16} />}
              onClick={edit.open}
            >
              Describe
            </Button>
          )}
        </Group>
      }
    >
      <Panel label="About the event">
        {event.description && (
          <Text mb="md" style={{ whiteSpace: "pre-wrap" }} className="breakable">
            {event.description}
          </Text>
        )}
        <dl className={css.facts}>
          <Fact name="Events">{event.count.toLocaleString()}</Fact>
          <Fact name="First seen">{event.first_seen ? <Moment text={event.first_seen} /> : "never"}</Fact>
          <Fact name="Last seen">{event.last_seen ? <Moment text={event.last_seen} /> : "never"}</Fact>
          <Fact name="Owner">{event.owner || "nobody named"}</Fact>
        </dl>
      </Panel>
      <Segments event={event} />
      <Properties event={event} isAdmin={isAdmin} />
      {isAdmin && <NoteEvent event={event} opened={editing} close={edit.close} />}
    </Page>
  );
}

/** The segments whose definitions mention the event. */
function Segments({ event: { segments } }: { event: EventType }) {
  if (segments.length === 0) return null;
  return (
    <section aria-label="Used by segments" className={css.using}>
      <Text c="dimmed">Used by</Text>
      {segments.map(({ id, name, paths }) => (
        <Anchor key={id} component={Link} href={`/segments/${id}`} title={paths.join(", ")}>
          {name}
        </Anchor>
      ))}
    </section>
  );
}

function Properties({ event, isAdmin }: { event: EventType; isAdmin: boolean }) {
  const [withHidden, setWithHidden] = useState(false);
  const [editing, setEditing] = useState<Property | null>(null);
  const hidden = event.properties.filter((property) => property.hidden).length;
  const rows = event.properties.filter((property) => withHidden || !property.hidden);
  return (
    <>
      <div className={css.above}>
        <Text c="dimmed">{sampled(event)}</Text>
        {hidden > 0 && (
          <Switch
            label={`Show hidden (${hidden})`}
            checked={withHidden}
            onChange={(changed) => setWithHidden(changed.currentTarget.checked)}
          />
        )}
      </div>
      <Listing
        label="Properties"
        heads={["Property", "Types", "Examples", "In", "Drift", ...(isAdmin ? [""] : [])]}
        loading={false}
        empty={event.properties.length ? "All are hidden." : "The events carry no properties."}
      >
        {rows.map((property) => (
          <Row
            key={property.path}
            property={property}
            sampled={event.sampled}
            users={event.segments.filter(({ paths }) => paths.includes(property.path)).length}
            edit={isAdmin ? () => setEditing(property) : null}
          />
        ))}
      </Listing>
      <NoteProperty event={event.name} property={editing} close={() => setEditing(null)} />
    </>
  );
}

interface RowProps {
  property: Property;
  sampled: number;
  /** Segments whose definitions ask for it. */
  users: number;
  edit: (() => void) | null;
}

function Row({ property, sampled, users, edit }: RowProps) {
  const examples = property.types.flatMap((each) => each.examples).slice(0, 3);
  return (
    <Table.Tr>
      <Table.Td className={css.about}>
        <span className={css.path}>{property.path}</span>
        {property.hidden && (
          <Badge ml={8} color="gray">
            Hidden
          </Badge>
        )}
        {users > 0 && (
          <Text c="dimmed" fz={13}>
            {users === 1 ? "used by 1 segment" : `used by ${users} segments`}
          </Text>
        )}
        {property.description && (
          <Text c="dimmed" fz={13}>
            {property.description}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Types property={property} />
      </Table.Td>
      <Table.Td>
        <div className={css.examples}>
          {examples.map((example) => (
            <span key={example} title={example}>
              {example}
            </span>
          ))}
        </div>
      </Table.Td>
      <Table.Td className="tabular">{percent(property.count, sampled)}</Table.Td>
      <Table.Td>
        {property.drift && <Badge color="yellow">{drifted(property)}</Badge>}
      </Table.Td>
      {edit && (
        <Table.Td ta="right">
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Describe ${property.path}`}
            onClick={edit}
          >
            <Icon name="edit" size={16} />
          </ActionIcon>
        </Table.Td>
      )}
    </Table.Tr>
  );
}

function Types({ property: { types, expected } }: { property: Property }) {
  const all = types.reduce((sum, each) => sum + each.count, 0);
  return (
    <>
      {types.length > 1 && (
        <div className={css.bar} aria-hidden>
          {types.map((each) => (
            <span
              key={each.type}
              className={css.share}
              data-type={each.type}
              style={{ flexGrow: each.count }}
            />
          ))}
        </div>
      )}
      <Text fz={13}>
        {types.length === 1
          ? types[0]?.type
          : types.map((each) => `${each.type} ${percent(each.count, all)}`).join(" · ")}
        {types.length === 0 && "not in the sample"}
      </Text>
      {expected && (
        <Text fz={12.5} c="dimmed">
          expected {expected}
        </Text>
      )}
    </>
  );
}

function sampled({ sampled, count }: EventType): string {
  if (count === 0) return "No such event came yet.";
  if (sampled >= count) return `Seen in all ${count.toLocaleString()} events.`;
  return `Seen in a sample of ${sampled.toLocaleString()} of ${count.toLocaleString()} events.`;
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
