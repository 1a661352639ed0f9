import type { Scope } from "../../api/client";

/** What a key may do, the usual first. */
export const SCOPES: { scope: Scope; meaning: string }[] = [
  { scope: "events:write", meaning: "send events" },
  { scope: "events:read", meaning: "list events and receipts" },
  { scope: "contacts:read", meaning: "look up contacts" },
  { scope: "contacts:write", meaning: "change contacts" },
  { scope: "admin", meaning: "everything, keys and people too" },
];
