import { Anchor, Skeleton, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useState } from "react";
import { Link } from "wouter";

import type { Overview } from "../../api/client";
import { histogram, overview } from "../../api/queries";
import { Legend } from "../../parts/legend";
import { Panel } from "../../parts/page";
import { Problem } from "../../parts/problem";
import { stacked } from "../../parts/stacked";
import { everything } from "../events/filter";
import { share, size } from "./amounts";
import css from "./start.module.css";

const Bars = lazy(() => import("../../parts/bars"));

const EVERY = 10_000;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const HEIGHT = 150;
/** Of the figures, for which room is kept until they are known. */
const FACTS_HEIGHT = 116;

/** How the account stands: events by minute and by day, what was not applied, engine and disk. */
export function Numbers() {
  const { data, error } = useQuery(overview(EVERY));
  return (
    <section aria-label="Overview">
      {error && !data && <Problem error={error} />}
      {data ? <Facts overview={data} /> : !error && <Skeleton height={FACTS_HEIGHT} mb="md" />}
      <div className={css.charts}>
        <Chart title="Last hour, by minute" stretch={60 * MINUTE} step={MINUTE} />
        <Chart title="Last 30 days, by day" stretch={30 * DAY} step={DAY} />
      </div>
    </section>
  );
}

function Facts({ overview }: { overview: Overview }) {
  const { applied, duplicates, set_aside, refused_requests, contacts, lag, disk } = overview;
  const all = applied + duplicates + set_aside;
  const used = Object.values(disk.parts).reduce((sum, part) => sum + part, 0);
  const parts = Object.entries(disk.parts).toSorted(([, one], [, other]) => other - one);
  return (
    <dl className={css.numbers}>
      <Figure name="Events applied">{applied.toLocaleString()}</Figure>
      <Figure name="Contacts">
        <Anchor component={Link} href="/contacts" fz="inherit">
          {contacts.toLocaleString()}
        </Anchor>
      </Figure>
      <Figure name="Set aside" about={events(set_aside)}>
        <Anchor component={Link} href="/events/set-aside" fz="inherit">
          {share(set_aside, all)}
        </Anchor>
      </Figure>
      <Figure name="Duplicates" about={events(duplicates)}>
        {share(duplicates, all)}
      </Figure>
      <Figure name="Refused" about="requests since the start">
        <Anchor component={Link} href="/live?show=refused" fz="inherit">
          {refused_requests.toLocaleString()}
        </Anchor>
      </Figure>
      <Figure name="Engine's lag" about={lag === 0 ? "up to date" : "entries wait"}>
        {lag.toLocaleString()}
      </Figure>
      <Figure name="Disk" about={`${size(disk.free)} free`}>
        <span title={parts.map(([name, bytes]) => `${name} ${size(bytes)}`).join("\n")}>
          {size(used)}
        </span>
      </Figure>
    </dl>
  );
}

function Figure({ name, about, children }: { name: string; about?: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {children}
        {about && (
          <Text fz={12} c="dimmed">
            {about}
          </Text>
        )}
      </dd>
    </div>
  );
}

function events(count: number): string {
  return count === 1 ? "1 event" : `${count.toLocaleString()} events`;
}

interface ChartProps {
  title: string;
  /** How far back it goes, and how long a bar is; milliseconds. */
  stretch: number;
  step: number;
}

function Chart({ title, stretch, step }: ChartProps) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), Math.min(step, 5 * MINUTE));
    return () => clearInterval(timer);
  }, [step]);
  const end = new Date(now).toISOString();
  const start = new Date(now - stretch).toISOString();
  const { data, error } = useQuery({
    ...histogram({ ...everything, start, end }, stretch / step + 1),
    placeholderData: keepPreviousData,
  });
  const shown = useMemo(() => (data ? stacked(data) : null), [data]);
  return (
    <Panel label={title}>
      <h2 className={css.chartTitle}>{title}</h2>
      {error && <Problem error={error} />}
      {shown && shown.series.length === 0 && <Text c="dimmed">Nothing happened.</Text>}
      {shown && shown.series.length > 0 && (
        <Suspense fallback={<Skeleton height={HEIGHT} />}>
          <Bars data={shown} height={HEIGHT} label={`${title}; the legend has the numbers`} />
          <Legend series={shown.series} />
        </Suspense>
      )}
      {!shown && !error && <Skeleton height={HEIGHT} />}
    </Panel>
  );
}
