import { Anchor, Button, Group, MultiSelect, Select, Table, Text } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";

import type { ListedContact } from "../../api/client";
import { attributes, contactPage, lists, PAGE, segments } from "../../api/queries";
import { Listing } from "../../parts/listing";
import { Problem } from "../../parts/problem";
import { shown } from "../../parts/when";
import css from "./contacts.module.css";

const MOST_COLUMNS = 12;

/** Contacts, latest first, with the columns that the reader chose; all, or those of a list. */
export function ContactList() {
  const [chosen, setChosen] = useLocalStorage<string[]>({
    key: "footfall-contact-columns",
    defaultValue: [],
  });
  const [group, setGroup] = useState<string | null>(null);
  const [page, setPage] = useState(0);
  const known = useQuery(attributes);
  const listed = useQuery(lists);
  const grouped = useQuery(segments);
  const [kind, id] = group?.split(":") ?? [];
  const filter = {
    listId: kind === "list" ? Number(id) : null,
    segmentId: kind === "segment" ? Number(id) : null,
  };
  const { data, error, refetch } = useQuery({
    ...contactPage(filter, page),
    placeholderData: keepPreviousData,
  });
  const names = known.data?.attributes.map((each) => each.name) ?? [];
  const count = data?.count ?? 0;
  const last = Math.max(0, Math.ceil(count / PAGE) - 1);
  const groups = [
    {
      group: "Lists",
      items: (listed.data?.lists ?? []).map((each) => ({ value: `list:${each.id}`, label: each.name })),
    },
    {
      group: "Segments",
      items: (grouped.data?.segments ?? []).map((each) => ({
        value: `segment:${each.id}`,
        label: each.name,
      })),
    },
  ].filter(({ items }) => items.length > 0);

  return (
    <section aria-label="All contacts">
      <div className={css.listing}>
        <Select
          label="On a list or in a segment"
          placeholder="Everybody"
          clearable
          searchable
          clearButtonProps={{ "aria-label": "Everybody" }}
          data={groups}
          value={group}
          onChange={(next) => {
            setGroup(next);
            setPage(0);
          }}
        />
        <MultiSelect
          flex={1}
          miw={220}
          label="Columns"
          placeholder={chosen.length ? "" : "Attributes to show"}
          searchable
          maxValues={MOST_COLUMNS}
          data={[...new Set([...names, ...chosen])]}
          value={chosen}
          onChange={setChosen}
        />
      </div>
      {error && <Problem error={error} retry={() => void refetch()} />}
      <Group justify="space-between" mb="xs">
        <Text c="dimmed" role="status">
          {count === 1 ? "1 contact" : `${count.toLocaleString()} contacts`}
        </Text>
        {last > 0 && (
          <Group gap="xs">
            <Button
              size="compact-sm"
              variant="default"
              disabled={page === 0}
              onClick={() => setPage(page - 1)}
            >
              Later
            </Button>
            <Text fz={13} className="tabular">
              {(page * PAGE + 1).toLocaleString()} to{" "}
              {Math.min(count, (page + 1) * PAGE).toLocaleString()}
            </Text>
            <Button
              size="compact-sm"
              variant="default"
              disabled={page >= last}
              onClick={() => setPage(page + 1)}
            >
              Earlier
            </Button>
          </Group>
        )}
      </Group>
      <Listing
        label="Contacts"
        heads={["Contact", ...chosen, "Created"]}
        loading={!data && !error}
        empty="Nobody is here."
      >
        {data?.contacts.map((contact) => (
          <Table.Tr key={contact.id}>
            <Table.Td>
              <Anchor component={Link} href={`/contacts/${contact.id}`} fw={600}>
                {called(contact)}
              </Anchor>
            </Table.Td>
            {chosen.map((name) => (
              <Table.Td key={name}>{written(contact.attributes[name])}</Table.Td>
            ))}
            <Table.Td className="tabular">{shown(contact.createdAt)}</Table.Td>
          </Table.Tr>
        ))}
      </Listing>
    </section>
  );
}

/** By what people know it: the e-mail address, or another identifier, or its number. */
export function called({ id, email, attributes: known }: ListedContact): string {
  const other = known["EXT_ID"] ?? known["SMS"] ?? known["WHATSAPP"] ?? known["LANDLINE_NUMBER"];
  return email ?? (other === undefined ? `Contact ${id}` : String(other));
}

function written(value: ListedContact["attributes"][string] | undefined): string {
  if (value === undefined) return "";
  return Array.isArray(value) ? value.join(", ") : String(value);
}
