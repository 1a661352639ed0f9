import {
  type AggregateFunction,
  type Comparison,
  type Condition,
  type Count,
  type Definition,
  type Duration,
  type Elements,
  type Filter,
  type FixedUnit,
  type GroupType,
  type IdentifierKind,
  isGroup,
  type Moment,
  type Names,
  type Occurrence,
  type Period,
  type PlainTest,
  type Scalar,
  type SingleCondition,
  type Test,
  type Unit,
  type Window,
} from "./definition";

/**
 * A definition as it is being built. Every part keeps all that was typed into it, also what its
 * present type does not use, so that another type can be tried without losing anything. What is
 * null was not filled in yet.
 */
export interface GroupForm<Part> {
  key: string;
  type: GroupType;
  of: (Part | GroupForm<Part>)[];
}

export type RootForm = GroupForm<SingleForm>;
export type ConditionForm = SingleForm | RootForm;
export type FilterForm = PropertyForm | GroupForm<PropertyForm>;

export type SingleType = SingleCondition["type"];
export type Operator = PlainTest["operator"];
/** `mixed`: values of several types, as JSON texts. */
export type ScalarKind = "text" | "number" | "boolean" | "mixed";

export interface MomentForm {
  kind: "day" | "time" | "now" | "attribute";
  text: string | null;
  attribute: string | null;
  amount: number | null;
  unit: Unit;
}

export interface WindowForm {
  type: Window["type"];
  amount: number | null;
  unit: Unit;
  moment: MomentForm;
  from: MomentForm;
  to: MomentForm;
  period: Period;
}

export interface TestForm {
  operator: Operator;
  negated: boolean;
  kind: ScalarKind;
  value: Scalar | null;
  values: Scalar[];
  text: string | null;
  number: number | null;
  from: number | null;
  to: number | null;
  when: WindowForm;
  textsToo: boolean;
}

export interface ElementsForm {
  which: "any" | "every" | Count["operator"];
  value: number | null;
}

export interface PropertyForm {
  key: string;
  type: "property";
  path: string | null;
  test: TestForm;
  elements: ElementsForm;
}

export interface SingleForm {
  key: string;
  type: SingleType;
  events: string[];
  where: FilterForm[];
  when: WindowForm;
  occurrence: Occurrence;
  count: { operator: Count["operator"]; value: number | null };
  function: AggregateFunction;
  path: string | null;
  comparison: { operator: Comparison["operator"]; value: number | null };
  textsToo: boolean;
  thenEvents: string[];
  thenWhere: FilterForm[];
  within: { limited: boolean; amount: number | null; unit: FixedUnit };
  attribute: string | null;
  identifier: IdentifierKind;
  test: TestForm;
  elements: ElementsForm;
  list: number | null;
  segment: number | null;
}

let keys = 0;

function newKey(): string {
  keys += 1;
  return `part-${keys}`;
}

const NOW: MomentForm = { kind: "day", text: null, attribute: null, amount: null, unit: "days" };
const EVER: WindowForm = {
  type: "ever",
  amount: 30,
  unit: "days",
  moment: NOW,
  from: NOW,
  to: NOW,
  period: "this_month",
};
const EQUALS: TestForm = {
  operator: "equals",
  negated: false,
  kind: "text",
  value: null,
  values: [],
  text: null,
  number: null,
  from: null,
  to: null,
  when: { ...EVER, type: "last" },
  textsToo: false,
};
const ANY: ElementsForm = { which: "any", value: 1 };

export function newProperty(): PropertyForm {
  return { key: newKey(), type: "property", path: null, test: EQUALS, elements: ANY };
}

export function newGroup<Part>(type: GroupType, of: (Part | GroupForm<Part>)[]): GroupForm<Part> {
  return { key: newKey(), type, of };
}

export function newCondition(type: SingleType): SingleForm {
  return {
    key: newKey(),
    type,
    events: [],
    where: [],
    when: type === "created" || type === "changed" ? { ...EVER, type: "last" } : EVER,
    occurrence: "any",
    count: { operator: "at_least", value: 1 },
    function: "sum",
    path: null,
    comparison: { operator: "at_least", value: null },
    textsToo: false,
    thenEvents: [],
    thenWhere: [],
    within: { limited: true, amount: 1, unit: "hours" },
    attribute: null,
    identifier: "email_id",
    test: EQUALS,
    elements: ANY,
    list: null,
    segment: null,
  };
}

export function isGroupForm<Part>(
  part: { type: string } & (Part | GroupForm<Part>),
): part is { type: string } & GroupForm<Part> {
  return part.type === "all" || part.type === "any" || part.type === "none";
}

/** The form of a definition. At its top is always a group. */
export function formOf({ condition }: Definition): RootForm {
  return isGroup(condition) ? groupForm(condition) : newGroup("all", [singleForm(condition)]);
}

function groupForm({ type, of }: { type: GroupType; of: Condition[] }): RootForm {
  return newGroup(
    type,
    of.map((part) => (isGroup(part) ? groupForm(part) : singleForm(part))),
  );
}

function singleForm(condition: SingleCondition): SingleForm {
  const form = newCondition(condition.type);
  switch (condition.type) {
    case "attribute":
      return {
        ...form,
        attribute: condition.name,
        test: testForm(condition.test),
        elements: elementsForm(condition.elements),
      };
    case "identifier":
      return { ...form, identifier: condition.kind, test: testForm(condition.test) };
    case "list":
      return { ...form, list: condition.id };
    case "segment":
      return { ...form, segment: condition.id };
    case "created":
    case "changed":
      return { ...form, when: windowForm(condition.when) };
    case "did":
      return {
        ...form,
        ...eventsForm(condition),
        count: condition.count ?? form.count,
        occurrence: condition.occurrence ?? "any",
      };
    case "did_not":
      return { ...form, ...eventsForm(condition) };
    case "aggregate":
      return {
        ...form,
        ...eventsForm(condition),
        function: condition.function,
        path: condition.path,
        comparison: condition.comparison,
        textsToo: condition.as === "number",
      };
    case "followed":
    case "not_followed": {
      const { first, then, within } = condition;
      return {
        ...form,
        ...eventsForm(first),
        occurrence: first.occurrence ?? "any",
        thenEvents: listed(then.event),
        thenWhere: (then.where ?? []).map(filterForm),
        within: within ? { limited: true, ...within } : { ...form.within, limited: false },
      };
    }
  }
}

function eventsForm({ event, where, when }: { event: Names; where?: Filter[]; when?: Window }) {
  return {
    events: listed(event),
    where: (where ?? []).map(filterForm),
    when: windowForm(when),
  };
}

function listed(names: Names): string[] {
  return typeof names === "string" ? [names] : names;
}

function filterForm(filter: Filter): FilterForm {
  if (filter.type !== "property") return newGroup(filter.type, filter.of.map(filterForm));
  return {
    key: newKey(),
    type: "property",
    path: filter.path,
    test: testForm(filter.test),
    elements: elementsForm(filter.elements),
  };
}

function elementsForm(elements: Elements = "any"): ElementsForm {
  if (elements === "any" || elements === "every") return { ...ANY, which: elements };
  return { which: elements.operator, value: elements.value };
}

function testForm(test: Test): TestForm {
  if (test.operator === "not") return { ...testForm(test.test), negated: true };
  const form = { ...EQUALS, operator: test.operator, textsToo: "as" in test && test.as === "number" };
  switch (test.operator) {
    case "equals":
      return { ...form, value: test.value, kind: kindOf([test.value]) };
    case "one_of":
      return { ...form, values: test.values, kind: kindOf(test.values) };
    case "contains":
    case "starts_with":
    case "ends_with":
      return { ...form, text: test.value };
    case "matches":
      return { ...form, text: test.pattern };
    case "less_than":
    case "at_most":
    case "greater_than":
    case "at_least":
      return { ...form, number: test.value, kind: "number" };
    case "between":
      return { ...form, from: test.from, to: test.to, kind: "number" };
    case "date":
      return { ...form, when: windowForm(test.when) };
    case "exists":
    case "is_null":
      return form;
  }
}

export function kindOf(values: Scalar[]): ScalarKind {
  const kinds = new Set(values.map((value) => typeof value));
  if (kinds.size > 1) return "mixed";
  if (kinds.has("number")) return "number";
  return kinds.has("boolean") ? "boolean" : "text";
}

function windowForm(window: Window = { type: "ever" }): WindowForm {
  const form = { ...EVER, type: window.type };
  switch (window.type) {
    case "ever":
      return form;
    case "last":
    case "next":
      return { ...form, amount: window.amount, unit: window.unit };
    case "before":
    case "after":
      return { ...form, moment: momentForm(window.moment) };
    case "between":
      return { ...form, from: momentForm(window.from), to: momentForm(window.to) };
    case "calendar":
      return { ...form, period: window.period };
  }
}

const DAY = /^\d{4}-\d\d-\d\d$/;

function momentForm(moment: Moment): MomentForm {
  if (typeof moment === "string") {
    return { ...NOW, kind: DAY.test(moment) ? "day" : "time", text: moment };
  }
  const moved = { amount: moment.amount ?? 0, unit: moment.unit ?? "days" };
  if (moment.relative_to === "now") return { ...NOW, kind: "now", ...moved };
  return { ...NOW, kind: "attribute", attribute: moment.attribute, ...moved };
}

/** A definition in which what was not filled in is null. */
export type Draft = { version: 1; condition: unknown };

/** The definition that the form says, without what is left to defaults. */
export function definitionOf(root: RootForm): Draft {
  return { version: 1, condition: condition(topmost(root)) };
}

/** A group at the top that only holds one condition says no more than that condition. */
function topmost(root: RootForm): ConditionForm {
  const [only] = root.of;
  return root.type === "all" && root.of.length === 1 && only ? only : root;
}

function condition(form: ConditionForm): unknown {
  if (isGroupForm<SingleForm>(form)) return { type: form.type, of: form.of.map(condition) };
  const { type } = form;
  switch (type) {
    case "attribute":
      return {
        type,
        name: form.attribute,
        test: test(form.test),
        ...elements(form.elements, form.attribute),
      };
    case "identifier":
      return { type, kind: form.identifier, test: test(form.test) };
    case "list":
      return { type, id: form.list };
    case "segment":
      return { type, id: form.segment };
    case "created":
    case "changed":
      return { type, when: window(form.when) };
    case "did":
      return { type, ...events(form), ...which(form), ...counted(form) };
    case "did_not":
      return { type, ...events(form) };
    case "aggregate":
      return {
        type,
        ...events(form),
        function: form.function,
        path: form.path,
        comparison: form.comparison,
        ...reading(form.textsToo),
      };
    case "followed":
    case "not_followed":
      return {
        type,
        first: { ...events(form), ...which(form) },
        then: { event: named(form.thenEvents), ...where(form.thenWhere) },
        ...(form.within.limited && { within: within(form.within) }),
      };
  }
}

function events(form: SingleForm) {
  const when = form.when.type === "ever" ? {} : { when: window(form.when) };
  return { event: named(form.events), ...where(form.where), ...when };
}

function named(names: string[]): Names | null {
  return names.length > 1 ? names : (names[0] ?? null);
}

function where(filters: FilterForm[]) {
  return filters.length > 0 ? { where: filters.map(filter) } : {};
}

function which({ occurrence }: SingleForm) {
  return occurrence === "any" ? {} : { occurrence };
}

/** The first or last event is one: there is nothing to count. */
function counted({ occurrence, count: { operator, value } }: SingleForm) {
  const isDefault = operator === "at_least" && value === 1;
  return isDefault || occurrence !== "any" ? {} : { count: { operator, value } };
}

function within({ amount, unit }: SingleForm["within"]): { amount: number | null; unit: Duration["unit"] } {
  return { amount, unit };
}

function reading(textsToo: boolean) {
  return textsToo ? { as: "number" as const } : {};
}

function filter(form: FilterForm): unknown {
  if (isGroupForm<PropertyForm>(form)) return { type: form.type, of: form.of.map(filter) };
  const { path } = form;
  return { type: "property", path, test: test(form.test), ...elements(form.elements, path) };
}

/** Only a path through an array has elements. */
function elements({ which, value }: ElementsForm, path: string | null) {
  if (which === "any" || !path?.includes("[]")) return {};
  return { elements: which === "every" ? which : { operator: which, value } };
}

function test(form: TestForm): unknown {
  const inner = plain(form);
  return form.negated ? { operator: "not", test: inner } : inner;
}

function plain({ operator, textsToo, ...form }: TestForm): unknown {
  switch (operator) {
    case "equals":
      return { operator, value: form.value, ...reading(textsToo && form.kind !== "text") };
    case "one_of":
      return { operator, values: form.values, ...reading(textsToo && form.kind !== "text") };
    case "contains":
    case "starts_with":
    case "ends_with":
      return { operator, value: form.text };
    case "matches":
      return { operator, pattern: form.text };
    case "less_than":
    case "at_most":
    case "greater_than":
    case "at_least":
      return { operator, value: form.number, ...reading(textsToo) };
    case "between":
      return { operator, from: form.from, to: form.to, ...reading(textsToo) };
    case "date":
      return { operator, when: window(form.when) };
    case "exists":
    case "is_null":
      return { operator };
  }
}

function window(form: WindowForm): unknown {
  const { type } = form;
  switch (type) {
    case "ever":
      return { type };
    case "last":
    case "next":
      return { type, amount: form.amount, unit: form.unit };
    case "before":
    case "after":
      return { type, moment: moment(form.moment) };
    case "between":
      return { type, from: moment(form.from), to: moment(form.to) };
    case "calendar":
      return { type, period: form.period };
  }
}

function moment({ kind, text, attribute, amount, unit }: MomentForm): unknown {
  switch (kind) {
    case "day":
    case "time":
      return text;
    case "now":
      return { relative_to: kind, ...moved(amount, unit) };
    case "attribute":
      return { relative_to: kind, attribute, ...moved(amount, unit) };
  }
}

/** An amount that is left empty moves nothing. */
function moved(amount: number | null, unit: Unit) {
  return amount ? { amount, unit } : {};
}

/** Where each part stands in the definition, by its key; the top group has the whole's place. */
export function placesOf(root: RootForm): Map<string, string> {
  const places = new Map([[root.key, "condition"]]);
  placed(topmost(root), "condition");
  return places;

  function placed(form: ConditionForm, place: string): void {
    places.set(form.key, place);
    if (isGroupForm<SingleForm>(form)) {
      form.of.forEach((part, index) => placed(part, `${place}.of[${index}]`));
      return;
    }
    const isPair = form.type === "followed" || form.type === "not_followed";
    filters(form.where, isPair ? `${place}.first.where` : `${place}.where`);
    if (isPair) filters(form.thenWhere, `${place}.then.where`);
  }

  function filters(forms: FilterForm[], place: string): void {
    forms.forEach((form, index) => {
      const here = `${place}[${index}]`;
      places.set(form.key, here);
      if (isGroupForm<PropertyForm>(form)) filters(form.of as FilterForm[], `${here}.of`);
    });
  }
}

/** The key of the innermost part that holds the place; undefined where the place is in none. */
export function keyAt(places: Map<string, string>, place: string): string | undefined {
  let found: string | undefined;
  let longest = -1;
  for (const [key, here] of places) {
    const holds = place === here || place.startsWith(`${here}.`) || place.startsWith(`${here}[`);
    if (holds && here.length >= longest) {
      found = key;
      longest = here.length;
    }
  }
  return found;
}

/** The first place that is not filled in yet, and what is missing there; null where all is. */
export function blank(draft: Draft): { place: string; missing: string } | null {
  return look(draft.condition, "condition");

  function look(value: unknown, place: string): { place: string; missing: string } | null {
    if (value === null) return { place, missing: missing(place) };
    if (Array.isArray(value)) {
      if (value.length === 0) return { place, missing: missing(place) };
      return first(value.map((each, index) => [`${place}[${index}]`, each]));
    }
    if (typeof value !== "object") return null;
    return first(Object.entries(value).map(([name, each]) => [`${place}.${name}`, each]));
  }

  function first(parts: [string, unknown][]) {
    for (const [place, value] of parts) {
      const found = look(value, place);
      if (found) return found;
    }
    return null;
  }
}

function missing(place: string): string {
  const field = /(\w+)(?:\[\d+\])*$/.exec(place)?.[1] ?? "";
  return MISSING[field] ?? "Fill in what is missing";
}

const MISSING: Record<string, string> = {
  of: "Add a condition",
  event: "Choose an event",
  path: "Choose a property",
  name: "Choose an attribute",
  attribute: "Choose an attribute",
  id: "Choose one",
  value: "Say which value",
  values: "Say which values",
  amount: "Say how many",
  moment: "Choose a moment",
  from: "Say from where",
  to: "Say up to where",
  pattern: "Write a pattern",
};
