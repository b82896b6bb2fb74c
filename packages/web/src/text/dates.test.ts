import { describe, expect, test } from "vitest";
import { dayHeading, shortWhen } from "./dates.ts";

const at = (year: number, month: number, day: number, hour = 12): number =>
  new Date(year, month - 1, day, hour).getTime();
const NOW = at(2026, 11, 20, 9);

describe("dates", () => {
  test.each([
    [at(2026, 11, 20, 0), "Today"],
    [at(2026, 11, 19, 23), "Yesterday"],
    [at(2026, 11, 18), "Wednesday 18 November"],
    [at(2025, 11, 18), "Tuesday, 18 November 2025"],
  ])("the heading of %d is %s", (ms, heading) => {
    expect(dayHeading(ms, NOW, "en-GB")).toBe(heading);
  });

  test.each([
    [at(2026, 11, 20, 8), "08:00"],
    [at(2026, 11, 14), "Sat"],
    [at(2026, 11, 13), "13 Nov 26"],
    [at(2026, 11, 21), "12:00"],
  ])("the list says %d as %s", (ms, words) => {
    expect(shortWhen(ms, NOW, "en-GB")).toBe(words);
  });
});
