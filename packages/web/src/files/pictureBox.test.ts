import { expect, test } from "vitest";
import { boxOf, spanOf } from "./pictureBox.ts";

test.each([
  ["a photograph", { width: 4000, height: 3000 }, { width: 340, height: 255 }],
  ["one held upright", { width: 3000, height: 4000 }, { width: 285, height: 380 }],
  ["a screenshot of a phone", { width: 1170, height: 2532 }, { width: 176, height: 380 }],
  ["a long strip", { width: 10_000, height: 100 }, { width: 340, height: 120 }],
  ["a line", { width: 1, height: 65_535 }, { width: 176, height: 380 }],
  ["an icon", { width: 16, height: 16 }, { width: 176, height: 120 }],
])("%s", (_, size, box) => expect(boxOf(size)).toEqual(box));

test.each([
  [1, [0]],
  [2, [3, 3]],
  [3, [2, 2, 2]],
  [4, [3, 3, 3, 3]],
  [5, [3, 3, 2, 2, 2]],
  [7, [6, 2, 2, 2, 2, 2, 2]],
  [8, [3, 3, 2, 2, 2, 2, 2, 2]],
])("%i pictures fill their lines", (count, spans) => {
  expect(Array.from({ length: count }, (_, index) => spanOf(index, count))).toEqual(spans);
});
