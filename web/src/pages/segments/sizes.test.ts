import { expect, test } from "vitest";

import { course } from "./sizes";

test("The number of members lasts until somebody enters or leaves; a stretch counts at its end.", () => {
  const sizes = {
    start: "1970-01-01T00:00:00Z",
    end: "1970-01-01T00:04:00Z",
    step_seconds: 60,
    size: 2,
    moves: [
      { start: "1970-01-01T00:00:00Z", entered: 3, left: 0, size: 5 },
      { start: "1970-01-01T00:02:00Z", entered: 0, left: 1, size: 4 },
    ],
  };
  expect(course(sizes)).toEqual({ moments: [0, 60, 120, 180, 240], values: [2, 5, 5, 4, 4] });
});

test("A segment that nobody entered or left is a level line.", () => {
  const sizes = {
    start: "1970-01-01T00:00:00Z",
    end: "1970-01-01T00:02:00Z",
    step_seconds: 60,
    size: 7,
    moves: [],
  };
  expect(course(sizes).values).toEqual([7, 7, 7]);
});
