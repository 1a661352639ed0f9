/** Which events to show, as the server is asked. */
export interface EventFilter {
  names: string[];
  contactIds: number[];
  start: string | null;
  end: string | null;
  /** Words that all stand in the event. */
  text: string;
  /** Conditions on properties, as in `cart.total>=100`. */
  where: string[];
}

/** The same as people put it, and as it stands in the address. */
export interface FilterText {
  names: string[];
  contact: string;
  /** A day where the reader is, YYYY-MM-DD; or an exact moment, as ISO 8601 in UTC. */
  from: string;
  to: string;
  text: string;
  where: string[];
}

export const everything: EventFilter = {
  names: [],
  contactIds: [],
  start: null,
  end: null,
  text: "",
  where: [],
};
export const nothing: FilterText = {
  names: [],
  contact: "",
  from: "",
  to: "",
  text: "",
  where: [],
};

const DAY = /^\d{4}-\d\d-\d\d$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/;

export function read(search: string): FilterText {
  const parameters = new URLSearchParams(search);
  const moment = (name: string) => {
    const text = parameters.get(name) ?? "";
    return (DAY.test(text) || INSTANT.test(text)) && !Number.isNaN(Date.parse(text)) ? text : "";
  };
  const list = (name: string) => parameters.getAll(name).filter((each) => each !== "");
  return {
    names: list("name"),
    contact: parameters.get("contact") ?? "",
    from: moment("from"),
    to: moment("to"),
    text: parameters.get("text") ?? "",
    where: list("where"),
  };
}

/** The part of an address that `read` takes back, with its question mark; empty for no filter. */
export function written(text: FilterText): string {
  const parameters = new URLSearchParams();
  text.names.forEach((name) => parameters.append("name", name));
  if (text.contact) parameters.set("contact", text.contact);
  if (text.from) parameters.set("from", text.from);
  if (text.to) parameters.set("to", text.to);
  if (text.text) parameters.set("text", text.text);
  text.where.forEach((condition) => parameters.append("where", condition));
  const search = parameters.toString();
  return search && `?${search}`;
}

export function isEmpty(text: FilterText): boolean {
  return written(text) === "";
}

/** From the first moment of `from` to the last one of `to`; days are days where we are. */
export function span(text: FilterText): Pick<EventFilter, "start" | "end"> {
  const moment = (given: string, time: string) => {
    if (!given) return null;
    return DAY.test(given) ? new Date(`${given}T${time}`).toISOString() : given;
  };
  return { start: moment(text.from, "00:00:00"), end: moment(text.to, "23:59:59.999") };
}

/** The filter as parameters of the server's routes. */
export function asked(filter: EventFilter) {
  return {
    event_name: filter.names,
    contact_id: filter.contactIds,
    start: filter.start,
    end: filter.end,
    text: filter.text,
    where: filter.where,
  };
}
