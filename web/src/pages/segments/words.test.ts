import { expect, test } from "vitest";

import type { Condition } from "./definition";
import { inWords } from "./words";

const called = { list: (id: number) => `L${id}`, segment: (id: number) => `S${id}` };

function said(condition: Condition): string {
  return inWords(condition, called).text;
}

test("Groups say what must hold of their parts, which keep their places.", () => {
  const group: Condition = {
    type: "any",
    of: [
      { type: "list", id: 4 },
      { type: "none", of: [{ type: "segment", id: 7 }] },
    ],
  };
  const words = inWords(group, called);
  expect(words.text).toBe("At least one of these holds");
  expect(words.of.map((part) => [part.place, part.text])).toEqual([
    ["condition.of[0]", "Is on the list “L4”"],
    ["condition.of[1]", "None of these holds"],
  ]);
  expect(words.of[1]?.of[0]?.place).toBe("condition.of[1].of[0]");
});

test.each<[Condition, string]>([
  [{ type: "did", event: "signed_up" }, "Did signed_up"],
  [
    {
      type: "did",
      event: ["video_played", "video_seen"],
      where: [
        { type: "property", path: "duration", test: { operator: "greater_than", value: 100 } },
        {
          type: "none",
          of: [
            {
              type: "property",
              path: "items[].sku",
              elements: "every",
              test: { operator: "not", test: { operator: "starts_with", value: "A" } },
            },
          ],
        },
      ],
      when: { type: "last", amount: 30, unit: "days" },
      count: { operator: "at_least", value: 3 },
    },
    "Did video_played or video_seen at least 3 times in the last 30 days where duration is greater" +
      " than 100 and not (every items[].sku does not start with “A”)",
  ],
  [
    { type: "did", event: "a", occurrence: "last", when: { type: "calendar", period: "this_week" } },
    "The last a was this week",
  ],
  [
    { type: "did_not", event: "a", when: { type: "last", amount: 1, unit: "months" } },
    "Did not do a in the last 1 month",
  ],
  [
    {
      type: "aggregate",
      event: "order",
      function: "sum",
      path: "amount",
      comparison: { operator: "at_least", value: 500 },
      as: "number",
    },
    "The sum of amount over order is at least 500 (texts written as numbers count too)",
  ],
  [
    {
      type: "not_followed",
      first: { event: "cart", occurrence: "last", when: { type: "last", amount: 7, unit: "days" } },
      then: { event: "order" },
      within: { amount: 1, unit: "hours" },
    },
    "After the last cart in the last 7 days came no order within 1 hour",
  ],
  [
    { type: "followed", first: { event: "a" }, then: { event: "b" } },
    "After any a came b at any later time",
  ],
  [
    { type: "attribute", name: "AGE", test: { operator: "between", from: 20, to: 25 } },
    "AGE is from 20 to 25",
  ],
  [
    {
      type: "attribute",
      name: "SIGNUP",
      test: {
        operator: "date",
        when: {
          type: "between",
          from: { relative_to: "now", amount: -3, unit: "weeks" },
          to: { relative_to: "attribute", attribute: "PAID", amount: 1, unit: "days" },
        },
      },
    },
    "SIGNUP is a date from 3 weeks ago to 1 day after PAID",
  ],
  [
    { type: "identifier", kind: "email_id", test: { operator: "ends_with", value: "@example.com" } },
    "The e-mail address ends with “@example.com”",
  ],
  [{ type: "created", when: { type: "after", moment: "2026-03-01" } }, "Was created after 2026-03-01"],
])("%j is said in words", (condition, words) => {
  expect(said(condition)).toBe(words);
});
