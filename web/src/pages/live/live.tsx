import { Badge, Button, Group, TagsInput, Text, TextInput } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState } from "react";

import type { LiveEvent, LiveVerdict } from "../../api/client";
import { eventNames } from "../../api/queries";
import { Icon } from "../../parts/icons";
import { PageHead } from "../../parts/page";
import { clock } from "../../parts/when";
import { EventPanel } from "../events/event-panel";
import events from "../events/events.module.css";
import { type Feed, type LiveFilter, whose } from "./feed";
import css from "./live.module.css";
import { type Connection, useLive } from "./use-live";

const SCROLLED = 24;

/** Every event as it is accepted; whoever scrolls down or opens one gets time to read. */
export default function Live() {
  const { feed, connection, draw } = useLive();
  const [opened, setOpened] = useState<number | null>(null);
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

  function narrow(filter: LiveFilter) {
    feed.narrow(filter);
    frame.current?.scrollTo({ top: 0 });
    draw();
  }

  return (
    <div className={events.page}>
      <div className={events.main}>
        <PageHead
          title="Live"
          about="Every event as it is accepted."
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
        <Filter filter={feed.filter} narrow={narrow} />
        <Text className={css.above} c="dimmed" role="status">
          {said(feed)}
        </Text>
        <Rows
          feed={feed}
          opened={opened}
          open={(position) => {
            setOpened(position);
            pause();
          }}
          frame={frame}
          pause={pause}
        />
      </div>
      {opened !== null && (
        <EventPanel
          key={opened}
          position={opened}
          close={() => {
            setOpened(null);
            document.getElementById(`live-${opened}`)?.focus();
          }}
        />
      )}
    </div>
  );
}

function said(feed: Feed): string {
  if (feed.isPaused) {
    return feed.waiting === 1 ? "Paused; 1 event waits" : `Paused; ${number(feed.waiting)} events wait`;
  }
  return feed.skipped > 0 ? `${number(feed.skipped)} were skipped: they came too fast` : "";
}

function Filter({ filter, narrow }: { filter: LiveFilter; narrow: (filter: LiveFilter) => void }) {
  const { data } = useQuery(eventNames);
  return (
    <search className={events.filters}>
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
        label="Contact or text"
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
    let before = feed.count + feed.skipped;
    const timer = setInterval(() => {
      const now = feed.count + feed.skipped;
      setRate(now - before);
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
  opened: number | null;
  open: (position: number) => void;
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
    getItemKey: (index) => at(index)?.position ?? index,
  });
  useEffect(() => virtual.measure(), [fit, virtual]);
  return (
    <div ref={table} className={css.table} data-fit={fit} role="table" aria-label="Live events">
      <div role="rowgroup" className={css.head}>
        <div role="row" className={css.row}>
          <span role="columnheader">Received</span>
          <span role="columnheader">Event</span>
          <span role="columnheader">Contact</span>
          <span role="columnheader">Properties</span>
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
            <span role="cell">{feed.count === 0 ? "Waiting for events …" : "None matches yet"}</span>
          </div>
        )}
        <div className={css.sheet} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start, size }) => {
            const row = at(index);
            return (
              row && (
                <Row
                  key={row.position}
                  event={row}
                  verdict={feed.verdict(row.position)}
                  index={index}
                  place={{ height: size, transform: `translateY(${start}px)` }}
                  isOpen={row.position === opened}
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
  event: LiveEvent;
  verdict: LiveVerdict | undefined;
  index: number;
  place: { height: number; transform: string };
  isOpen: boolean;
  open: (position: number) => void;
}

function Row({ event, verdict, index, place, isOpen, open }: RowProps) {
  return (
    <div role="row" className={css.row} style={place} data-open={isOpen || undefined}>
      <span role="cell" className={css.when}>
        {clock(event.received_at)}
      </span>
      <span role="cell" className={css.name}>
        <button
          type="button"
          id={`live-${event.position}`}
          data-index={index}
          className={css.open}
          onClick={() => open(event.position)}
        >
          {event.name || "unreadable"}
        </button>
        {verdict && (
          <Badge size="sm" color={VERDICTS[verdict.verdict].color}>
            {VERDICTS[verdict.verdict].name}
          </Badge>
        )}
      </span>
      <span role="cell" className={css.contact}>
        {whose(event)}
      </span>
      <span role="cell" className={css.properties}>
        {event.properties === "{}" ? "" : event.properties.slice(0, 300)}
      </span>
    </div>
  );
}

function number(value: number): string {
  return value.toLocaleString();
}
