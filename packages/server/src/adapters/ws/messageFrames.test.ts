import { expect, test } from "vitest";
import { frameMessages } from "./messageFrames.ts";

/** RFC 6455 §5.2: the shortest of three forms of the length. */
const HEADS: readonly [length: number, ...head: number[]][] = [
  [0, 0x82, 0],
  [1, 0x82, 1],
  [125, 0x82, 125],
  [126, 0x82, 126, 0, 126],
  [65_535, 0x82, 126, 0xff, 0xff],
  [65_536, 0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0],
  [70_000, 0x82, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x70],
];

test("messages become unmasked binary frames, one after the other", () => {
  const expected = HEADS.flatMap(([length, ...head]) => [
    ...head,
    ...Array<number>(length).fill(length % 251),
  ]);
  const messages = HEADS.map(([length]) => new Uint8Array(length).fill(length % 251));
  expect(Buffer.compare(frameMessages(messages), Uint8Array.from(expected))).toBe(0);
  expect(frameMessages([])).toEqual(new Uint8Array());
});
