import { Button, Loader, Text } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useLayoutEffect, useState } from "react";
import { Link } from "wouter";

import type { FoundEvent } from "../../api/client";
import { newest, refreshEvents } from "../../api/queries";
import { Moment } from "../../parts/moment";
import { Problem } from "../../parts/problem";
import { useRowWindow } from "../../parts/use-row-window";
import { shown } from "../../parts/when";
import css from "./event-list.module.css";
import type { EventFilter } from "./filter";
import { useFound, useRows } from "./use-rows";

const POLL = 5_000;

interface Props {
  filter: EventFilter;
  opened: number | null;
  /** The address that opens the event at that position. */
  address: (position: number) => string;
  /** Whose events: everybody's, with a column that says whose, or one contact's. */
  whose?: "all" | "one";
  /** Goes on with what happened before that moment; absent where everything is looked through. */
  lookBack?: (before: string) => void;
}

/** Events, latest first, of which only those in sight are in the page; to any depth. */
export function EventList({ filter, opened, address, whose = "all", lookBack }: Props) {
  const { ref: table, width } = useElementSize<HTMLDivElement>();
  const [known, setKnown] = useState(0);
  const fit = width === 0 || width >= 820 ? "wide" : width >= 560 ? "middle" : "narrow";
  const rowHeight = fit === "narrow" ? 64 : 40;
  const { view, framed, onScroll, onClickCapture, onKeyDown, toPlace, toTop } = useRowWindow(
    known,
    rowHeight,
  );
  const rows = useRows(filter, view.first, view.end);
  const { count, lookedBackTo, at, error, retry } = rows;
  if (count !== null && count !== known) setKnown(count);

  const key = JSON.stringify(filter);
  useLayoutEffect(toPlace, [key, toPlace]);

  if (count === null) {
    return error ? <Problem error={error} retry={retry} /> : <Loader m="xl" aria-label="Loading" />;
  }
  return (
    <>
      <div className={css.above}>
        <Text c="dimmed" role="status">
          {counted(count, rows.isLeast && lookedBackTo === null)}
          {lookedBackTo !== null && ` since ${shown(lookedBackTo)}; not looked further back yet`}
        </Text>
        {lookedBackTo !== null && lookBack && (
          <Button size="compact-sm" variant="light" onClick={() => lookBack(lookedBackTo)}>
            Look further back
          </Button>
        )}
        <News filter={filter} count={count} newest={rows.isLeast ? rows.newest : undefined} show={toTop} />
      </div>
      {error && <Problem error={error} retry={retry} />}
      {count === 0 ? (
        lookedBackTo === null && (
          <Text className={css.none}>No event matches. Widen the dates or clear a filter.</Text>
        )
      ) : (
        <div
          ref={table}
          className={css.table}
          data-fit={fit}
          data-whose={whose}
          role="table"
          aria-label="Events"
          aria-rowcount={count + 1}
          onKeyDown={onKeyDown}
        >
          <div role="rowgroup" className={css.head}>
            <div role="row" aria-rowindex={1} className={css.row}>
              <span role="columnheader">Happened</span>
              <span role="columnheader">Event</span>
              {whose === "all" && <span role="columnheader">Contact</span>}
              <span role="columnheader">Properties</span>
            </div>
          </div>
          <div
            role="rowgroup"
            ref={framed}
            className={css.frame}
            onScroll={onScroll}
            onClickCapture={onClickCapture}
          >
            <div className={css.sheet} style={{ height: view.height }}>
              {Array.from({ length: Math.max(0, view.end - view.first) }, (_, place) => {
                const index = view.first + place;
                const row = at(index);
                const lies = {
                  height: rowHeight,
                  transform: `translateY(${view.top(index)}px)`,
                };
                return row ? (
                  <Row
                    key={row.position}
                    event={row}
                    index={index}
                    place={lies}
                    isOpen={row.position === opened}
                    address={address(row.position)}
                    withContact={whose === "all"}
                  />
                ) : (
                  <div key={`row ${index}`} aria-hidden className={css.row} style={lies}>
                    <span className={css.loading} />
                  </div>
                );
              })}
            </div>
          </div>
        </div>
      )}
    </>
  );
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
        <Moment text={event.date} />
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

interface NewsProps {
  filter: EventFilter;
  count: number;
  /** The position of the first row, by which news are told where not all are counted. */
  newest?: number | null | undefined;
  /** Called before they are loaded. */
  show: () => void;
}

/** Offers to load anew as soon as more events match than when the list was loaded. */
function News({ filter, count, newest: first, show }: NewsProps) {
  const isCounted = first === undefined;
  const { data } = useQuery({ ...newest(filter, POLL, isCounted), enabled: useFound(filter) });
  if (!data) return null;
  const more = first === undefined ? (data.count ?? 0) - count : null;
  const latest = data.events[0]?.position ?? null;
  if (more === null ? latest === first : more <= 0) return null;
  return (
    <Button size="compact-sm" variant="light" onClick={() => (show(), refreshEvents())}>
      {more === null
        ? "Show new events"
        : more === 1
          ? "Show 1 new event"
          : `Show ${more.toLocaleString()} new events`}
    </Button>
  );
}

function counted(count: number, isLeast: boolean): string {
  if (isLeast) return `${count.toLocaleString()} events or more`;
  return count === 1 ? "1 event" : `${count.toLocaleString()} events`;
}
