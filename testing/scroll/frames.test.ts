import { expect, test } from "vitest";
import { framesOf } from "./frames.ts";

test("frames are told by their median, their slow ones and their long ones", () => {
  const steady = Array.from({ length: 95 }, () => 16);
  expect(framesOf([...steady, 40, 40, 40, 60, 70])).toEqual({
    framesPerSecond: 62.5,
    p95Ms: 40,
    long: 2,
    count: 100,
  });
  expect(() => framesOf([])).toThrow("no frame");
});
