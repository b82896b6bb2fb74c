import { expect, test } from "vitest";
import { squareOf } from "./croppedPicture.ts";

test("A5 the square lies inside the picture at every zoom and place", () => {
  const size = { width: 300, height: 200 };
  expect(squareOf(size, { zoom: 1, x: 0.5, y: 0.5 })).toEqual({ left: 50, top: 0, side: 200 });
  expect(squareOf(size, { zoom: 2, x: 1, y: 1 })).toEqual({ left: 200, top: 100, side: 100 });
  for (const zoom of [1, 1.5, 3])
    for (const x of [0, 0.3, 1])
      for (const y of [0, 0.7, 1]) {
        const { left, top, side } = squareOf(size, { zoom, x, y });
        expect(Math.min(left, top)).toBeGreaterThanOrEqual(0);
        expect(left + side).toBeLessThanOrEqual(size.width);
        expect(top + side).toBeLessThanOrEqual(size.height);
      }
});
