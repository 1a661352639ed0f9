import "uplot/dist/uPlot.min.css";

import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import UPlot from "uplot";

import { axes, colours } from "./axes";
import css from "./bars.module.css";

interface Props {
  /** Seconds since the epoch, in order; each value holds from its moment to the next one. */
  moments: number[];
  values: number[];
  height: number;
  /** What the picture shows, in a sentence. */
  label: string;
}

/** One number over time, as a line with steps. */
export default function Line({ moments, values, height, label }: Props) {
  const holder = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme("light");

  useEffect(() => {
    const place = holder.current;
    if (!place) return;
    const plot = new UPlot(options(place, height), [moments, values], place);
    const watch = new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height }));
    watch.observe(place);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
  }, [moments, values, height, scheme]);

  return <div ref={holder} className={css.plot} style={{ height }} role="img" aria-label={label} />;
}

function options(place: HTMLElement, height: number): UPlot.Options {
  const colour = colours(place);
  const steps = UPlot.paths.stepped?.({ align: 1 });
  return {
    width: place.clientWidth,
    height,
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: true }, y: { range: (_, __, high) => [0, Math.max(1, high * 1.08)] } },
    axes: axes(place),
    series: [
      {},
      {
        ...(steps && { paths: steps }),
        stroke: colour("--ff-series-0"),
        fill: `color-mix(in srgb, ${colour("--ff-series-0")} 14%, transparent)`,
        width: 2,
        points: { show: false },
      },
    ],
  };
}
