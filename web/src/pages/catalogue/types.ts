import type { Property } from "../../api/client";

export type Seen = Property["types"][number];

/** The types that may be expected of a property. */
export const EXPECTED = ["text", "number", "boolean", "date", "list", "object"] as const;

/** What drift means, for the person who sees it flagged. */
export function drifted({ drift, types, expected }: Property): string {
  const seen = types.filter((each) => each.type !== "null");
  const byTime = seen.toSorted((one, other) => one.first_seen.localeCompare(other.first_seen));
  switch (drift) {
    case "turned":
      return `Was ${byTime[0]?.type}, became ${byTime.at(-1)?.type}`;
    case "mixed":
      return `Comes as ${seen.map((each) => each.type).join(" and ")}`;
    case "unexpected":
      return `Expected ${expected}, came as ${seen
        .filter((each) => each.type !== expected)
        .map((each) => each.type)
        .join(" and ")}`;
    default:
      return "";
  }
}

/** The part of the whole in per cent, never rounded to nothing or to all. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return "";
  const share = (100 * part) / whole;
  if (share > 0 && share < 1) return "<1 %";
  if (share > 99 && share < 100) return ">99 %";
  return `${Math.round(share)} %`;
}
