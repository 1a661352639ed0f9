import type { Histogram } from "../api/client";

/** Names that have a colour of their own; all others share one. */
export const COLOURS = 5;
export const OTHERS = "others";

export interface Stacked {
  /** Begins of the stretches, seconds since the epoch; without gaps. */
  starts: number[];
  /** The most frequent names first; `OTHERS` for those that are left, where there are any. */
  series: { name: string; total: number; counts: number[] }[];
  step: number;
}

/** A histogram as rows of equal length, of which each stands on the ones before. */
export function stacked(histogram: Histogram): Stacked {
  if (!histogram.start || !histogram.end) return { starts: [], series: [], step: 0 };
  const step = histogram.step_seconds;
  const first = Date.parse(histogram.start) / 1000;
  const length = Math.max(0, Math.round((Date.parse(histogram.end) / 1000 - first) / step));
  const starts = Array.from({ length }, (_, index) => first + index * step);
  const totals = new Map<string, number>();
  for (const { name, count } of histogram.buckets) {
    totals.set(name, (totals.get(name) ?? 0) + count);
  }
  const names = [...totals].toSorted(([a, one], [b, other]) => other - one || a.localeCompare(b));
  const named = names.slice(0, names.length === COLOURS + 1 ? COLOURS + 1 : COLOURS);
  const rest = names.slice(named.length).reduce((sum, [, total]) => sum + total, 0);
  const shown = rest > 0 ? [...named, [OTHERS, rest] as const] : named;
  const series = shown.map(([name, total]) => ({
    name,
    total,
    counts: new Array<number>(length).fill(0),
  }));
  const place = new Map(named.map(([name], index) => [name, index]));
  for (const { start, name, count } of histogram.buckets) {
    const at = Math.round((Date.parse(start) / 1000 - first) / step);
    const counts = series[place.get(name) ?? named.length]?.counts;
    if (counts && at >= 0 && at < length) counts[at] = (counts[at] ?? 0) + count;
  }
  return { starts, series, step };
}
