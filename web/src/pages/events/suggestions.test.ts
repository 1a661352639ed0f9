import { describe, expect, it } from "vitest";

import type { Catalogue } from "../../api/client";
import { nothing } from "./filter";
import { type Known, shortest, suggestions } from "./suggestions";

function named(name: string, properties: [string, "text" | "number" | "list"][], hidden = false) {
  return {
    name,
    count: 1,
    first_seen: null,
    last_seen: null,
    description: "",
    owner: "",
    hidden,
    drifting: [],
    properties: properties.map(([path, type]) => ({ path, type })),
  };
}

const catalogue: Catalogue = {
  events: [
    named("cart_updated", [["items", "list"], ["items[].sku", "text"]]),
    named("order_placed", [["total", "number"], ["order_id", "text"]]),
    named("pre_order", []),
    named("internal", [["secret", "text"]], true),
  ],
  sampled: 9,
};
const known: Known = {
  catalogue,
  found: [],
  contacts: ["ada@example.com", "grace@example.com"],
  values: (path) => (path === "city" ? ['"Lyon"', '"Nice"', '"7"'] : []),
};

function said(typed: string, filter = nothing, given = known) {
  return suggestions(typed, filter, given).map(({ kind, label }) => `${kind}: ${label}`);
}

describe("suggestions", () => {
  it("offers event names, those that begin so first, then properties, then words", () => {
    expect(said("order")).toEqual([
      "Event: order_placed",
      "Event: pre_order",
      "Property: order_id · text",
      "Words: says “order”",
    ]);
    expect(said("order", { ...nothing, names: ["order_placed"] })[0]).toBe("Event: pre_order");
    expect(said("")).toEqual(["Event: cart_updated", "Event: order_placed", "Event: pre_order"]);
  });

  it("offers contacts that begin so, also by what they are not called; names of events first", () => {
    const given = { ...known, found: ["alan@example.com", "ada@example.com"] };
    expect(said("customer-7", nothing, given).slice(0, 2)).toEqual([
      "Contact: alan@example.com",
      "Contact: ada@example.com",
    ]);
    expect(said("order", nothing, given)[0]).toBe("Event: order_placed");
    expect(said("ada@", nothing, given)[0]).toBe("Contact: ada@");
  });

  it("offers a contact that is called just so before names that have it somewhere", () => {
    const given = { ...known, contacts: ["order-7", "order", "a"] };
    expect(said("order", nothing, given).slice(0, 3)).toEqual([
      "Contact: order",
      "Contact: order-7",
      "Event: order_placed",
    ]);
    expect(said("a", nothing, given)[0]).toBe("Contact: a");
    const both = { ...known, contacts: ["pre_order"] };
    expect(said("pre_order", nothing, both)[0]).toBe("Event: pre_order");
  });

  it("offers a number as the value of each property that has numbers", () => {
    expect(said("124.66")).toEqual(["Words: says “124.66”", "Condition: total = 124.66"]);
    expect(said("-7")).toContain("Condition: total = -7");
    expect(said("12a")).toEqual(["Words: says “12a”"]);
  });

  it("leaves hidden ones out until they are named", () => {
    expect(said("inter")).toEqual(["Words: says “inter”"]);
    expect(said("internal")[0]).toBe("Event: internal");
    expect(said("secret")).toEqual(["Words: says “secret”"]);
  });

  it("takes a path with a value for a condition, with values that came", () => {
    expect(said("city=")).toEqual([
      "Condition: city = Lyon",
      "Condition: city = Nice",
      'Condition: city = "7"',
      "Words: says “city=”",
    ]);
    const [first] = suggestions("cart.items[].sku != A-12", nothing, known);
    expect(first?.then).toEqual({ filter: { ...nothing, where: ["cart.items[].sku!=A-12"] } });
  });

  it("knows contacts, days, requests and positions by their form", () => {
    expect(said("ADA")[0]).toBe("Contact: ada@example.com");
    expect(said("new@example.com")[0]).toBe("Contact: new@example.com");
    expect(said("+33 6 12 34 56 78")).toEqual(["Contact: +33 6 12 34 56 78"]);
    expect(said("contact: customer-7")).toEqual(["Contact: customer-7"]);
    expect(said("Contact 17")).toEqual(["Contact: 17"]);
    expect(said("2026-05-04")).toEqual(["Day: On 2026-05-04"]);
    expect(said("2026-05-04 .. 2026-05-06")).toEqual(["Day: From 2026-05-04 to 2026-05-06"]);
    expect(said("2026-13-77")).toEqual(["Words: says “2026-13-77”"]);
    expect(said("#17")).toEqual(["Position: The event at position 17"]);
    expect(said("00000000-01c6-8abc-8def-0123456789ab")[0]).toContain("Request");
  });

  it("adds words to those that are there", () => {
    const [only] = suggestions("zürich", { ...nothing, text: "lyon" }, known);
    expect(only?.then).toEqual({ filter: { ...nothing, text: "lyon zürich" } });
  });
});

it("writes a value without quotes where it stays the same value", () => {
  expect(['"Lyon"', '"7"', '"true"', '" a"', "7", "null", '"[x"'].map(shortest)).toEqual([
    "Lyon",
    '"7"',
    '"true"',
    '" a"',
    "7",
    "null",
    "[x",
  ]);
});
