import { describe, expect, it } from "vitest";

import type { LiveEvent, LiveMessage } from "../../api/client";
import { Feed, KEPT, whose } from "./feed";

function event(position: number, name = "viewed", more: Partial<LiveEvent> = {}): LiveEvent {
  const identifiers = { email_id: `p${position}@example.com` };
  return { position, received_at: "", name, identifiers, properties: "{}", ...more };
}

function message(events: LiveEvent[], more: Partial<LiveMessage> = {}): LiveMessage {
  return { events, verdicts: [], skipped: 0, ...more };
}

function positions(feed: Feed): number[] {
  return feed.rows.map((row) => row.position);
}

describe("the live feed", () => {
  it("keeps the newest rows in order, and no more than its bound", () => {
    const feed = new Feed();
    for (let first = 1; first <= 3 * KEPT; first += 700) {
      feed.take(message(Array.from({ length: 700 }, (_, index) => event(first + index))));
    }
    const last = feed.rows.at(-1)?.position ?? 0;
    expect(positions(feed)).toEqual(Array.from({ length: KEPT }, (_, i) => last - KEPT + 1 + i));
    expect(feed.count).toBe(last);
  });

  it("holds a rare event that matches, whatever floods past", () => {
    const feed = new Feed();
    feed.narrow({ names: ["rare"], text: "" });
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
    feed.narrow({ names: [], text: " LYON order " });
    expect(positions(feed)).toEqual([1, 2]);
    feed.narrow({ names: ["page_viewed"], text: "lyon" });
    expect(positions(feed)).toEqual([3]);
    feed.narrow({ names: [], text: "" });
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

  it("names the contact by its e-mail address, or by what else there is", () => {
    expect(whose(event(7))).toBe("p7@example.com");
    expect(whose({ identifiers: { ext_id: "a", phone_id: "b" } })).toBe("a");
    expect(whose({ identifiers: {} })).toBe("");
  });
});
