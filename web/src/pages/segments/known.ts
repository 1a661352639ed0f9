import { useQueries, useQuery } from "@tanstack/react-query";

import type { Attribute, Property } from "../../api/client";
import { attributes, catalogueEvent, eventNames } from "../../api/queries";

/** What the values of something are, as far as it is known. */
export type KnownType = "text" | "number" | "boolean" | "date";

export interface Known {
  /** A path, or an attribute's name; with `[]` for the elements of an array. */
  name: string;
  type: KnownType | null;
  /** Values that it had or may have. */
  examples: (string | number | boolean)[];
}

/** Events of which the properties are looked up, where a condition names many. */
const MOST_EVENTS = 5;

export function useEventNames(): string[] {
  return useQuery(eventNames).data?.names ?? [];
}

/** The properties of these events, as the catalogue has them. */
export function useProperties(names: string[]): Known[] {
  const came = useEventNames();
  const asked = names.filter((name) => came.includes(name)).slice(0, MOST_EVENTS);
  const found = useQueries({ queries: asked.map((name) => catalogueEvent(name)) });
  const properties = new Map<string, Known>();
  for (const { data } of found) {
    for (const property of data?.properties ?? []) {
      const known = ofProperty(property);
      if (known && !properties.has(known.name)) properties.set(known.name, known);
    }
  }
  return [...properties.values()];
}

function ofProperty({ path, types, hidden }: Property): Known | null {
  const type = types.find((each) => each.type !== "null")?.type ?? "null";
  if (hidden || type === "object" || type === "list") return null;
  const examples = types.flatMap((each) => each.examples).flatMap(scalarOf);
  return { name: path, type: type === "null" ? null : type, examples };
}

/** The value of a JSON text; none where the text was cut off, or is null. */
function scalarOf(text: string): (string | number | boolean)[] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
      ? [value]
      : [];
  } catch {
    return [];
  }
}

/** Attributes that conditions may name; those that stand for identifiers have their own kind. */
export function useAttributes(): Known[] {
  const { data } = useQuery(attributes);
  return (data?.attributes ?? [])
    .filter(({ name }) => !STAND_FOR_IDENTIFIERS.has(name))
    .map(ofAttribute);
}

const STAND_FOR_IDENTIFIERS = new Set(["EMAIL", "SMS", "EXT_ID", "WHATSAPP", "LANDLINE_NUMBER"]);
const TYPES: Record<string, KnownType> = {
  text: "text",
  float: "number",
  id: "number",
  boolean: "boolean",
  date: "date",
};

function ofAttribute({ name, type, enumeration, multiCategoryOptions }: Attribute): Known {
  if (multiCategoryOptions) return { name: `${name}[]`, type: "text", examples: multiCategoryOptions };
  if (enumeration) return { name, type: "number", examples: enumeration.map(({ value }) => value) };
  return { name, type: TYPES[type ?? ""] ?? null, examples: [] };
}
