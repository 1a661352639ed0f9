import { describe, expect, it } from "vitest";

import { replayAll, told } from "./replaying";

describe("replayAll", () => {
  it("goes on from where a call ended, up to where the first one looked, and adds up", async () => {
    const asked: unknown[] = [];
    const answers = [
      { found: 1_000, applied: 998, set_aside: 2, after: 1_700, up_to: 5_000 },
      { found: 3, applied: 1, set_aside: 1, after: null, up_to: 5_000 },
    ];
    const outcome = await replayAll((body) => {
      asked.push(body);
      return Promise.resolve(answers[asked.length - 1]!);
    });
    expect(asked).toEqual([
      { after: null, up_to: null },
      { after: 1_700, up_to: 5_000 },
    ]);
    expect(outcome).toEqual({ found: 1_003, applied: 999, set_aside: 3 });
    expect(told(outcome)).toBe("999 applied, 3 set aside again, 1 not applied yet or gone");
  });

  it("says only what there is", () => {
    expect(told({ found: 4, applied: 4, set_aside: 0 })).toBe("4 applied");
  });
});
