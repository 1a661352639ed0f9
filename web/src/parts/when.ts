const moment = new Intl.DateTimeFormat(undefined, {
  year: "numeric",
  month: "short",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});
const timeOfDay = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
  hourCycle: "h23",
});
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "long" });

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** Date and time where the reader is, to the second. */
export function shown(text: string): string {
  return moment.format(new Date(text));
}

/** The time of day where the reader is, to the millisecond. */
export function clock(text: string): string {
  return timeOfDay.format(new Date(text));
}

/** How long ago or ahead, for what is within a month; else empty. */
export function ago(text: string, now: number): string {
  const seconds = Math.round((new Date(text).getTime() - now) / 1000);
  const size = Math.abs(seconds);
  if (size >= 30 * 86_400) return "";
  if (size < 10) return "just now";
  const [unit, length] = UNITS.find(([, each]) => size >= each) ?? (["second", 1] as const);
  return relative.format(Math.trunc(seconds / length), unit);
}
