import { Button, Loader, MultiSelect, Select, Text } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { type CSSProperties, useState } from "react";
import { Link } from "wouter";

import type { ListedContact } from "../../api/client";
import {
  attributes,
  contactCount,
  type ContactFilter,
  lists,
  refreshContacts,
  segments,
} from "../../api/queries";
import { Problem } from "../../parts/problem";
import { useRowWindow } from "../../parts/use-row-window";
import { shown } from "../../parts/when";
import css from "./contact-list.module.css";
import { called, written } from "./known";
import { useContacts } from "./use-contacts";

const MOST_COLUMNS = 12;
const ROW = 40;
const HEAD = 38;
const POLL = 10_000;

/** Contacts, latest first, with the columns that the reader chose; all, or those of a list. */
export function ContactList() {
  const [chosen, setChosen] = useLocalStorage<string[]>({
    key: "footfall-contact-columns",
    defaultValue: [],
  });
  const [group, setGroup] = useState<string | null>(null);
  const known = useQuery(attributes);
  const listed = useQuery(lists);
  const grouped = useQuery(segments);
  const [kind, id] = group?.split(":") ?? [];
  const filter = {
    listId: kind === "list" ? Number(id) : null,
    segmentId: kind === "segment" ? Number(id) : null,
  };
  const names = known.data?.attributes.map((each) => each.name) ?? [];
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
    <section aria-label="All contacts" className={css.section}>
      <div className={css.tools}>
        <Select
          label="On a list or in a segment"
          placeholder="Everybody"
          clearable
          searchable
          clearButtonProps={{ "aria-label": "Everybody" }}
          data={groups}
          value={group}
          onChange={setGroup}
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
      <Rows key={group} filter={filter} columns={chosen} />
    </section>
  );
}

/** To any depth; only the rows in sight are in the page. */
function Rows({ filter, columns }: { filter: ContactFilter; columns: string[] }) {
  const [known, setKnown] = useState(0);
  const { view, framed, onScroll, onKeyDown } = useRowWindow(known, ROW, HEAD);
  const { count, at, error, retry } = useContacts(filter, view.first, view.end);
  if (count !== null && count !== known) setKnown(count);

  if (count === null) {
    return error ? <Problem error={error} retry={retry} /> : <Loader m="xl" aria-label="Loading" />;
  }
  return (
    <>
      <div className={css.above}>
        <Text c="dimmed" role="status">
          {counted(count)}
        </Text>
        <News filter={filter} count={count} />
      </div>
      {error && <Problem error={error} retry={retry} />}
      {count === 0 ? (
        <Text c="dimmed">Nobody is here.</Text>
      ) : (
        <div
          ref={framed}
          className={css.frame}
          style={widths(columns.length)}
          role="table"
          aria-label="Contacts"
          aria-rowcount={count + 1}
          onScroll={onScroll}
          onKeyDown={onKeyDown}
        >
          <div role="rowgroup" className={css.head} style={{ height: HEAD }}>
            <div role="row" aria-rowindex={1} className={css.row}>
              {["Contact", ...columns, "Created"].map((name) => (
                <span key={name} role="columnheader">
                  {name}
                </span>
              ))}
            </div>
          </div>
          <div role="rowgroup" className={css.sheet} style={{ height: view.height }}>
            {Array.from({ length: Math.max(0, view.end - view.first) }, (_, place) => {
              const index = view.first + place;
              const row = at(index);
              const lies = { height: ROW, transform: `translateY(${view.top(index)}px)` };
              return row ? (
                <Row key={row.id} contact={row} index={index} place={lies} columns={columns} />
              ) : (
                <div key={`row ${index}`} aria-hidden className={css.row} style={lies}>
                  <span className={css.loading} />
                </div>
              );
            })}
          </div>
        </div>
      )}
    </>
  );
}

interface RowProps {
  contact: ListedContact;
  index: number;
  place: CSSProperties;
  columns: string[];
}

function Row({ contact, index, place, columns }: RowProps) {
  return (
    <div role="row" aria-rowindex={index + 2} className={css.row} style={place}>
      <span role="cell">
        <Link href={`/contacts/${contact.id}`} data-index={index} className={css.link}>
          {called(contact)}
        </Link>
      </span>
      {columns.map((name) => (
        <span key={name} role="cell">
          {written(contact.attributes[name])}
        </span>
      ))}
      <span role="cell" className={css.when}>
        {shown(contact.createdAt)}
      </span>
    </div>
  );
}

/** Offers to load anew as soon as there are others than when the list was loaded. */
function News({ filter, count }: { filter: ContactFilter; count: number }) {
  const { data } = useQuery(contactCount(filter, POLL));
  const more = (data?.count ?? count) - count;
  if (more === 0) return null;
  return (
    <Button size="compact-sm" variant="light" onClick={refreshContacts}>
      {more > 0 ? `Show ${more.toLocaleString()} more` : "Show as it is now"}
    </Button>
  );
}

function counted(count: number): string {
  return count === 1 ? "1 contact" : `${count.toLocaleString()} contacts`;
}

function widths(columns: number): CSSProperties {
  const tracks = [
    "minmax(var(--who), 1.6fr)",
    ...Array.from({ length: columns }, () => "minmax(var(--attribute), 1fr)"),
    "var(--created)",
  ];
  return { "--tracks": tracks.join(" "), "--chosen": columns } as CSSProperties;
}
