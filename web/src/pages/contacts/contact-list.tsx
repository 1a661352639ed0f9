import { Button, Loader, MultiSelect, Select, Text } from "@mantine/core";
import { useLocalStorage, useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { type CSSProperties, useMemo, useState } from "react";
import { Link, useLocation, useSearch } from "wouter";

import type { ListedContact } from "../../api/client";
import {
  attributes,
  contactCount,
  type ContactFilter,
  lists,
  refreshContacts,
  segments,
} from "../../api/queries";
import { Moment } from "../../parts/moment";
import { Problem } from "../../parts/problem";
import { useRowWindow } from "../../parts/use-row-window";
import css from "./contact-list.module.css";
import { called, IDENTIFIERS, written } from "./known";
import { useContacts } from "./use-contacts";

const MOST_COLUMNS = 12;
/** Attributes that are shown until the reader chooses others, where there is room. */
const FIRST_COLUMNS = 3;
const ROW = 40;
const HEAD = 38;
const POLL = 10_000;

/**
 * Contacts, latest first, with the columns that the reader chose; all, or those of the list or the
 * segment that the address names.
 */
export function ContactList() {
  const [kept, setKept] = useLocalStorage<string[] | null>({
    key: "footfall-contact-columns",
    defaultValue: null,
  });
  const hasRoom = useMediaQuery("(min-width: 62em)") ?? false;
  const search = useSearch();
  const [, go] = useLocation();
  const filter = useMemo(() => read(search), [search]);
  const known = useQuery(attributes);
  const listed = useQuery(lists);
  const grouped = useQuery(segments);
  const names = known.data?.attributes.map((each) => each.name) ?? [];
  const usual = hasRoom ? names.filter((name) => !(name in IDENTIFIERS)).slice(0, FIRST_COLUMNS) : [];
  const chosen = kept ?? usual;
  const groups = [
    {
      group: "Lists",
      items: (listed.data?.lists ?? []).map((each) => ({ value: `list=${each.id}`, label: each.name })),
    },
    {
      group: "Segments",
      items: (grouped.data?.segments ?? []).map((each) => ({
        value: `segment=${each.id}`,
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
          value={named(filter)}
          onChange={(value) => go(value ? `/contacts?${value}` : "/contacts")}
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
          onChange={setKept}
        />
      </div>
      <Rows key={named(filter)} filter={filter} columns={chosen} />
    </section>
  );
}

/** To any depth; only the rows in sight are in the page. */
function Rows({ filter, columns }: { filter: ContactFilter; columns: string[] }) {
  const [known, setKnown] = useState(0);
  const { view, framed, onScroll, onClickCapture, onKeyDown, toTop } = useRowWindow(known, ROW, HEAD);
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
        <News filter={filter} count={count} show={toTop} />
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
          onClickCapture={onClickCapture}
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
        <Moment text={contact.createdAt} />
      </span>
    </div>
  );
}

interface NewsProps {
  filter: ContactFilter;
  count: number;
  /** Called before they are loaded. */
  show: () => void;
}

/** Offers to load anew as soon as there are others than when the list was loaded. */
function News({ filter, count, show }: NewsProps) {
  const { data } = useQuery(contactCount(filter, POLL));
  const more = (data?.count ?? count) - count;
  if (more === 0) return null;
  return (
    <Button size="compact-sm" variant="light" onClick={() => (show(), refreshContacts())}>
      {more > 0 ? `Show ${more.toLocaleString()} more` : "Show as it is now"}
    </Button>
  );
}

const ID = /^[1-9]\d{0,14}$/;

/** The list or the segment that stands in the address. */
function read(search: string): ContactFilter {
  const parameters = new URLSearchParams(search);
  const id = (name: string) => {
    const text = parameters.get(name) ?? "";
    return ID.test(text) ? Number(text) : null;
  };
  return { listId: id("list"), segmentId: id("segment") };
}

/** The filter as it stands in the address; null for everybody. */
function named({ listId, segmentId }: ContactFilter): string | null {
  if (listId !== null) return `list=${listId}`;
  return segmentId === null ? null : `segment=${segmentId}`;
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
