import { describe, expect, it } from "vitest";

import type { ListedContact } from "../../api/client";
import { compared, called } from "./known";

function contact(email: string | null, attributes: ListedContact["attributes"]): ListedContact {
  return {
    id: 7,
    email,
    emailBlacklisted: false,
    smsBlacklisted: false,
    whatsappBlacklisted: false,
    createdAt: "",
    modifiedAt: "",
    listIds: [],
    listUnsubscribed: null,
    attributes,
  };
}

describe("what is known of contacts", () => {
  it("calls them by an address, else another identifier, else their number", () => {
    expect(called(contact("a@example.com", { EXT_ID: "x" }))).toBe("a@example.com");
    expect(called(contact(null, { CITY: "Lyon", SMS: "+33612345678" }))).toBe("+33612345678");
    expect(called(contact(null, { CITY: "Lyon" }))).toBe("Contact 7");
  });

  it("puts two side by side: identifiers first, all that either has, nothing that neither has", () => {
    const one = contact("a@example.com", { CITY: "Lyon", TAGS: ["x", "y"] });
    const other = contact(null, { EXT_ID: "c-7", CITY: "Oslo" });
    expect(compared(one, other)).toEqual([
      { name: "E-mail", one: "a@example.com", other: "" },
      { name: "Own id", one: "", other: "c-7" },
      { name: "CITY", one: "Lyon", other: "Oslo" },
      { name: "TAGS", one: "x, y", other: "" },
    ]);
  });
});
