/** The JSON form of a definition; docs/reference/segments.md says what each part means. */
export interface Definition {
  version: 1;
  condition: Condition;
}

export type GroupType = "all" | "any" | "none";
export type FixedUnit = "minutes" | "hours" | "days" | "weeks";
export type Unit = FixedUnit | "months";
export type Period =
  | "today"
  | "yesterday"
  | "this_week"
  | "last_week"
  | "this_month"
  | "last_month"
  | "this_year"
  | "last_year";
export type Occurrence = "any" | "first" | "last";
export type AggregateFunction = "sum" | "average" | "min" | "max" | "distinct";
export type IdentifierKind =
  | "contact_id"
  | "ext_id"
  | "email_id"
  | "phone_id"
  | "whatsapp_id"
  | "landline_number_id";
export type Scalar = string | number | boolean;
export type Names = string | string[];
export type Reading = "received" | "number";

export type Moment =
  | string
  | { relative_to: "now"; amount?: number; unit?: Unit }
  | { relative_to: "attribute"; attribute: string; amount?: number; unit?: Unit };

export type Window =
  | { type: "ever" }
  | { type: "last" | "next"; amount: number; unit: Unit }
  | { type: "before" | "after"; moment: Moment }
  | { type: "between"; from: Moment; to: Moment }
  | { type: "calendar"; period: Period };

export interface Duration {
  amount: number;
  unit: FixedUnit;
}

export interface Count {
  operator: "at_least" | "at_most" | "exactly";
  value: number;
}

export type Elements = "any" | "every" | Count;

export interface Comparison {
  operator: "equals" | "less_than" | "at_most" | "greater_than" | "at_least";
  value: number;
}

export type PlainTest =
  | { operator: "equals"; value: Scalar; as?: Reading }
  | { operator: "one_of"; values: Scalar[]; as?: Reading }
  | { operator: "contains" | "starts_with" | "ends_with"; value: string }
  | { operator: "matches"; pattern: string }
  | { operator: "less_than" | "at_most" | "greater_than" | "at_least"; value: number; as?: Reading }
  | { operator: "between"; from: number; to: number; as?: Reading }
  | { operator: "date"; when: Window }
  | { operator: "exists" | "is_null" };
export type Test = PlainTest | { operator: "not"; test: PlainTest };

export type Filter =
  | { type: GroupType; of: Filter[] }
  | { type: "property"; path: string; test: Test; elements?: Elements };

export interface Group {
  type: GroupType;
  of: Condition[];
}

export interface Did {
  type: "did";
  event: Names;
  where?: Filter[];
  when?: Window;
  count?: Count;
  occurrence?: Occurrence;
}

export interface DidNot {
  type: "did_not";
  event: Names;
  where?: Filter[];
  when?: Window;
}

export interface Aggregate {
  type: "aggregate";
  event: Names;
  function: AggregateFunction;
  path: string;
  comparison: Comparison;
  where?: Filter[];
  when?: Window;
  as?: Reading;
}

export interface Followed {
  type: "followed" | "not_followed";
  first: { event: Names; where?: Filter[]; when?: Window; occurrence?: Occurrence };
  then: { event: Names; where?: Filter[] };
  within?: Duration | null;
}

export type EventCondition = Did | DidNot | Aggregate | Followed;
export type ContactCondition =
  | { type: "attribute"; name: string; test: Test; elements?: Elements }
  | { type: "identifier"; kind: IdentifierKind; test: Test }
  | { type: "list" | "segment"; id: number }
  | { type: "created" | "changed"; when: Window };
export type SingleCondition = EventCondition | ContactCondition;
export type Condition = Group | SingleCondition;

export function isGroup(condition: Condition): condition is Group {
  return condition.type === "all" || condition.type === "any" || condition.type === "none";
}
