import type UPlot from "uplot";

/** The axes of every picture over time, in the colours of the theme at that place. */
export function axes(place: HTMLElement): UPlot.Axis[] {
  const colour = colours(place);
  const axis = {
    stroke: colour("--ff-axis"),
    grid: { stroke: colour("--ff-line"), width: 1 },
    ticks: { show: false },
    font: `11px ${getComputedStyle(place).fontFamily}`,
  };
  return [
    {
      ...axis,
      size: 28,
      space: 84,
      grid: { show: false },
      values: (_, ticks, __, ___, apart) =>
        ticks.map((tick) => form(apart).format(tick * 1000)),
    },
    { ...axis, size: 46, values: (_, ticks) => ticks.map(short) },
  ];
}

/** What a variable of the theme says at that place. */
export function colours(place: HTMLElement): (name: string) => string {
  const style = getComputedStyle(place);
  return (name) => style.getPropertyValue(name).trim();
}

/** So that no two ticks say the same. */
function form(apart: number): Intl.DateTimeFormat {
  if (apart >= DAY) return day;
  return apart >= MINUTE ? clock : second;
}

const DAY = 86_400;
const MINUTE = 60;
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const second = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});
const compact = new Intl.NumberFormat(undefined, { notation: "compact" });

function short(value: number): string {
  return Number.isInteger(value) ? compact.format(value) : "";
}
