import { expect, it } from "vitest";

import type { Property } from "../../api/client";
import { drifted, percent } from "./types";

function property(drift: Property["drift"], ...types: [Property["types"][number]["type"], string][]) {
  return {
    path: "total",
    count: 3,
    types: types.map(([type, at]) => ({
      type,
      count: 1,
      first_seen: at,
      last_seen: at,
      examples: [],
    })),
    drift,
    description: "",
    expected: drift === "unexpected" ? "number" : "",
    hidden: false,
  } satisfies Property;
}

it("says what turned into what, in order of time, and what is mixed", () => {
  expect(drifted(property("turned", ["text", "2026-05-05"], ["number", "2026-05-04"]))).toBe(
    "Was number, became text",
  );
  expect(drifted(property("mixed", ["text", "2"], ["null", "1"], ["number", "1"]))).toBe(
    "Comes as text and number",
  );
  expect(drifted(property("unexpected", ["number", "1"], ["text", "2"]))).toBe(
    "Expected number, came as text",
  );
  expect(drifted(property("", ["number", "1"]))).toBe("");
});

it("never rounds some to none, or most to all", () => {
  expect([percent(1, 1000), percent(999, 1000), percent(1, 3), percent(0, 5), percent(0, 0)]).toEqual([
    "<1 %",
    ">99 %",
    "33 %",
    "0 %",
    "",
  ]);
});
