import { expect, it } from "vitest";

import { share, size } from "./amounts";

it("shows bytes in a unit that reads well", () => {
  expect([0, 999, 1_000, 1_540_000, 23_400_000_000].map(size)).toEqual([
    "0 byte",
    "999 byte",
    "1 kB",
    "1.5 MB",
    "23 GB",
  ]);
});

it("tells a small share from none", () => {
  expect([share(0, 0), share(0, 9), share(1, 3), share(1, 30_000), share(2, 2)]).toEqual([
    "0%",
    "0%",
    "33%",
    "0.003%",
    "100%",
  ]);
});
