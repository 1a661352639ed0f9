import { type Json, NumberText } from "../../parts/json";
import { nothing, written } from "./filter";
import { shortest } from "./suggestions";

/** Paths that a condition can name. */
const NAMEABLE = /^[A-Za-z0-9_-]+(\[\]|\.[A-Za-z0-9_-]+)*$/;
/** Longer texts are found by their words. */
const LONGEST = 200;

/** The address of all events that have that value there; null where no condition can ask for it. */
export function sameValue(path: string, value: Json): string | null {
  const text = asJson(value);
  if (text === null || text.length > LONGEST || !NAMEABLE.test(path)) return null;
  return `/events${written({ ...nothing, where: [`${path}=${shortest(text)}`] })}`;
}

function asJson(value: Json): string | null {
  if (value instanceof NumberText) return value.text;
  if (value instanceof Map || Array.isArray(value)) return null;
  return JSON.stringify(value);
}
