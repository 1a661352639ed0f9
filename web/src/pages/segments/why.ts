import type { Explanation } from "../../api/client";
import { shown } from "../../parts/when";
import { COUNTS } from "./words";

/** Every condition by its place. */
export function byPlace(explanation: Explanation): Map<string, Explanation> {
  const found = new Map([[explanation.place, explanation]]);
  for (const part of explanation.of ?? []) {
    for (const [place, inner] of byPlace(part)) found.set(place, inner);
  }
  return found;
}

/** What the contact has, beside what a condition wants; empty where there is no more to say. */
export function actual({ type, holds, actual: found, threshold }: Explanation): string {
  switch (type) {
    case "did":
      return `did so ${times(found)}, wanted: ${wantedTimes(threshold)}`;
    case "did_not":
      return `did so ${times(found)}`;
    case "aggregate":
      return found === null || found === undefined ? "there is no value" : `it is ${said(found)}`;
    case "followed":
      return holds ? `it came ${duration(found)} later` : "it never came so";
    case "not_followed":
      return holds ? `none came, ${duration(found)} ago` : "one came, or there is time left";
    case "attribute":
    case "identifier":
      return found === null || found === undefined ? "there is none" : `it is ${said(found)}`;
    case "created":
    case "changed":
      return typeof found === "string" ? shown(found) : "";
    default:
      return "";
  }
}

/** The stretch of time that counted, where the condition has a window. */
export function stretch({ from, to }: Explanation): string {
  if (from && to) return `counted: from ${shown(from)} to ${shown(to)}`;
  if (from) return `counted: from ${shown(from)}`;
  return to ? `counted: before ${shown(to)}` : "";
}

function times(found: unknown): string {
  if (found === 0 || typeof found !== "number") return "never";
  return found === 1 ? "once" : `${found.toLocaleString()} times`;
}

function wantedTimes(threshold: unknown): string {
  const { operator, value } = threshold as { operator: keyof typeof COUNTS; value: number };
  return `${COUNTS[operator]} ${value}`;
}

function said(value: unknown): string {
  if (typeof value === "string") return `“${value}”`;
  return Array.isArray(value) ? value.map(said).join(", ") : String(value);
}

const UNITS: [string, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** Seconds as people say them, in the largest unit of which there is one. */
function duration(seconds: unknown): string {
  const length = typeof seconds === "number" ? seconds : 0;
  const [unit, size] = UNITS.find(([, each]) => length >= each) ?? ["second", 1];
  const amount = Math.floor(length / size);
  return `${amount} ${unit}${amount === 1 ? "" : "s"}`;
}
