import { expect, test } from "vitest";

import type {
  Condition,
  Definition,
  Elements,
  Filter,
  Moment,
  Scalar,
  Test,
  Unit,
  Window,
} from "./definition";
import { blank, definitionOf, formOf, keyAt, newCondition, newGroup, placesOf, type SingleForm } from "./form";

/** Definitions of every kind, the same ones each time: mulberry32, a public-domain generator. */
class Chance {
  constructor(private state: number) {}

  private next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  one<T>(...choices: T[]): T {
    return choices[Math.floor(this.next() * choices.length)]!;
  }

  many<T>(least: number, most: number, make: () => T): T[] {
    return Array.from({ length: least + Math.floor(this.next() * (most - least + 1)) }, make);
  }

  maybe<T extends object>(make: () => T): Partial<T> {
    return this.next() < 0.5 ? {} : make();
  }
}

function scalar(chance: Chance): Scalar {
  return chance.one<Scalar>("", "Lyon", "142", 142, -0.5, 0, true, false);
}

function moment(chance: Chance): Moment {
  const unit = chance.one<Unit>("days", "months");
  const moved = chance.maybe(() => ({ amount: chance.one(-30, 7), unit }));
  return chance.one<Moment>(
    "2026-03-01",
    "2026-03-01T09:00:00.123456789+01:00",
    { relative_to: "now", ...moved },
    { relative_to: "attribute", attribute: "SIGNUP", ...moved },
  );
}

function window(chance: Chance, withEver = true): Window {
  const found = chance.one<() => Window>(
    () => ({ type: "last", amount: 30, unit: chance.one("minutes", "days", "months") }),
    () => ({ type: "next", amount: 1, unit: "weeks" }),
    () => ({ type: chance.one("before", "after"), moment: moment(chance) }),
    () => ({ type: "between", from: moment(chance), to: moment(chance) }),
    () => ({ type: "calendar", period: chance.one("today", "last_year") }),
    ...(withEver ? [(): Window => ({ type: "ever" })] : []),
  );
  return found();
}

function aTest(chance: Chance): Test {
  const as = chance.maybe(() => ({ as: "number" as const }));
  const numbers = chance.one("less_than", "at_most", "greater_than", "at_least");
  const texts = chance.one("contains", "starts_with", "ends_with");
  const plain = chance.one<() => Test>(
    () => ({ operator: "equals", value: scalar(chance) }),
    () => ({ operator: "equals", value: 142, ...as }),
    () => ({ operator: "one_of", values: chance.many(1, 3, () => scalar(chance)) }),
    () => ({ operator: texts, value: "x" }),
    () => ({ operator: "matches", pattern: "^a" }),
    () => ({ operator: numbers, value: 0, ...as }),
    () => ({ operator: "between", from: -1, to: 1, ...as }),
    () => ({ operator: "date", when: window(chance) }),
    () => ({ operator: chance.one("exists", "is_null") }),
  )();
  return chance.one<Test>(plain, { operator: "not", test: plain as Exclude<Test, { operator: "not" }> });
}

function elements(chance: Chance) {
  const count: Elements = { operator: chance.one("at_most", "exactly"), value: 0 };
  return chance.maybe(() => ({ elements: chance.one<Elements>("every", count) }));
}

function filter(chance: Chance, depth: number): Filter {
  if (depth > 0 && chance.one(true, false, false)) {
    const of = chance.many(1, 3, () => filter(chance, depth - 1));
    return { type: chance.one("all", "any", "none"), of };
  }
  const path = chance.one("duration", "items[].sku");
  const which = path.includes("[]") ? elements(chance) : {};
  return { type: "property", path, test: aTest(chance), ...which };
}

function events(chance: Chance) {
  return {
    ...names(chance),
    ...chance.maybe(() => ({ when: window(chance, false) })),
  };
}

function names(chance: Chance) {
  return {
    event: chance.one<string | string[]>("video_played", ["a", "b"]),
    ...chance.maybe(() => ({ where: chance.many(1, 3, () => filter(chance, 2)) })),
  };
}

function single(chance: Chance): Condition {
  const found = chance.one<() => object>(
    () => ({ type: "did", ...events(chance), count: { operator: "exactly", value: 0 } }),
    () => ({ type: "did", ...events(chance), ...chance.maybe(() => ({ occurrence: "last" })) }),
    () => ({ type: "did_not", ...events(chance) }),
    () => ({
      type: "aggregate",
      ...events(chance),
      function: chance.one("sum", "average", "min", "max", "distinct"),
      path: "items[].price",
      comparison: { operator: "equals", value: -1.5 },
      ...chance.maybe(() => ({ as: "number" })),
    }),
    () => ({
      type: chance.one("followed", "not_followed"),
      first: { ...events(chance), ...chance.maybe(() => ({ occurrence: "first" })) },
      then: names(chance),
      ...chance.maybe(() => ({ within: { amount: 90, unit: "minutes" } })),
    }),
    () => ({ type: "attribute", name: "TAGS[]", test: aTest(chance), ...elements(chance) }),
    () => ({ type: "attribute", name: "AGE", test: aTest(chance) }),
    () => ({ type: "identifier", kind: chance.one("email_id", "contact_id"), test: aTest(chance) }),
    () => ({ type: chance.one("list", "segment"), id: 4 }),
    () => ({ type: chance.one("created", "changed"), when: window(chance) }),
  );
  return found() as Condition;
}

function condition(chance: Chance, depth: number): Condition {
  if (depth === 0 || chance.one(true, false)) return single(chance);
  const of = chance.many(1, 4, () => condition(chance, depth - 1));
  return { type: chance.one("all", "any", "none"), of };
}

/** At the top a group `all` of one is that one. */
function plainest({ version, condition: top }: Definition): Definition {
  const only = top.type === "all" && top.of.length === 1 ? top.of[0]! : top;
  return { version, condition: only };
}

const DEFINITIONS: Definition[] = Array.from({ length: 200 }, (_, seed) => ({
  version: 1,
  condition: condition(new Chance(seed), 3),
}));

test("A definition comes out of its form as it went in.", () => {
  for (const definition of DEFINITIONS) {
    expect(definitionOf(formOf(definition))).toEqual(plainest(definition));
  }
});

test("A whole definition has no blank.", () => {
  for (const definition of DEFINITIONS) {
    expect(blank(definitionOf(formOf(definition)))).toBeNull();
  }
});

test("Every part is found by its place, and by every place within it that is in no other part.", () => {
  for (const definition of DEFINITIONS) {
    const places = placesOf(formOf(definition));
    const draft = definitionOf(formOf(definition));
    const whole = [...places.values()].filter((place) => place === "condition").length;
    expect(new Set(places.values()).size).toBe(places.size - whole + 1);
    for (const [key, place] of places) {
      const at = place.split(/[.[\]]+/).filter(Boolean);
      const part = at.reduce<unknown>(
        (value, step) => (value as Record<string, unknown>)[step],
        draft as unknown,
      );
      expect(part).toHaveProperty("type");
      if (place !== "condition") expect(keyAt(places, `${place}.test.value`)).toBe(key);
    }
  }
});

test("What is not filled in is named by its place, in order, and what to do there.", () => {
  const root = newGroup("all", [newCondition("list"), newCondition("did")]);
  expect(blank(definitionOf(root))).toEqual({
    place: "condition.of[0].id",
    missing: "Choose one",
  });
  expect(blank(definitionOf(newGroup("all", [newCondition("did")])))).toEqual({
    place: "condition.event",
    missing: "Choose an event",
  });
  expect(blank(definitionOf(newGroup("any", [])))?.missing).toBe("Add a condition");
});

test("A condition keeps what another type does not use.", () => {
  const count = { operator: "exactly" as const, value: 2 };
  const did: SingleForm = { ...newCondition("did"), events: ["a"], count };
  const said = (type: SingleForm["type"]) => definitionOf(newGroup("all", [{ ...did, type }])).condition;
  expect(said("did_not")).toEqual({ type: "did_not", event: "a" });
  expect(said("did")).toEqual({ type: "did", event: "a", count });
});
