import { expect, test } from "vitest";
import type { Piece } from "./leafLog.ts";
import { passedAgain } from "./leafLog.ts";

const came = (piece: string, bytes: number): Piece => ({ way: "came", piece, bytes });

test("pieces that passed once are not counted, whatever their number", () => {
  expect(passedAgain([came("a 0 0", 100), came("a 0 1", 50), came("a 1 0", 100)])).toBe(0);
});

test("a piece that passed twice counts once, in both directions by itself", () => {
  expect(
    passedAgain([came("a 0 0", 100), came("a 0 0", 100), { way: "sent", piece: "a 0 0", bytes: 100 }]),
  ).toBe(100);
});

test("of a piece that was cut off what had passed counts", () => {
  expect(passedAgain([came("a 0 0", 30), came("a 0 0", 100), came("a 0 0", 20)])).toBe(50);
});
