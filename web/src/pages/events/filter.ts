/** Which events to show, as the server is asked. */
export interface EventFilter {
  names: string[];
  contactIds: number[];
  start: string | null;
  end: string | null;
}

/** The same as people put it, and as it stands in the address. */
export interface FilterText {
  names: string[];
  contact: string;
  /** YYYY-MM-DD, a day where the reader is. */
  from: string;
  to: string;
}

export const everything: EventFilter = { names: [], contactIds: [], start: null, end: null };
export const nothing: FilterText = { names: [], contact: "", from: "", to: "" };

const DAY = /^\d{4}-\d\d-\d\d$/;

export function read(search: string): FilterText {
  const parameters = new URLSearchParams(search);
  const day = (name: string) => {
    const text = parameters.get(name) ?? "";
    return DAY.test(text) ? text : "";
  };
  return {
    names: parameters.getAll("name").filter((name) => name !== ""),
    contact: parameters.get("contact") ?? "",
    from: day("from"),
    to: day("to"),
  };
}

/** The part of an address that `read` takes back, with its question mark; empty for no filter. */
export function written(text: FilterText): string {
  const parameters = new URLSearchParams();
  text.names.forEach((name) => parameters.append("name", name));
  if (text.contact) parameters.set("contact", text.contact);
  if (text.from) parameters.set("from", text.from);
  if (text.to) parameters.set("to", text.to);
  const search = parameters.toString();
  return search && `?${search}`;
}

export function isEmpty(text: FilterText): boolean {
  return written(text) === "";
}

/** From the first moment of the day `from` to the last one of the day `to`, both where we are. */
export function span(text: FilterText): Pick<EventFilter, "start" | "end"> {
  return {
    start: text.from ? new Date(`${text.from}T00:00:00`).toISOString() : null,
    end: text.to ? new Date(`${text.to}T23:59:59.999`).toISOString() : null,
  };
}
