import { describe, expect, it } from "vitest";

import { isEmpty, nothing, read, span, written } from "./filter";

describe("the filter in the address", () => {
  it("comes back as it was written", () => {
    const text = {
      names: ["a", "b&c"],
      contact: "+33 6=ada@example.com",
      from: "2026-05-04",
      to: "2026-05-05T10:30:00.000Z",
      text: "lyon #7",
      where: ["a=b&c", "items[].sku!=A 12"],
    };
    expect(read(written(text))).toEqual(text);
  });

  it("is empty for nothing, and reads nothing from what is no filter", () => {
    expect(written(nothing)).toBe("");
    expect(isEmpty(read("?from=yesterday&name=&x=1&where=&to=2026-19-01"))).toBe(true);
  });
});

describe("span", () => {
  it("takes whole days where the reader is", () => {
    const { start, end } = span({ ...nothing, from: "2026-05-04", to: "2026-05-04" });
    expect(new Date(end!).getTime() - new Date(start!).getTime()).toBe(86_399_999);
    expect(new Date(start!).getHours()).toBe(0);
  });

  it("takes moments as they are", () => {
    const from = "2026-05-04T10:30:00.000Z";
    expect(span({ ...nothing, from }).start).toBe(from);
  });

  it("is open where no day is given", () => {
    expect(span(nothing)).toEqual({ start: null, end: null });
  });
});
