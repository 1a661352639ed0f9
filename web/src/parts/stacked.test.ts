import { expect, it } from "vitest";

import { OTHERS, stacked } from "./stacked";

function bucket(minute: number, name: string, count: number) {
  return { start: `2026-05-04T10:0${minute}:00.000Z`, name, count };
}

it("fills gaps, orders by frequency, and puts the rare together", () => {
  const rare = ["c", "d", "e", "f", "g"].map((name, index) => bucket(0, name, 5 - index));
  const { starts, series, step } = stacked({
    start: "2026-05-04T10:00:00.000Z",
    end: "2026-05-04T10:04:00.000Z",
    step_seconds: 60,
    buckets: [bucket(0, "a", 1), ...rare, bucket(3, "b", 20), bucket(3, "a", 9)],
    looked_back_to: null,
  });
  expect(step).toBe(60);
  expect(starts.map((each) => each - (starts[0] ?? 0))).toEqual([0, 60, 120, 180]);
  expect(series.map(({ name, total }) => [name, total])).toEqual([
    ["b", 20],
    ["a", 10],
    ["c", 5],
    ["d", 4],
    ["e", 3],
    [OTHERS, 3],
  ]);
  expect(series[1]?.counts).toEqual([1, 0, 0, 9]);
  expect(series[5]?.counts).toEqual([3, 0, 0, 0]);
});

it("is empty where nothing matches", () => {
  const nothing = { start: null, end: null, step_seconds: 0, buckets: [], looked_back_to: null };
  expect(stacked(nothing).starts).toEqual([]);
});
