import {
  type AggregateFunction,
  type Comparison,
  type Condition,
  type Count,
  type Elements,
  type Filter,
  type GroupType,
  type IdentifierKind,
  isGroup,
  type Moment,
  type Names,
  type Occurrence,
  type PlainTest,
  type Scalar,
  type SingleCondition,
  type Test,
  type Window,
} from "./definition";

/** A condition as people say it; groups have their parts below them. */
export interface Words {
  /** In the definition, as the server names it. */
  place: string;
  text: string;
  of: Words[];
}

/** How lists and segments are called. */
export interface Called {
  list: (id: number) => string;
  segment: (id: number) => string;
}

export const GROUPS: Record<GroupType, string> = {
  all: "All of these hold",
  any: "At least one of these holds",
  none: "None of these holds",
};

export const IDENTIFIERS: Record<IdentifierKind, string> = {
  contact_id: "number",
  ext_id: "own id",
  email_id: "e-mail address",
  phone_id: "phone number",
  whatsapp_id: "WhatsApp number",
  landline_number_id: "landline number",
};

export function inWords(condition: Condition, called: Called, place = "condition"): Words {
  if (isGroup(condition)) {
    const of = condition.of.map((part, index) => inWords(part, called, `${place}.of[${index}]`));
    return { place, text: GROUPS[condition.type], of };
  }
  return { place, text: sentence(condition, called), of: [] };
}

function sentence(condition: SingleCondition, called: Called): string {
  switch (condition.type) {
    case "attribute":
      return tested(condition.name, condition.test, condition.elements);
    case "identifier":
      return `The ${IDENTIFIERS[condition.kind]} ${test(condition.test)}`;
    case "list":
      return `Is on the list “${called.list(condition.id)}”`;
    case "segment":
      return `Is in the segment “${called.segment(condition.id)}”`;
    case "created":
      return joined("Was created", window(condition.when) || "at any time");
    case "changed":
      return joined("Changed last", window(condition.when) || "at any time");
    case "did": {
      const { occurrence = "any", count, when } = condition;
      const narrowed = where(condition.where);
      if (occurrence !== "any") {
        const event = `The ${occurrence} ${names(condition.event)}`;
        return joined(event, joined("was", window(when) || "at any time"), narrowed);
      }
      return joined(`Did ${names(condition.event)}`, times(count), window(when), narrowed);
    }
    case "did_not":
      return joined(`Did not do ${names(condition.event)}`, window(condition.when), where(condition.where));
    case "aggregate": {
      const of = FUNCTIONS[condition.function](condition.path);
      const over = joined(`over ${names(condition.event)}`, window(condition.when), where(condition.where));
      const also = condition.as === "number" ? TEXTS_TOO : "";
      return joined(`The ${of}`, over, compared(condition.comparison), also);
    }
    case "followed":
    case "not_followed": {
      const { first, then, within } = condition;
      const begun = joined(
        `After ${article(first.occurrence)} ${names(first.event)}`,
        window(first.when),
        where(first.where),
      );
      const end = within ? `within ${amount(within.amount, within.unit)}` : "at any later time";
      const other = joined(names(then.event), where(then.where));
      const came = condition.type === "followed" ? `came ${other}` : `came no ${other}`;
      return joined(begun, came, end);
    }
  }
}

function joined(...parts: string[]): string {
  return parts.filter((part) => part !== "").join(" ");
}

function article(occurrence: Occurrence = "any"): string {
  return occurrence === "any" ? "any" : `the ${occurrence}`;
}

export function names(event: Names): string {
  return typeof event === "string" ? event : event.join(" or ");
}

function times(count: Count | undefined): string {
  if (!count || (count.operator === "at_least" && count.value === 1)) return "";
  return `${COUNTS[count.operator]} ${count.value === 1 ? "once" : `${number(count.value)} times`}`;
}

export const COUNTS: Record<Count["operator"], string> = {
  at_least: "at least",
  at_most: "at most",
  exactly: "exactly",
};

const FUNCTIONS: Record<AggregateFunction, (path: string) => string> = {
  sum: (path) => `sum of ${path}`,
  average: (path) => `average of ${path}`,
  min: (path) => `least ${path}`,
  max: (path) => `largest ${path}`,
  distinct: (path) => `number of different ${path}`,
};

function compared({ operator, value }: Comparison): string {
  return `${COMPARISONS[operator]} ${number(value)}`;
}

const COMPARISONS: Record<Comparison["operator"], string> = {
  equals: "is",
  less_than: "is less than",
  at_most: "is at most",
  greater_than: "is greater than",
  at_least: "is at least",
};

/** A condition on properties as part of a sentence; empty where there is none. */
function where(filters: Filter[] = []): string {
  return filters.length === 0 ? "" : `where ${filters.map((each) => filter(each)).join(" and ")}`;
}

function filter(one: Filter): string {
  if (one.type === "property") return tested(one.path, one.test, one.elements);
  const parts = one.of.map(filter);
  switch (one.type) {
    case "all":
      return parts.length === 1 ? parts[0]! : `(${parts.join(" and ")})`;
    case "any":
      return parts.length === 1 ? parts[0]! : `(${parts.join(" or ")})`;
    case "none":
      return `not (${parts.join(" or ")})`;
  }
}

function tested(path: string, one: Test, elements: Elements = "any"): string {
  if (!path.includes("[]")) return `${path} ${test(one)}`;
  if (elements === "any" || elements === "every") return `${elements} ${path} ${test(one)}`;
  return `${COUNTS[elements.operator]} ${number(elements.value)} of ${path} ${test(one)}`;
}

const TEXTS_TOO = "(texts written as numbers count too)";

/** What a value must be, with the verb first. */
export function test(one: Test): string {
  return one.operator === "not" ? plain(one.test, true) : plain(one, false);
}

function plain(one: PlainTest, negated: boolean): string {
  const is = negated ? "is not" : "is";
  const does = (verb: string, verbs: string) => (negated ? `does not ${verb}` : verbs);
  const also = "as" in one && one.as === "number" ? ` ${TEXTS_TOO}` : "";
  switch (one.operator) {
    case "equals":
      return `${is} ${scalar(one.value)}${also}`;
    case "one_of":
      return `${is} one of ${few(one.values.map(scalar))}${also}`;
    case "contains":
      return `${does("contain", "contains")} ${scalar(one.value)}`;
    case "starts_with":
      return `${does("start", "starts")} with ${scalar(one.value)}`;
    case "ends_with":
      return `${does("end", "ends")} with ${scalar(one.value)}`;
    case "matches":
      return `${does("match", "matches")} ${one.pattern}`;
    case "exists":
      return negated ? "is not there" : "is there";
    case "is_null":
      return `${is} null`;
    case "between":
      return `${is} from ${number(one.from)} to ${number(one.to)}${also}`;
    case "date":
      return joined(`${is} a date`, window(one.when));
    default:
      return `${is}${COMPARISONS[one.operator].slice(2)} ${number(one.value)}${also}`;
  }
}

const FEW = 5;

function few(values: string[]): string {
  const rest = values.length - FEW;
  return rest > 0 ? `${values.slice(0, FEW).join(", ")} and ${rest} more` : values.join(", ");
}

function scalar(value: Scalar): string {
  if (typeof value === "string") return `“${value}”`;
  return typeof value === "number" ? number(value) : String(value);
}

/** As it is written in a definition: without separators, which differ from place to place. */
function number(value: number): string {
  return String(value);
}

/** When, as part of a sentence; empty for ever. */
export function window(one: Window | undefined): string {
  switch (one?.type) {
    case undefined:
    case "ever":
      return "";
    case "last":
      return `in the last ${amount(one.amount, one.unit)}`;
    case "next":
      return `in the next ${amount(one.amount, one.unit)}`;
    case "before":
    case "after":
      return `${one.type} ${moment(one.moment)}`;
    case "between":
      return `from ${moment(one.from)} to ${moment(one.to)}`;
    case "calendar":
      return one.period.replace("_", " ");
  }
}

function moment(one: Moment): string {
  if (typeof one === "string") return one;
  const distance = one.amount ?? 0;
  const unit = one.unit ?? "days";
  const length = amount(Math.abs(distance), unit);
  if (one.relative_to === "now") {
    if (distance === 0) return "now";
    return distance < 0 ? `${length} ago` : `${length} from now`;
  }
  if (distance === 0) return one.attribute;
  return `${length} ${distance < 0 ? "before" : "after"} ${one.attribute}`;
}

/** `1 day`, `30 days`. */
export function amount(size: number, unit: string): string {
  return `${number(size)} ${size === 1 ? unit.slice(0, -1) : unit}`;
}
