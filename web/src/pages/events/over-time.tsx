import { Skeleton, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo } from "react";

import { ApiError } from "../../api/client";
import { histogram } from "../../api/queries";
import { Legend } from "../../parts/legend";
import { Problem } from "../../parts/problem";
import { stacked } from "../../parts/stacked";
import { shown as written } from "../../parts/when";
import css from "./events.module.css";
import type { EventFilter } from "./filter";
import { useFound } from "./use-rows";

const Bars = lazy(() => import("../../parts/bars"));

const HEIGHT = 120;
/** With its legend, for which room is kept until it is known. */
const WHOLE = HEIGHT + 44;
export const BUCKETS = 80;

interface Props {
  filter: EventFilter;
  /** Both moments as ISO 8601 in UTC. */
  narrow: (from: string, to: string) => void;
}

/** How many events match over time, by name; dragging over the bars narrows the range. */
export function OverTime({ filter, narrow }: Props) {
  const { data, error, refetch } = useQuery({
    ...histogram(filter, BUCKETS),
    enabled: useFound(filter),
    placeholderData: keepPreviousData,
  });
  const shown = useMemo(() => (data ? stacked(data) : null), [data]);
  if (error instanceof ApiError && error.status === 400) return null; // The list says so too.
  if (error) return <Problem error={error} retry={() => void refetch()} />;
  if (!shown) return <Skeleton height={WHOLE} />;
  if (shown.series.length === 0) return null;
  return (
    <section className={css.chart} style={{ minHeight: WHOLE }} aria-label="Over time">
      <Suspense fallback={<Skeleton height={HEIGHT} />}>
        <Bars
          data={shown}
          height={HEIGHT}
          label="Events over time by name; the legend has their numbers"
          brush={(start, end) => narrow(iso(start), iso(end, -1))}
        />
      </Suspense>
      <Legend series={shown.series} />
      {data?.looked_back_to && (
        <Text fz={12} c="dimmed">
          Counted since {written(data.looked_back_to)}; not looked further back. A narrower range or
          an event's name gets further.
        </Text>
      )}
    </section>
  );
}

function iso(seconds: number, milliseconds = 0): string {
  return new Date(seconds * 1000 + milliseconds).toISOString();
}
