import { Anchor, Badge, Group, Switch, Table, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";

import type { CatalogueEntry } from "../../api/client";
import { catalogue } from "../../api/queries";
import { Icon } from "../../parts/icons";
import { Listing } from "../../parts/listing";
import { Moment } from "../../parts/moment";
import { Page } from "../../parts/page";
import { ago } from "../../parts/when";
import css from "./catalogue.module.css";

/** Every event name with its volume, and whether its properties are still what they were. */
export default function Catalogue() {
  const { data, error, refetch } = useQuery(catalogue);
  const [text, setText] = useState("");
  const [withHidden, setWithHidden] = useState(false);
  const rows = (data?.events ?? []).filter(
    (event) => (withHidden || !event.hidden) && matches(event, text),
  );
  return (
    <Page
      title="Catalogue"
      about="The events that come, what they carry, and what you know of them."
      wide
    >
      <search className={css.tools}>
        <TextInput
          className={css.search}
          aria-label="Search the catalogue"
          placeholder="Name, property, owner or description"
          leftSection={<Icon name="search" size={16} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Switch
          label="Show hidden"
          checked={withHidden}
          onChange={(event) => setWithHidden(event.currentTarget.checked)}
        />
      </search>
      <Listing
        label="Event names"
        heads={["Event", "Properties", "Events", "First seen", "Last seen"]}
        loading={!data}
        error={error}
        retry={() => void refetch()}
        empty={data?.events.length ? "No event matches." : "No event came yet."}
      >
        {rows.map((event) => (
          <Row key={event.name} event={event} />
        ))}
      </Listing>
      {data && data.sampled > 0 && (
        <Text c="dimmed" fz={13} mt="sm">
          Properties and drift are those of a sample of {data.sampled.toLocaleString()} events.
        </Text>
      )}
    </Page>
  );
}

function Row({ event }: { event: CatalogueEntry }) {
  const drifting = event.drifting.length;
  return (
    <Table.Tr>
      <Table.Td className={css.about}>
        <Group gap={8}>
          <Anchor component={Link} href={`/catalogue/${event.name}`} fw={600}>
            {event.name}
          </Anchor>
          {event.hidden && <Badge color="gray">Hidden</Badge>}
        </Group>
        {(event.description || event.owner) && (
          <Text c="dimmed" fz={13}>
            {[event.description, event.owner].filter(Boolean).join(" · ")}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Group gap={8} wrap="nowrap">
          <span>{event.properties?.length ?? "not sampled"}</span>
          {drifting > 0 && (
            <Badge color="yellow" title={event.drifting.join(", ")}>
              {drifting === 1 ? "1 drifts" : `${drifting} drift`}
            </Badge>
          )}
        </Group>
      </Table.Td>
      <Table.Td className="tabular">{event.count.toLocaleString()}</Table.Td>
      <Table.Td className="tabular">{event.first_seen ? <Moment text={event.first_seen} /> : "never"}</Table.Td>
      <Table.Td className="tabular">
        {event.last_seen ? (
          <Moment text={event.last_seen}>{ago(event.last_seen, Date.now()) || undefined}</Moment>
        ) : (
          "never"
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function matches(event: CatalogueEntry, text: string): boolean {
  const paths = event.properties?.map((property) => property.path) ?? [];
  const said = [event.name, event.description, event.owner, ...paths].join(" ").toLowerCase();
  return text.toLowerCase().split(/\s+/).every((word) => said.includes(word));
}
