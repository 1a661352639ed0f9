import { describe, expect, it } from "vitest";

import type { ContactChanges } from "../../api/client";
import { changedNames, changesOf } from "./history";

function entry(position: number, changes: [ContactChanges["changes"][number]["what"], string][]) {
  return {
    position,
    at: "2026-05-04T10:00:00Z",
    cause: "event" as const,
    changes: changes.map(([what, name]) => ({ what, name, before: null, after: 1 })),
  };
}

const ENTRIES = [
  entry(9, [["attribute", "CITY"], ["list", "3"]]),
  entry(7, [["identifier", "email_id"]]),
  entry(4, [["attribute", "CITY"], ["blocked_senders", ""]]),
];

describe("the history of one attribute", () => {
  it("has what changed of it, and nothing else", () => {
    const found = changesOf(ENTRIES, "CITY");
    expect(found.map(({ position }) => position)).toEqual([9, 4]);
    expect(found.flatMap(({ changes }) => changes.map(({ name }) => name))).toEqual(["CITY", "CITY"]);
    expect(changesOf(ENTRIES, "")).toEqual(ENTRIES);
    expect(changesOf(ENTRIES, "AGE")).toEqual([]);
  });

  it("is offered for all that changed, by names that say what it is", () => {
    expect(changedNames(ENTRIES)).toEqual([
      "CITY",
      "blocked senders",
      "identifier email_id",
      "list 3",
    ]);
  });
});
