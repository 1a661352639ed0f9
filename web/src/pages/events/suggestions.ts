import type { Catalogue } from "../../api/client";
import type { FilterText } from "./filter";

/** What the box offers for what was typed. */
export interface Suggestion {
  /** What it is about, in a word. */
  kind: "Event" | "Property" | "Contact" | "Words" | "Condition" | "Day" | "Request" | "Position";
  label: string;
  /** What becomes of it: another filter, more to type, or another page. */
  then: { filter: FilterText } | { type: string } | { go: string };
}

export interface Known {
  catalogue: Catalogue | undefined;
  /** How contacts are called one of whose identifiers begins with what was typed. */
  found: string[];
  /** How contacts of events in sight are called. */
  contacts: string[];
  /** Values of a property in events that match now, as JSON texts. */
  values: (path: string) => string[];
}

const REQUEST = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const DAY = /^\d{4}-\d\d-\d\d$/;
const DAYS = /^(\d{4}-\d\d-\d\d)\s*(?:\.\.|…|–|to)\s*(\d{4}-\d\d-\d\d)$/;
const POSITION = /^#(\d{1,15})$/;
const CONDITION = /^([A-Za-z0-9_[\].-]+)\s*(!=|>=|<=|=|>|<|~)\s*(.*)$/s;
const NUMBER = /^-?\d+(\.\d+)?$/;
const PHONE = /^\+[\d\s().-]{6,24}$/;
const CONTACT = /^contact:\s*(.+)$/i;
/** How contacts are called that have nothing but their number. */
const NUMBERED = /^contact (\d{1,15})$/i;
const MOST = 6;

/** What the text may mean, the likeliest first: Enter takes that one. */
export function suggestions(typed: string, filter: FilterText, known: Known): Suggestion[] {
  const text = typed.trim();
  if (!text) return names("", filter, known).slice(0, MOST);
  const called = contacts(text, filter, known);
  const named = names(text, filter, known).slice(0, MOST);
  return exact(text, filter) ?? [
    ...condition(text, filter, known),
    ...(isCalled(text, called, named) ? [...called, ...named] : [...named, ...called]),
    ...properties(text, known).slice(0, MOST),
    ...words(text, filter),
    ...amounts(text, filter, known).slice(0, MOST),
  ];
}

/** What can mean one thing only. */
function exact(text: string, filter: FilterText): Suggestion[] | null {
  const days = DAYS.exec(text);
  const [from, to] = days ? [days[1]!, days[2]!] : [text, text];
  if ((days || DAY.test(text)) && isDay(from) && isDay(to)) {
    const label = from === to ? `On ${from}` : `From ${from} to ${to}`;
    return [{ kind: "Day", label, then: { filter: { ...filter, from, to } } }];
  }
  if (REQUEST.test(text)) {
    const label = "The request with that id";
    return [{ kind: "Request", label, then: { go: `request:${text.toLowerCase()}` } }];
  }
  const position = POSITION.exec(text);
  if (position) {
    const label = `The event at position ${position[1]}`;
    return [{ kind: "Position", label, then: { go: `/events/${position[1]}` } }];
  }
  const given = CONTACT.exec(text) ?? NUMBERED.exec(text);
  const named = given?.[1] ?? (PHONE.test(text) ? text : undefined);
  return named ? [contact(named, filter)] : null;
}

/** Whether it names a contact more likely than an event. */
function isCalled(text: string, [contact]: Suggestion[], [event]: Suggestion[]): boolean {
  const isSame = (one?: Suggestion) => one?.label.toLowerCase() === text.toLowerCase();
  return text.includes("@") || (isSame(contact) && !isSame(event));
}

function isDay(text: string): boolean {
  return !Number.isNaN(Date.parse(text));
}

function contact(named: string, filter: FilterText): Suggestion {
  return { kind: "Contact", label: named, then: { filter: { ...filter, contact: named } } };
}

function contacts(text: string, filter: FilterText, known: Known): Suggestion[] {
  const typed = text.toLowerCase();
  const called = known.contacts
    .filter((each) => each.toLowerCase().includes(typed))
    .toSorted((one, other) => place(one, typed) - place(other, typed));
  const named = text.includes("@") && !text.includes(" ") ? [text] : [];
  const same = called.filter((each) => place(each, typed) === 0);
  return [...new Set([...named, ...same, ...known.found, ...called.slice(0, 3)])]
    .slice(0, MOST)
    .map((each) => contact(each, filter));
}

/**
 * Names that begin so come before those that have it elsewhere, as with contacts; hidden ones only
 * when exact.
 */
function names(text: string, filter: FilterText, known: Known): Suggestion[] {
  const typed = text.toLowerCase();
  return (known.catalogue?.events ?? [])
    .filter((event) => event.name.toLowerCase().includes(typed) && !filter.names.includes(event.name))
    .filter((event) => !event.hidden || event.name === text)
    .toSorted((one, other) => place(one.name, typed) - place(other.name, typed))
    .map(({ name }) => ({
      kind: "Event",
      label: name,
      then: { filter: { ...filter, names: [...filter.names, name] } },
    }));
}

function place(name: string, typed: string): number {
  return name.toLowerCase() === typed ? 0 : name.toLowerCase().startsWith(typed) ? 1 : 2;
}

/** The properties with a value of their own, with its type; without those of hidden events. */
function scalars(known: Known): [path: string, type: string][] {
  const paths = new Map<string, string>();
  for (const event of known.catalogue?.events ?? []) {
    for (const { path, type } of event.properties ?? []) {
      if (type !== "object" && type !== "list" && !event.hidden) paths.set(path, type);
    }
  }
  return [...paths];
}

/** A number, as the value of each property that has numbers: quicker to find than by its text. */
function amounts(text: string, filter: FilterText, known: Known): Suggestion[] {
  if (!NUMBER.test(text)) return [];
  return scalars(known)
    .filter(([, type]) => type === "number")
    .map(([path]) => compared(path, "=", text, filter));
}

/** Paths in which it stands, to go on with an operator and a value. */
function properties(text: string, known: Known): Suggestion[] {
  const typed = text.toLowerCase();
  return scalars(known)
    .filter(([path]) => path.toLowerCase().includes(typed))
    .toSorted(([one], [other]) => place(one, typed) - place(other, typed))
    .map(([path, type]) => ({ kind: "Property", label: `${path} · ${type}`, then: { type: `${path}=` } }));
}

function condition(text: string, filter: FilterText, known: Known): Suggestion[] {
  const [, path, operator, value] = CONDITION.exec(text) ?? [];
  if (path === undefined || operator === undefined || value === undefined) return [];
  const whole = (given: string) => compared(path, operator, given, filter);
  const typed = value.toLowerCase();
  const values = known
    .values(path)
    .map(shortest)
    .filter((each) => each.toLowerCase().includes(typed) && each !== value);
  return [...(value ? [whole(value)] : []), ...values.slice(0, MOST).map(whole)];
}

function compared(path: string, operator: string, value: string, filter: FilterText): Suggestion {
  return {
    kind: "Condition",
    label: `${path} ${operator} ${value}`,
    then: { filter: { ...filter, where: [...filter.where, `${path}${operator}${value}`] } },
  };
}

/** A text without its quotes, where it cannot be taken for anything else. */
export function shortest(json: string): string {
  if (!json.startsWith('"')) return json;
  const text = JSON.parse(json) as string;
  return text !== "" && text.trim() === text && !isJson(text) ? text : json;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function words(text: string, filter: FilterText): Suggestion[] {
  const all = filter.text ? `${filter.text} ${text}` : text;
  return [{ kind: "Words", label: `says “${text}”`, then: { filter: { ...filter, text: all } } }];
}
