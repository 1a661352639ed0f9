import { Badge, Button, Group, SegmentedControl, TagsInput, Text, TextInput } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useLocation, useSearch } from "wouter";

import type { LiveRefusal, LiveVerdict } from "../../api/client";
import { eventNames } from "../../api/queries";
import { Icon } from "../../parts/icons";
import { Moment } from "../../parts/moment";
import { PageHead } from "../../parts/page";
import { clock } from "../../parts/when";
import { EventPanel } from "../events/event-panel";
import events from "../events/events.module.css";
import { type Feed, type LiveFilter, type LiveRow, type Show, whose } from "./feed";
import { read, written } from "./live-filter";
import css from "./live.module.css";
import { RefusalPanel } from "./refusal-panel";
import { type Connection, useLive } from "./use-live";

const SCROLLED = 24;

/** Every event as it is accepted; whoever scrolls down or opens one gets time to read. */
export default function Live() {
  const { feed, connection, draw } = useLive();
  const search = useSearch();
  const [, go] = useLocation();
  const filter = useMemo(() => read(search), [search]);
  const [opened, setOpened] = useState<LiveRow | null>(null);
  const frame = useRef<HTMLDivElement>(null);

  function pause() {
    feed.pause();
    draw();
  }

  function resume() {
    feed.resume();
    frame.current?.scrollTo({ top: 0 });
    draw();
  }

  function narrow(next: LiveFilter) {
    go(`/live${written(next)}`, { replace: true });
  }

  useLayoutEffect(() => {
    feed.narrow(filter);
    frame.current?.scrollTo({ top: 0 });
    draw();
  }, [feed, filter, draw]);

  function close() {
    setOpened(null);
    if (opened) document.getElementById(`live-${opened.key}`)?.focus();
  }

  return (
    <div className={events.page}>
      <div className={events.main}>
        <PageHead
          title="Live"
          about="Every event as it is accepted, and every request as it is refused."
          actions={
            <Group gap="sm">
              <Wire connection={connection} feed={feed} />
              <Button
                variant={feed.isPaused ? "filled" : "default"}
                leftSection={<Icon name={feed.isPaused ? "play" : "pause"} size={16} />}
                onClick={feed.isPaused ? resume : pause}
              >
                {feed.isPaused ? "Resume" : "Pause"}
              </Button>
            </Group>
          }
        />
        <Filter filter={filter} narrow={narrow} />
        <Text className={css.above} c="dimmed" role="status">
          {said(feed)}
        </Text>
        <Rows
          feed={feed}
          opened={opened?.key ?? null}
          open={(row) => {
            setOpened(row);
            pause();
          }}
          frame={frame}
          pause={pause}
        />
      </div>
      {opened?.event && (
        <EventPanel key={opened.key} position={opened.event.position} close={close} />
      )}
      {opened?.refused && (
        <RefusalPanel key={opened.key} refused={opened.refused} close={close} />
      )}
    </div>
  );
}

function said(feed: Feed): string {
  if (feed.isPaused) {
    return feed.waiting === 1 ? "Paused; 1 waits" : `Paused; ${number(feed.waiting)} wait`;
  }
  return [
    feed.skipped > 0 && `${number(feed.skipped)} events were skipped: they came too fast`,
    feed.lost > 0 && `${number(feed.lost)} more requests were refused`,
  ]
    .filter(Boolean)
    .join(" · ");
}

function Filter({ filter, narrow }: { filter: LiveFilter; narrow: (filter: LiveFilter) => void }) {
  const { data } = useQuery(eventNames);
  return (
    <search className={events.filters}>
      <SegmentedControl
        aria-label="What to show"
        value={filter.show}
        onChange={(show) => narrow({ ...filter, show: show as Show })}
        data={[
          { value: "all", label: "All" },
          { value: "accepted", label: "Accepted" },
          { value: "refused", label: "Refused" },
        ]}
      />
      <TagsInput
        className={events.names}
        label="Names"
        placeholder={filter.names.length ? "" : "All"}
        data={data?.names ?? []}
        value={filter.names}
        limit={100}
        clearable
        clearButtonProps={{ "aria-label": "Clear the names" }}
        onChange={(names) => narrow({ ...filter, names })}
      />
      <TextInput
        className={events.contact}
        label="Text"
        placeholder="Part of an identifier or property"
        autoCapitalize="none"
        value={filter.text}
        onChange={(event) => narrow({ ...filter, text: event.currentTarget.value })}
      />
    </search>
  );
}

/** Whether the stream is there, and how fast events come. */
function Wire({ connection, feed }: { connection: Connection; feed: Feed }) {
  const [rate, setRate] = useState(0);
  useEffect(() => {
    // The first second is no measure: with it comes what was there before.
    let before: number | null = null;
    const timer = setInterval(() => {
      const now = feed.count + feed.skipped;
      setRate(now - (before ?? now));
      before = now;
    }, 1_000);
    return () => clearInterval(timer);
  }, [feed]);
  if (connection === "open") {
    return (
      <Badge color="green" size="lg">
        {number(rate)} events/s
      </Badge>
    );
  }
  return (
    <Badge color="yellow" size="lg">
      {connection === "lost" ? "Connecting again …" : "Connecting …"}
    </Badge>
  );
}

interface RowsProps {
  feed: Feed;
  opened: LiveRow["key"] | null;
  open: (row: LiveRow) => void;
  frame: React.RefObject<HTMLDivElement | null>;
  pause: () => void;
}

function Rows({ feed, opened, open, frame, pause }: RowsProps) {
  const { ref: table, width } = useElementSize<HTMLDivElement>();
  const fit = width === 0 || width >= 820 ? "wide" : width >= 560 ? "middle" : "narrow";
  const rows = feed.rows;
  /** The newest stand above. */
  const at = (index: number) => rows[rows.length - 1 - index];
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => (fit === "narrow" ? 64 : 36),
    overscan: 8,
    getItemKey: (index) => at(index)?.key ?? index,
  });
  useEffect(() => virtual.measure(), [fit, virtual]);
  return (
    <div ref={table} className={css.table} data-fit={fit} role="table" aria-label="Live events">
      <div role="rowgroup" className={css.head}>
        <div role="row" className={css.row}>
          <span role="columnheader">Received</span>
          <span role="columnheader">Event</span>
          <span role="columnheader">Contact</span>
          <span role="columnheader">Properties or reason</span>
        </div>
      </div>
      <div
        role="rowgroup"
        ref={frame}
        className={css.frame}
        onScroll={(event) => {
          if (event.currentTarget.scrollTop > SCROLLED && !feed.isPaused) pause();
        }}
      >
        {rows.length === 0 && (
          <div role="row" className={css.none}>
            <span role="cell">{feed.count === 0 ? "Waiting for events …" : "Nothing matches yet"}</span>
          </div>
        )}
        <div className={css.sheet} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start, size }) => {
            const row = at(index);
            return (
              row && (
                <Row
                  key={row.key}
                  row={row}
                  verdict={row.event && feed.verdict(row.event.position)}
                  index={index}
                  place={{ height: size, transform: `translateY(${start}px)` }}
                  isOpen={row.key === opened}
                  open={open}
                />
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}

const VERDICTS = {
  applied: { color: "yellow", name: "With remarks" },
  duplicate: { color: "gray", name: "Duplicate" },
  set_aside: { color: "yellow", name: "Set aside" },
  refused: { color: "red", name: "Refused" },
} as const;

interface RowProps {
  row: LiveRow;
  verdict: LiveVerdict | undefined;
  index: number;
  place: { height: number; transform: string };
  isOpen: boolean;
  open: (row: LiveRow) => void;
}

function Row({ row, verdict, index, place, isOpen, open }: RowProps) {
  const { event, refused } = row;
  const at = (event ?? refused).received_at;
  const badge = refused ? { color: "red", name: "Refused" } : verdict && VERDICTS[verdict.verdict];
  return (
    <div
      role="row"
      className={css.row}
      style={place}
      data-open={isOpen || undefined}
      data-refused={refused ? true : undefined}
    >
      <span role="cell" className={css.when}>
        <Moment text={at}>{clock(at)}</Moment>
      </span>
      <span role="cell" className={css.name}>
        <button
          type="button"
          id={`live-${row.key}`}
          data-index={index}
          className={css.open}
          onClick={() => open(row)}
        >
          {event ? event.name || "unreadable" : refused.status}
        </button>
        {badge && (
          <Badge size="sm" color={badge.color}>
            {badge.name}
          </Badge>
        )}
      </span>
      <span role="cell" className={css.contact}>
        {event ? whose(event) : from(refused)}
      </span>
      <span role="cell" className={event ? css.properties : css.reason}>
        {event ? (event.properties === "{}" ? "" : event.properties.slice(0, 300)) : refused.message}
      </span>
    </div>
  );
}

function from({ key_name }: LiveRefusal): string {
  return key_name ? `Key ${key_name}` : "No valid key";
}

function number(value: number): string {
  return value.toLocaleString();
}
