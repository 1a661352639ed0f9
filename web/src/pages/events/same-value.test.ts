import { describe, expect, it } from "vitest";

import { NumberText, parse } from "../../parts/json";
import { sameValue } from "./same-value";

function asked(path: string, json: string): string[] | null {
  const address = sameValue(path, parse(json));
  return address === null ? null : new URLSearchParams(address.split("?")[1]).getAll("where");
}

describe("sameValue", () => {
  it("asks for the value as it was sent, with quotes where it could be taken for another", () => {
    expect(parse("1.50")).toBeInstanceOf(NumberText);
    expect(asked("total", "1.50")).toEqual(["total=1.50"]);
    expect(asked("items[].sku", '"A-12"')).toEqual(["items[].sku=A-12"]);
    expect(asked("code", '"10"')).toEqual(['code="10"']);
    expect(asked("coupon", "null")).toEqual(["coupon=null"]);
    expect(asked("note", '""')).toEqual(['note=""']);
  });

  it("leads nowhere where no condition can say it", () => {
    expect(asked("of the", '"x"')).toBeNull();
    expect(asked("items", "[]")).toBeNull();
    expect(asked("text", `"${"long ".repeat(80)}"`)).toBeNull();
  });
});
