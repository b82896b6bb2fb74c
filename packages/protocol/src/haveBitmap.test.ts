import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addLeaf, countLeaves, createHave, hasLeaf, nextMissing, parseHave } from "./haveBitmap.ts";
import { MAX_FILE_LEAVES } from "./limits.ts";

const marked = fc
  .integer({ min: 1, max: 300 })
  .chain((leafCount) =>
    fc.tuple(fc.constant(leafCount), fc.uniqueArray(fc.integer({ min: 0, max: leafCount - 1 }))),
  );

function haveOf(leafCount: number, leaves: Iterable<number>): Uint8Array {
  const have = createHave(leafCount);
  for (const leaf of leaves) addLeaf(have, leaf);
  return have;
}

describe("FIL-8: which leaves are there", () => {
  it("holds what was added, in whatever order, and comes back from its bytes", () => {
    fc.assert(
      fc.property(marked, ([leafCount, leaves]) => {
        const have = haveOf(leafCount, leaves);
        expect(parseHave(have, leafCount)).toEqual(have);
        expect(haveOf(leafCount, leaves.toReversed())).toEqual(have);
        expect(countLeaves(have)).toBe(leaves.length);
        for (let i = 0; i < leafCount; i++) expect(hasLeaf(have, i)).toBe(leaves.includes(i));
      }),
    );
  });

  it("asking for run after run of at most so many asks for each missing leaf once", () => {
    fc.assert(
      fc.property(marked, fc.integer({ min: 1, max: 64 }), ([leafCount, leaves], max) => {
        const have = haveOf(leafCount, leaves);
        const asked: number[] = [];
        for (let run = nextMissing(have, leafCount, 0, max); run !== undefined;) {
          expect(run.count).toBeLessThanOrEqual(max);
          for (let i = 0; i < run.count; i++) asked.push(run.first + i);
          run = nextMissing(have, leafCount, run.first + run.count, max);
        }
        const missing = Array.from({ length: leafCount }, (_, i) => i).filter((i) => !leaves.includes(i));
        expect(asked).toEqual(missing);
      }),
    );
  });

  it("first bit, last bit, and the largest file", () => {
    expect(haveOf(9, [0, 8])).toEqual(Uint8Array.of(1, 1));
    expect(haveOf(MAX_FILE_LEAVES, [65_535]).at(-1)).toBe(0x80);
    expect(createHave(MAX_FILE_LEAVES)).toHaveLength(8192);
    expect(nextMissing(haveOf(3, [0, 1, 2]), 3, 0, 64)).toBeUndefined();
  });

  it("another length or bits behind the last leaf are none", () => {
    for (const [bytes, leafCount] of [
      [[], 1],
      [[0, 0], 8],
      [[0], 9],
      [[0b10], 1],
      [[0, 0b10], 9],
      [[0x80], 7],
    ] as const)
      expect(parseHave(Uint8Array.from(bytes), leafCount)).toBeUndefined();
    expect(parseHave(Uint8Array.of(0xff), 8)).toEqual(Uint8Array.of(0xff));
  });

  it("a copy, and never an error", () => {
    const bytes = Uint8Array.of(5);
    parseHave(bytes, 3)?.fill(0);
    expect(bytes).toEqual(Uint8Array.of(5));
    fc.assert(
      fc.property(fc.uint8Array(), fc.integer({ min: 1, max: 200 }), (random, leafCount) => {
        const have = parseHave(random, leafCount);
        if (have !== undefined) expect(countLeaves(have)).toBeLessThanOrEqual(leafCount);
      }),
    );
  });
});
