import { expect, it } from "vitest";

import { ago } from "./when";

const now = Date.parse("2026-05-04T12:00:00Z");

it("tells how long ago, in the largest unit that fits, and nothing past a month", () => {
  expect(ago("2026-05-04T11:59:57Z", now)).toBe("just now");
  expect(ago("2026-05-04T11:59:00Z", now)).toBe("1 minute ago");
  expect(ago("2026-05-04T09:00:00Z", now)).toBe("3 hours ago");
  expect(ago("2026-05-05T12:00:00Z", now)).toBe("tomorrow");
  expect(ago("2026-01-01T00:00:00Z", now)).toBe("");
});
