import { idOf } from "@sotto/protocol";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StreamRecord } from "./records/conversation.ts";
import type { Arrival } from "./streams.ts";
import {
  MAX_MISSING,
  deliveredUpTo,
  judgeArrival,
  noteStream,
  reopened,
  skipCounters,
  withRecent,
  withStream,
} from "./streams.ts";

const id = (value: number): never => idOf<never>(new Uint8Array(16).fill(value));
const hashOf = (counter: number): Uint8Array => new Uint8Array(32).fill(counter % 256);
const arrival = (counter: number, over: Partial<Arrival> = {}): Arrival => ({
  stream: id(1),
  account: id(2),
  device: id(3),
  counter,
  previousHash: hashOf(counter - 1),
  hash: hashOf(counter),
  base: 0,
  ...over,
});

function take(counters: readonly number[]): { kinds: string[]; stream: StreamRecord | undefined } {
  const kinds: string[] = [];
  let stream: StreamRecord | undefined;
  for (const counter of counters) {
    const judged = judgeArrival(stream, arrival(counter));
    kinds.push(judged.kind);
    stream = judged.stream;
  }
  return { kinds, stream };
}

describe("MSG-4: order, dedupe and gaps", () => {
  it("takes a stream in order", () => {
    expect(take([1, 2, 3]).kinds).toEqual(["next", "next", "next"]);
  });

  it("ATK-4: shows nothing twice, in whatever order and however often it comes", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 80 }), (counters) => {
        const { kinds } = take(counters);
        const shown = counters.filter((_, i) => kinds[i] !== "duplicate");
        expect(shown.length).toBe(new Set(counters).size);
      }),
    );
  });

  it("ATK-5: a dropped message shows with the next one, and is taken when it comes late", () => {
    const { kinds, stream } = take([1, 3, 4, 2]);
    expect(kinds).toEqual(["next", "ahead", "next", "late"]);
    expect(stream?.missing).toEqual([]);
  });

  it("a wrong predecessor shows as broken", () => {
    const { stream } = take([1]);
    expect(judgeArrival(stream, arrival(2, { previousHash: hashOf(9) })).kind).toBe("broken");
  });

  it.each([{ account: id(9) }, { device: id(9) }])("a stream of another sender is not taken", (other) => {
    const { stream } = take([1]);
    const judged = judgeArrival(stream, arrival(2, other));
    expect(judged).toEqual({ kind: "foreign", stream });
  });

  it("keeps at most so many missing counters", () => {
    const { stream } = take([1, 10_000]);
    expect(stream?.missing.length).toBeLessThanOrEqual(MAX_MISSING);
    expect(stream?.missing.at(-1)).toBe(9999);
  });
});

describe("MSG-9: where a stream begins for a joiner", () => {
  const { stream, account, device } = arrival(1);

  it("what was before its time is no gap, is not confirmed, and has no hash to compare with", () => {
    const judged = judgeArrival(undefined, arrival(8, { base: 7 }));
    expect(judged).toMatchObject({ kind: "next", stream: { high: 8, missing: [], receiptedDelivered: 7 } });
    expect(deliveredUpTo(judged.stream)).toBe(8);
    expect(judgeArrival(judged.stream, arrival(9, { base: 7 })).kind).toBe("next");
    expect(judgeArrival(judged.stream, arrival(9, { previousHash: hashOf(3) })).kind).toBe("broken");
  });

  it("what was dropped behind it is one", () => {
    const judged = judgeArrival(undefined, arrival(10, { base: 7 }));
    expect(judged).toMatchObject({ kind: "ahead", stream: { missing: [8, 9] } });
    expect(deliveredUpTo(judged.stream)).toBe(7);
    expect(judgeArrival(judged.stream, arrival(8, { base: 7 })).kind).toBe("late");
  });

  it("a content that its own base leaves out is shown, as a gap", () => {
    for (const known of [undefined, noteStream({ stream, account, device, base: 9 })]) {
      const judged = judgeArrival(known, arrival(3, { base: 3 }));
      expect(judged).toMatchObject({ kind: "broken", stream: { high: 3, missing: [] } });
      expect(judgeArrival(judged.stream, arrival(4, { base: 3 })).kind).toBe("next");
    }
  });

  it("of two bases that its sender has named the lower one holds", () => {
    const noted = noteStream({ stream, account, device, base: 4 });
    expect(judgeArrival(noted, arrival(7, { base: 6 }))).toMatchObject({
      kind: "ahead",
      stream: { missing: [5, 6] },
    });
    const later = noteStream({ stream, account, device, base: 6 });
    expect(judgeArrival(later, arrival(5, { base: 4 }))).toMatchObject({ kind: "next", stream: { high: 5 } });
    expect(deliveredUpTo(later)).toBe(6);
  });

  it("of a stream that is known the base means nothing", () => {
    const { stream: known } = take([1, 2]);
    expect(judgeArrival(known, arrival(5, { base: 4 }))).toMatchObject({
      kind: "ahead",
      stream: { missing: [3, 4] },
    });
  });

  /** Contents of one sender: `ages[i]` many are taken by the server between two additions, and a joiner comes in with the addition before `joined`. */
  const story = fc
    .record({
      ages: fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 5 }),
      joined: fc.nat(4),
      dropped: fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
      shuffled: fc.array(fc.nat(1000), { minLength: 40, maxLength: 40 }),
    })
    .map(({ ages, joined, dropped, shuffled }) => {
      const firsts = ages.map((_, age) => ages.slice(0, age).reduce((sum, count) => sum + count, 0));
      const mine = ages.flatMap((count, age) => {
        if (age < joined) return [];
        const base = firsts[age] as number;
        // The relay may drop and reorder, but a new epoch ends the old one.
        return Array.from({ length: count }, (_, i) => ({ counter: base + i + 1, base })).toSorted(
          (a, b) => (shuffled[a.counter] as number) - (shuffled[b.counter] as number),
        );
      });
      return {
        came: mine.filter(({ counter }) => dropped[counter] === false),
        gone: mine.filter(({ counter }) => dropped[counter] === true).map(({ counter }) => counter),
      };
    });

  it("ATK-5: no gap shows that is none, and what was dropped behind the base shows", () => {
    fc.assert(
      fc.property(story, ({ came, gone }) => {
        let known: StreamRecord | undefined;
        for (const { counter, base } of came) {
          const judged = judgeArrival(known, arrival(counter, { base }));
          expect(["next", "late", "ahead"]).toContain(judged.kind);
          known = judged.stream;
        }
        const high = Math.max(0, ...came.map(({ counter }) => counter));
        const behind = gone.filter((counter) => counter > (came[0]?.base ?? 0) && counter < high);
        expect(known?.missing ?? []).toEqual(behind.toSorted((a, b) => a - b));
      }),
    );
  });
});

describe("a group that this device was out of", () => {
  it("goes on where it is now, and what has come before is known again", () => {
    const before = withRecent(take([1, 2, 3]).stream as StreamRecord, 3, id(33));
    const [stream] = reopened([before]) as [StreamRecord];
    const judged = judgeArrival(stream, arrival(9, { base: 8 }));
    expect(judged).toMatchObject({ kind: "next", stream: { high: 9, missing: [], recent: before.recent } });
    // Posted again, because its answer was lost.
    expect(judgeArrival(stream, arrival(3, { base: 2 }))).toMatchObject({
      kind: "next",
      stream: { high: 3 },
    });
    expect(judgeArrival(stream, arrival(9, { base: 7 }))).toMatchObject({ stream: { missing: [8] } });
  });
});

describe("memory", () => {
  it("of a device that begins ever new streams the last ones are remembered", () => {
    let streams: readonly StreamRecord[] = [];
    for (let i = 1; i <= 40; i++)
      streams = withStream(streams, judgeArrival(undefined, arrival(1, { stream: id(i) })).stream);
    expect(streams.map(({ stream }) => stream)).toEqual(Array.from({ length: 16 }, (_, i) => id(i + 25)));
    const other = judgeArrival(undefined, arrival(1, { stream: id(50), device: id(9) })).stream;
    expect(withStream(streams, other)).toHaveLength(17);
    expect(withStream(streams, { ...other, stream: id(30), device: id(3) })).toHaveLength(16);
  });

  it("where no receipts are sent few messages are remembered", () => {
    let [stream, quiet] = [take([1]).stream, take([1]).stream] as [StreamRecord, StreamRecord];
    for (let i = 1; i <= 100; i++) {
      stream = withRecent(stream, i, id(i));
      quiet = withRecent(quiet, i, id(i), false);
    }
    expect([stream.recent.length, quiet.recent.length]).toEqual([100, 32]);
    expect(quiet.recent.at(-1)).toEqual({ counter: 100, id: id(100) });
  });
});

describe("MSG-6: what a receipt says", () => {
  it("everything up to the first gap", () => {
    expect(deliveredUpTo(take([1, 2, 4, 6]).stream as StreamRecord)).toBe(2);
    expect(deliveredUpTo(take([1, 2, 4, 3]).stream as StreamRecord)).toBe(4);
  });

  it("MSG-5: a skipped counter is no gap any more", () => {
    expect(deliveredUpTo(skipCounters(take([1, 3]).stream as StreamRecord, [2]))).toBe(3);
  });
});
