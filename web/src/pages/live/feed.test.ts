import { describe, expect, it } from "vitest";

import type { LiveEvent, LiveMessage, LiveRefusal } from "../../api/client";
import { all, Feed, KEPT, whose } from "./feed";

function event(position: number, name = "viewed", more: Partial<LiveEvent> = {}): LiveEvent {
  const identifiers = { email_id: `p${position}@example.com` };
  return { position, received_at: "", name, identifiers, properties: "{}", ...more };
}

function refusal(request_id: string, received_at: string): LiveRefusal {
  return {
    request_id,
    received_at,
    path: "/v3/events",
    status: 400,
    code: "invalid_parameter",
    message: "event_name is missing",
    key_name: "till",
    client: "shop/1.4",
    body: '{"identifiers":{}}',
    size: 18,
  };
}

function message(events: LiveEvent[], more: Partial<LiveMessage> = {}): LiveMessage {
  return { events, verdicts: [], skipped: 0, refused: [], refusals_lost: 0, ...more };
}

function positions(feed: Feed): (number | string)[] {
  return feed.rows.map((row) => row.key);
}

describe("the live feed", () => {
  it("keeps the newest rows in order, and no more than its bound", () => {
    const feed = new Feed();
    for (let first = 1; first <= 3 * KEPT; first += 700) {
      feed.take(message(Array.from({ length: 700 }, (_, index) => event(first + index))));
    }
    const last = Number(feed.rows.at(-1)?.key);
    expect(positions(feed)).toEqual(Array.from({ length: KEPT }, (_, i) => last - KEPT + 1 + i));
    expect(feed.count).toBe(last);
  });

  it("holds a rare event that matches, whatever floods past", () => {
    const feed = new Feed();
    feed.narrow({ ...all, names: ["rare"] });
    feed.take(message([event(1, "rare")]));
    for (let turn = 0; turn < 4; turn++) {
      feed.take(message(Array.from({ length: KEPT }, (_, index) => event(2 + index))));
    }
    expect(positions(feed)).toEqual([1]);
  });

  it("finds words in name, identifiers and properties, in any case", () => {
    const feed = new Feed();
    feed.take(
      message([
        event(1, "order_placed", { properties: '{"city":"Lyon"}' }),
        event(2, "order_placed", { identifiers: { ext_id: "Lyon-7" } }),
        event(3, "page_viewed", { properties: '{"city":"Lyon"}' }),
      ]),
    );
    feed.narrow({ ...all, text: " LYON order " });
    expect(positions(feed)).toEqual([1, 2]);
    feed.narrow({ ...all, names: ["page_viewed"], text: "lyon" });
    expect(positions(feed)).toEqual([3]);
    feed.narrow(all);
    expect(positions(feed)).toEqual([1, 2, 3]);
  });

  it("stands still while paused, counts what waits, and then shows it", () => {
    const feed = new Feed();
    feed.take(message([event(1)]));
    feed.pause();
    feed.take(message([event(2), event(3)]));
    expect([positions(feed), feed.waiting]).toEqual([[1], 2]);
    feed.resume();
    expect([positions(feed), feed.waiting]).toEqual([[1, 2, 3], 0]);
  });

  it("adds up what was skipped and knows each verdict", () => {
    const feed = new Feed();
    feed.take(message([event(1)], { skipped: 40 }));
    const verdict = { position: 1, verdict: "set_aside" as const, message: "unknown" };
    feed.take(message([], { skipped: 2, verdicts: [verdict] }));
    expect([feed.skipped, feed.verdict(1), feed.verdict(2)]).toEqual([42, verdict, undefined]);
  });

  it("puts refused requests among the events by time, and shows either alone", () => {
    const feed = new Feed();
    const events = [
      event(1, "viewed", { received_at: "2026-05-04T10:00:00.5Z" }),
      event(2, "viewed", { received_at: "2026-05-04T10:00:00.75Z" }),
    ];
    const refused = [refusal("r", "2026-05-04T10:00:00.6Z")];
    feed.take(message(events, { refused, refusals_lost: 3 }));
    expect([positions(feed), feed.lost]).toEqual([[1, "r", 2], 3]);
    feed.narrow({ ...all, show: "refused" });
    expect(positions(feed)).toEqual(["r"]);
    feed.narrow({ ...all, show: "accepted" });
    expect(positions(feed)).toEqual([1, 2]);
    feed.narrow({ ...all, text: "MISSING till identifiers" });
    expect(positions(feed)).toEqual(["r"]);
    feed.narrow({ ...all, names: ["viewed"] });
    expect(positions(feed)).toEqual([1, 2]);
  });

  it("names the contact by its e-mail address, or by what else there is", () => {
    expect(whose(event(7))).toBe("p7@example.com");
    expect(whose({ identifiers: { ext_id: "a", phone_id: "b" } })).toBe("a");
    expect(whose({ identifiers: {} })).toBe("");
  });
});
