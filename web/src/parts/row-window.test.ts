import { describe, expect, it } from "vitest";

import { rowAtTop, rowWindow, scrollToTop, scrollFor, TALLEST } from "./row-window";

describe("rowWindow", () => {
  it("has the rows in sight and some around them", () => {
    const { first, end, height, top } = rowWindow(1_000, 40, 4_000, 400);
    expect([first, end, height, top(100)]).toEqual([90, 120, 40_000, 4_000]);
    expect(rowWindow(5, 40, 0, 400)).toMatchObject({ first: 0, end: 5, height: 200 });
    expect(rowWindow(0, 40, 0, 400)).toMatchObject({ first: 0, end: 0, height: 0 });
  });

  it("reaches the last of a million rows on a sheet that a browser can lay out", () => {
    const count = 1_000_000;
    const bottom = TALLEST - 400;
    const { end, height, top } = rowWindow(count, 40, bottom, 400);
    expect([end, height]).toEqual([count, TALLEST]);
    expect(top(count - 1)).toBeCloseTo(TALLEST - 40, 3);
    for (const scrolled of [0, 1, 1_234_567, 5_000_000, bottom]) {
      const view = rowWindow(count, 40, scrolled, 400);
      expect(view.top(view.first)).toBeLessThanOrEqual(scrolled);
      expect(view.top(view.end - 1) + 40).toBeGreaterThanOrEqual(scrolled + 400 - 1e-3);
    }
  });
});

describe("scrollFor", () => {
  it("brings a row into sight, whole, wherever it is, and leaves alone what is there", () => {
    for (const count of [1_000, 1_000_000]) {
      for (const index of [0, 7, 500, count - 1]) {
        const scrolled = scrollFor(index, count, 40, 300, 400) ?? 300;
        const { top } = rowWindow(count, 40, scrolled, 400);
        expect(top(index)).toBeGreaterThanOrEqual(scrolled - 1e-3);
        expect(top(index) + 40).toBeLessThanOrEqual(scrolled + 400 + 1e-3);
      }
    }
    expect(scrollFor(10, 1_000, 40, 300, 400)).toBeNull();
  });
});

describe("the row at the upper edge", () => {
  it("is the one that was scrolled to, for few rows and for many, whatever their height", () => {
    for (const count of [100, 1_000_000]) {
      for (const rowHeight of [40, 64]) {
        const top = scrollToTop(42.5, count, rowHeight, 500);
        expect(rowAtTop(count, rowHeight, top, 500)).toBeCloseTo(42.5);
      }
    }
  });
});
