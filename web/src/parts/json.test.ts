import { describe, expect, it } from "vitest";

import { NumberText, laidOut, parse, pretty } from "./json";

describe("parse", () => {
  it("keeps every number as it was written", () => {
    for (const text of ["12345678901234567890", "1.0", "1e2", "-0", "0.1"]) {
      expect(parse(text)).toEqual(new NumberText(text));
    }
  });

  it("keeps the order of fields, also of those that look like numbers", () => {
    const value = parse('{"b":1,"10":2,"a":3,"9":4}');
    expect([...(value as Map<string, unknown>).keys()]).toEqual(["b", "10", "a", "9"]);
  });

  it("reads texts with escapes, empty objects and lists, and blanks", () => {
    expect(parse(' { "a\\"\\u00e9" : [ ] , "o" : { } , "w" : [true,false,null] } ')).toEqual(
      new Map<string, unknown>([
        ['a"é', []],
        ["o", new Map()],
        ["w", [true, false, null]],
      ]),
    );
  });

  it("refuses what is no JSON", () => {
    for (const text of ["", "{", "[1,]", '{"a" 1}', "1 2", "nul", "'a'"]) {
      expect(() => parse(text)).toThrow(SyntaxError);
    }
  });

  it("reads a deeply nested and a long text", () => {
    expect(() => parse("[".repeat(500) + "]".repeat(500))).not.toThrow();
    const long = "x".repeat(51_200);
    expect(parse(JSON.stringify(long))).toBe(long);
  });
});

describe("pretty", () => {
  it("lays out what parse reads, and both agree with JSON", () => {
    const text = '{"a":[1.0,{"b":null}],"c":{},"d":[],"e":"\\n"}';
    const lines = pretty(parse(text));
    expect(lines).toContain('  "a": [\n    1.0,\n');
    expect(JSON.parse(lines)).toEqual(JSON.parse(text));
    expect(pretty(parse(lines))).toBe(lines);
  });

  it("leaves a text that is no JSON as it is", () => {
    expect(laidOut('{"a":1}')).toBe('{\n  "a": 1\n}');
    expect(laidOut('{"a":')).toBe('{"a":');
  });
});
