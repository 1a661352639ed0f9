import { Button, Loader, Text } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { Link } from "wouter";

import type { FoundEvent } from "../../api/client";
import { events, newest } from "../../api/queries";
import { Problem } from "../../parts/problem";
import { shown } from "../../parts/when";
import css from "./event-list.module.css";
import type { EventFilter } from "./filter";

const POLL = 5_000;
const ROWS_AHEAD = 60;

interface Props {
  filter: EventFilter;
  opened: number | null;
  /** The address that opens the event at that position. */
  address: (position: number) => string;
  /** Whose events: everybody's, with a column that says whose, or one contact's. */
  whose?: "all" | "one";
}

/** Events, latest first, of which only those in sight are in the page. */
export function EventList({ filter, opened, address, whose = "all" }: Props) {
  const { data, error, fetchNextPage, hasNextPage, isFetchingNextPage, refetch } = useInfiniteQuery(
    events(filter),
  );
  const rows = data?.pages.flatMap((page) => page.events) ?? [];
  const count = data?.pages[0]?.count ?? 0;
  const { ref: table, width } = useElementSize<HTMLDivElement>();
  const fit = width === 0 || width >= 820 ? "wide" : width >= 560 ? "middle" : "narrow";
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => (fit === "narrow" ? 64 : 40),
    overscan: 12,
    getItemKey: (index) => rows[index]?.position ?? index,
  });
  useEffect(() => virtual.measure(), [fit, virtual]);

  const shownRows = virtual.getVirtualItems();
  const last = shownRows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last + ROWS_AHEAD >= rows.length && hasNextPage && !isFetchingNextPage && !error) {
      void fetchNextPage();
    }
  }, [last, rows.length, hasNextPage, isFetchingNextPage, error, fetchNextPage]);

  if (error && !data) return <Problem error={error} retry={() => void refetch()} />;
  if (!data) return <Loader m="xl" aria-label="Loading" />;
  return (
    <>
      <div className={css.above}>
        <Text c="dimmed" role="status">
          {counted(count)}
        </Text>
        <News filter={filter} count={count} />
      </div>
      {rows.length === 0 ? (
        <Text className={css.none}>No event matches. Widen the dates or clear a filter.</Text>
      ) : (
        <div
          ref={table}
          className={css.table}
          data-fit={fit}
          data-whose={whose}
          role="table"
          aria-label="Events"
          aria-rowcount={count + 1}
          onKeyDown={step}
        >
          <div role="rowgroup" className={css.head}>
            <div role="row" aria-rowindex={1} className={css.row}>
              <span role="columnheader">Happened</span>
              <span role="columnheader">Event</span>
              {whose === "all" && <span role="columnheader">Contact</span>}
              <span role="columnheader">Properties</span>
            </div>
          </div>
          <div role="rowgroup" ref={frame} className={css.frame}>
            <div className={css.sheet} style={{ height: virtual.getTotalSize() }}>
              {shownRows.map(({ index, start, size }) => {
                const row = rows[index];
                return (
                  row && (
                    <Row
                      key={row.position}
                      event={row}
                      index={index}
                      place={{ height: size, transform: `translateY(${start}px)` }}
                      isOpen={row.position === opened}
                      address={address(row.position)}
                      withContact={whose === "all"}
                    />
                  )
                );
              })}
            </div>
          </div>
        </div>
      )}
      {error && <Problem error={error} retry={() => void fetchNextPage()} />}
    </>
  );

  /** The arrow keys go from row to row, as far as there are any. */
  function step(event: KeyboardEvent) {
    const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const link = (event.target as HTMLElement).closest<HTMLElement>("[data-index]");
    if (!way || !link) return;
    event.preventDefault();
    const next = rows[Number(link.dataset["index"]) + way];
    if (!next) return;
    virtual.scrollToIndex(Number(link.dataset["index"]) + way);
    document.getElementById(`event-${next.position}`)?.focus();
  }
}

interface RowProps {
  event: FoundEvent;
  index: number;
  place: { height: number; transform: string };
  isOpen: boolean;
  address: string;
  withContact: boolean;
}

function Row({ event, index, place, isOpen, address, withContact }: RowProps) {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={css.row}
      style={place}
      data-open={isOpen || undefined}
    >
      <span role="cell" className={css.when}>
        {shown(event.date)}
      </span>
      <span role="cell" className={css.name}>
        <Link
          href={address}
          id={`event-${event.position}`}
          data-index={index}
          className={css.link}
          aria-current={isOpen || undefined}
        >
          {event.name}
        </Link>
      </span>
      {withContact && (
        <span role="cell" className={css.contact}>
          {event.contact.label}
        </span>
      )}
      <span role="cell" className={css.properties}>
        {event.properties === "{}" ? "" : event.properties.slice(0, 300)}
      </span>
    </div>
  );
}

/** Offers to load anew as soon as more events match than when the list was loaded. */
function News({ filter, count }: { filter: EventFilter; count: number }) {
  const queries = useQueryClient();
  const { data } = useQuery(newest(filter, POLL));
  const more = (data?.count ?? 0) - count;
  if (more <= 0) return null;
  return (
    <Button
      size="compact-sm"
      variant="light"
      onClick={() => void queries.resetQueries({ queryKey: events(filter).queryKey })}
    >
      {more === 1 ? "Show 1 new event" : `Show ${more.toLocaleString()} new events`}
    </Button>
  );
}

function counted(count: number): string {
  return count === 1 ? "1 event" : `${count.toLocaleString()} events`;
}
