import { expect, test } from "vitest";
import { packFrames } from "../../ports/packedFrames.ts";
import { frameInPlace } from "./messageFrames.ts";

/** RFC 6455 §5.2: the shortest form of the length. */
const HEADS: readonly [length: number, ...head: number[]][] = [
  [0, 0x82, 0],
  [1, 0x82, 1],
  [125, 0x82, 125],
  [126, 0x82, 126, 0, 126],
  [65_535, 0x82, 126, 0xff, 0xff],
  [3, 0x82, 3],
  [1000, 0x82, 126, 3, 0xe8],
];

test("messages become unmasked binary frames, one after the other", () => {
  const expected = HEADS.flatMap(([length, ...head]) => [
    ...head,
    ...Array<number>(length).fill(length % 251),
  ]);
  const messages = HEADS.map(([length]) => new Uint8Array(length).fill(length % 251));
  expect(Buffer.compare(frameInPlace(packFrames(messages)), Uint8Array.from(expected))).toBe(0);
  expect(frameInPlace(packFrames([]))).toEqual(new Uint8Array());
  expect(() => frameInPlace(packFrames([new Uint8Array(65_536)]))).toThrow(RangeError);
});
