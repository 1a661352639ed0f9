import { describe, expect, it } from "vitest";

import { placeOf } from "./place";

/** What the server would answer: numbers from 1, the latest the highest. */
function listed(all: number, page: number, count: number | null, size: number): number[] {
  const { sort, offset, limit } = placeOf(page, count, size);
  const rows = Array.from({ length: all }, (_, index) => (sort === "asc" ? index + 1 : all - index));
  const found = rows.slice(offset, offset + limit);
  return sort === "asc" ? found.toReversed() : found;
}

describe("placeOf", () => {
  it("has every row once, latest first, whatever their number", () => {
    for (const count of [1, 9, 10, 11, 25, 30, 31]) {
      const pages = Array.from({ length: Math.ceil(count / 10) }, (_, page) => page);
      const rows = pages.flatMap((page) => listed(count, page, page === 0 ? null : count, 10));
      expect(rows).toEqual(Array.from({ length: count }, (_, index) => count - index));
    }
  });

  it("stands still while rows are added", () => {
    for (const page of [1, 2, 3]) {
      expect(listed(35 + 1_000, page, 35, 10)).toEqual(listed(35, page, 35, 10));
    }
  });
});
