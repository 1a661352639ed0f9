import type { ListedContact } from "../../api/client";

type Value = ListedContact["attributes"][string];

/** Attributes under which Brevo shows identifiers, in plain words. */
export const IDENTIFIERS: Record<string, string> = {
  EXT_ID: "Own id",
  SMS: "Phone",
  WHATSAPP: "WhatsApp",
  LANDLINE_NUMBER: "Landline",
};

/** By what people know it: the e-mail address, or another identifier, or its number. */
export function called({ id, email, attributes }: ListedContact): string {
  const other = Object.keys(IDENTIFIERS).find((name) => attributes[name] !== undefined);
  return email ?? (other === undefined ? `Contact ${id}` : written(attributes[other]));
}

export function written(value: Value | undefined): string {
  if (value === undefined) return "";
  return Array.isArray(value) ? value.join(", ") : String(value);
}

export interface Compared {
  name: string;
  one: string;
  other: string;
}

/** What is known of two contacts, side by side, identifiers first; empty where it is not known. */
export function compared(one: ListedContact, other: ListedContact): Compared[] {
  const known = [one, other].map(({ email, attributes }) => ({
    ...(email === null ? {} : { EMAIL: email }),
    ...attributes,
  })) as [Record<string, Value>, Record<string, Value>];
  const titles: Record<string, string> = { EMAIL: "E-mail", ...IDENTIFIERS };
  const names = new Set([...Object.keys(titles), ...Object.keys(known[0]), ...Object.keys(known[1])]);
  return [...names]
    .filter((name) => name in known[0] || name in known[1])
    .map((name) => ({
      name: titles[name] ?? name,
      one: written(known[0][name]),
      other: written(known[1][name]),
    }));
}
