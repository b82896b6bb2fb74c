import { describe, expect, test } from "vitest";
import { WHOLE, moved, swipeOf, zoomed } from "./zoom.ts";

const FRAME = { picture: { width: 800, height: 600 }, screen: { width: 1000, height: 600 } };

describe("zoom", () => {
  test("what is under the pointer stays there", () => {
    const { scale, x, y } = zoomed(WHOLE, 2, { x: 200, y: -100 }, FRAME);
    expect([scale, x, y]).toEqual([2, -200, 100]);
  });

  test("never becomes smaller than the whole, nor larger than twelve times", () => {
    expect(zoomed(WHOLE, 0.5, { x: 10, y: 10 }, FRAME)).toEqual(WHOLE);
    expect(zoomed(WHOLE, 100, { x: 0, y: 0 }, FRAME).scale).toBe(12);
  });

  test("no ground is seen beside what could fill it", () => {
    expect(moved({ scale: 2, x: 0, y: 0 }, { x: 900, y: -900 }, FRAME)).toEqual({
      scale: 2,
      x: 300,
      y: -300,
    });
    expect(moved(WHOLE, { x: 50, y: 50 }, FRAME)).toEqual(WHOLE);
  });
});

test.each([
  [{ x: -80, y: 10 }, 400, "next"],
  [{ x: 80, y: 10 }, 400, "previous"],
  [{ x: -30, y: 2 }, 40, "next"],
  [{ x: -30, y: 2 }, 400, undefined],
  [{ x: 10, y: 120 }, 300, "close"],
  [{ x: 60, y: 70 }, 300, undefined],
] as const)("%j in %i ms means %s", (by, ms, swipe) => expect(swipeOf(by, ms)).toBe(swipe));
