import { idOf } from "@sotto/protocol";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StreamRecord } from "./records/conversation.ts";
import type { Arrival } from "./streams.ts";
import { MAX_MISSING, deliveredUpTo, judgeArrival, skipCounters } from "./streams.ts";

const id = (value: number): never => idOf<never>(new Uint8Array(16).fill(value));
const hashOf = (counter: number): Uint8Array => new Uint8Array(32).fill(counter % 256);
const arrival = (counter: number, over: Partial<Arrival> = {}): Arrival => ({
  stream: id(1),
  account: id(2),
  device: id(3),
  counter,
  previousHash: hashOf(counter - 1),
  hash: hashOf(counter),
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

describe("MSG-6: what a receipt says", () => {
  it("everything up to the first gap", () => {
    expect(deliveredUpTo(take([1, 2, 4, 6]).stream as StreamRecord)).toBe(2);
    expect(deliveredUpTo(take([1, 2, 4, 3]).stream as StreamRecord)).toBe(4);
  });

  it("MSG-5: a skipped counter is no gap any more", () => {
    expect(deliveredUpTo(skipCounters(take([1, 3]).stream as StreamRecord, [2]))).toBe(3);
  });
});
