import { describe, expect, it } from "vitest";

import { all } from "./feed";
import { read, written } from "./live-filter";

describe("the filter in the address", () => {
  it("is read as it was written", () => {
    for (const filter of [
      all,
      { show: "refused" as const, names: [], text: "a & b = ü" },
      { show: "accepted" as const, names: ["order_placed", "signed_up"], text: "" },
    ]) {
      expect(read(written(filter))).toEqual(filter);
    }
  });

  it("is everything where the address says nothing that it knows", () => {
    expect(written(all)).toBe("");
    expect(read("?show=both&name=")).toEqual(all);
  });
});
