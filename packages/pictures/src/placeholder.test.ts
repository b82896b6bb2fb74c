import * as fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_PLACEHOLDER_BYTES } from "./limits.ts";
import { decodePlaceholder, encodePlaceholder } from "./placeholder.ts";

/** Red above, blue below. */
function twoHalves(width: number, height: number): Uint8Array {
  const half = 4 * width * Math.floor(height / 2);
  return Uint8Array.from({ length: 4 * width * height }, (_, i) => {
    const channel = i % 4;
    return channel === 3 || channel === (i < half ? 0 : 2) ? 255 : 0;
  });
}

test("a placeholder keeps colours and proportions in at most 25 bytes", () => {
  const hash = encodePlaceholder({ rgba: twoHalves(60, 40), width: 60, height: 40 });
  expect(hash?.length).toBeLessThanOrEqual(MAX_PLACEHOLDER_BYTES);
  const { width, height, rgba } = decodePlaceholder(hash ?? new Uint8Array()) ?? {
    width: 0,
    height: 0,
    rgba: [],
  };
  expect([width, rgba.length]).toEqual([32, 4 * width * height]);
  expect(Math.abs(width / height - 1.5)).toBeLessThan(0.2);
  const [redAbove = 0, , blueAbove = 0] = rgba;
  const [redBelow = 0, , blueBelow = 0] = rgba.slice(-4);
  expect(redAbove - blueAbove).toBeGreaterThan(100);
  expect(blueBelow - redBelow).toBeGreaterThan(100);
});

test("pixels that are not width x height, or too many, have none", () => {
  for (const [width, height] of [
    [0, 1],
    [101, 1],
    [1.5, 2],
    [2, 3],
    [-1, -1],
    [NaN, 1],
  ] as const) {
    expect(encodePlaceholder({ rgba: new Uint8Array(4), width, height })).toBeUndefined();
  }
});

test("any bytes draw at most 32 x 32 pixels, or nothing", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const drawn = decodePlaceholder(bytes);
      if (drawn === undefined) return;
      expect(Math.max(drawn.width, drawn.height)).toBeLessThanOrEqual(32);
      expect(drawn.rgba.length).toBe(4 * drawn.width * drawn.height);
    }),
    { numRuns: 500 },
  );
  expect(decodePlaceholder(new Uint8Array(4))).toBeUndefined();
  expect(decodePlaceholder(new Uint8Array(26))).toBeUndefined();
});

test("pixels of any size and kind fit into 25 bytes", () => {
  const sides = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }));
  const pictures = sides.chain(([width, height]) =>
    fc
      .uint8Array({ minLength: 4 * width * height, maxLength: 4 * width * height })
      .map((rgba) => ({ rgba, width, height })),
  );
  fc.assert(
    fc.property(pictures, (pixels) => {
      const hash = encodePlaceholder(pixels);
      expect(hash?.length).toBeGreaterThanOrEqual(5);
      expect(hash?.length).toBeLessThanOrEqual(MAX_PLACEHOLDER_BYTES);
    }),
  );
});
