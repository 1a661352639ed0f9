import { expect, test } from "vitest";

import type { Explanation } from "../../api/client";
import { actual, byPlace } from "./why";

function one(type: string, fields: Partial<Explanation>): Explanation {
  return { place: "condition", type, holds: false, ...fields } as Explanation;
}

test("Every condition is found by its place, however deep.", () => {
  const inner = one("list", { place: "condition.of[0].of[0]" });
  const group = one("none", { place: "condition.of[0]", of: [inner] });
  const found = byPlace(one("all", { of: [group] }));
  expect([...found.keys()]).toEqual(["condition", "condition.of[0]", "condition.of[0].of[0]"]);
  expect(found.get("condition.of[0].of[0]")).toBe(inner);
});

test.each<[Explanation, string]>([
  [one("did", { actual: 2, threshold: { operator: "at_least", value: 3 } }), "did so 2 times, wanted: at least 3"],
  [one("did_not", { actual: 0, holds: true }), "did so never"],
  [one("aggregate", { actual: null }), "there is no value"],
  [one("aggregate", { actual: 120.5 }), "it is 120.5"],
  [one("attribute", { actual: "Lyon" }), "it is “Lyon”"],
  [one("attribute", { actual: ["a", "b"] }), "it is “a”, “b”"],
  [one("identifier", { actual: null }), "there is none"],
  [one("followed", { actual: 5_400, holds: true }), "it came 1 hour later"],
  [one("not_followed", { actual: 180, holds: true }), "none came, 3 minutes ago"],
  [one("list", { actual: true, holds: true }), ""],
])("%j is said in words", (explanation, words) => {
  expect(actual(explanation)).toBe(words);
});
