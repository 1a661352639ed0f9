import "uplot/dist/uPlot.min.css";

import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import UPlot from "uplot";

import { axes, colours } from "./axes";
import css from "./bars.module.css";
import type { Stacked } from "./stacked";

interface Props {
  data: Stacked;
  height: number;
  /** What the picture shows, in a sentence. */
  label: string;
  /** Called with the bounds, in seconds since the epoch, that somebody dragged over. */
  brush?: (start: number, end: number) => void;
}

/** Stacked bars over time; dragging over some narrows to them. */
export default function Bars({ data, height, label, brush }: Props) {
  const holder = useRef<HTMLDivElement>(null);
  const brushed = useRef(brush);
  brushed.current = brush;
  const canBrush = brush !== undefined;
  const scheme = useComputedColorScheme("light");

  useEffect(() => {
    const place = holder.current;
    if (!place) return;
    const plot = new UPlot(
      options(place, data, height, (start, end) => brushed.current?.(start, end), canBrush),
      heaps(data),
      place,
    );
    const watch = new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height }));
    watch.observe(place);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
  }, [data, height, scheme, canBrush]);

  return (
    <div
      ref={holder}
      className={css.plot}
      style={{ height }}
      role="img"
      aria-label={label}
      data-brush={brush ? true : undefined}
    />
  );
}

/** uPlot draws what it is given: the tallest heap first, each lower one over it. */
function heaps({ starts, series }: Stacked): UPlot.AlignedData {
  const below = new Array<number>(starts.length).fill(0);
  const stacks = series.map(({ counts }) =>
    counts.map((count, index) => (below[index] = (below[index] ?? 0) + count)),
  );
  return [starts, ...stacks.toReversed()];
}

function options(
  place: HTMLElement,
  { series, step }: Stacked,
  height: number,
  brush: (start: number, end: number) => void,
  canBrush: boolean,
): UPlot.Options {
  const colour = colours(place);
  const bars = UPlot.paths.bars?.({ size: [0.86, 60], align: 1 });
  return {
    width: place.clientWidth,
    height,
    legend: { show: false },
    cursor: {
      show: canBrush,
      y: false,
      points: { show: false },
      drag: { x: true, y: false, setScale: false },
    },
    scales: {
      x: { time: true, range: (_, low, high) => [low, high + step] },
      y: { range: (_, __, high) => [0, Math.max(1, high * 1.08)] },
    },
    axes: axes(place),
    series: [
      {},
      ...series
        .map((_, index) => ({
          ...(bars && { paths: bars }),
          fill: colour(`--ff-series-${index}`),
          stroke: "transparent",
          width: 0,
          points: { show: false },
        }))
        .toReversed(),
    ],
    hooks: {
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < 3) return;
          const start = Math.floor(plot.posToVal(left, "x") / step) * step;
          const end = Math.ceil(plot.posToVal(left + width, "x") / step) * step;
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          brush(start, end);
        },
      ],
    },
  };
}
