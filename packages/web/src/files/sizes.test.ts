import { describe, expect, test } from "vitest";
import { percentOf, sizeText, speedText, timeLeftText } from "./sizes.ts";

test.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1000, "1 kB"],
  [1234, "1.2 kB"],
  [45_600, "46 kB"],
  [999_600, "1 MB"],
  [3_400_000_000, "3.4 GB"],
  [68_719_476_736, "69 GB"],
])("%i bytes are %s", (bytes, text) => expect(sizeText(bytes, "en")).toBe(text));

test("the words are the language's", () => {
  expect(sizeText(3_400_000, "ru")).toBe("3,4 МБ");
  expect(speedText(38_000_000, "ru")).toMatch(/^38 МБ/);
});

test.each([
  [0, "0 kB/s"],
  [400, "0.4 kB/s"],
  [38_000_000, "38 MB/s"],
])("%i bytes a second are %s", (speed, text) => expect(speedText(speed, "en")).toBe(text));

describe("time left", () => {
  test.each([
    [1, "5 sec"],
    [38, "40 sec"],
    [56, "1 min"],
    [61, "2 min"],
    [3600, "1 hr"],
    [3601, "2 hr"],
  ])("%i s are %s", (seconds, text) => expect(timeLeftText(seconds * 1000, 1000, "en")).toBe(text));

  test("is not known of what does not move", () => {
    expect(timeLeftText(1000, 0, "en")).toBeUndefined();
    expect(timeLeftText(0, 1000, "en")).toBeUndefined();
  });
});

test("a hundred percent is the whole", () => {
  expect(percentOf(999, 1000)).toBe(99);
  expect(percentOf(1000, 1000)).toBe(100);
  expect(percentOf(0, 0)).toBe(100);
});
