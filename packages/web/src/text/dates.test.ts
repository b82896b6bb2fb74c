import { describe, expect, test } from "vitest";
import { dayHeading, relativeTime, shortWhen, untilMidnightMs } from "./dates.ts";
import { englishText } from "./text.ts";

const at = (year: number, month: number, day: number, hour = 12): number =>
  new Date(year, month - 1, day, hour).getTime();
const NOW = at(2026, 11, 20, 9);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe("dates", () => {
  test.each([
    [at(2026, 11, 20, 0), "Today"],
    [at(2026, 11, 19, 23), "Yesterday"],
    [at(2026, 11, 18), "Wednesday 18 November"],
    [at(2025, 11, 18), "Tuesday, 18 November 2025"],
  ])("the heading of %d is %s", (ms, heading) => {
    expect(dayHeading(ms, NOW, englishText, "en-GB")).toBe(heading);
  });

  test("other days are said in the reader's language", () => {
    expect(dayHeading(at(2026, 11, 18), NOW, englishText, "ru")).toBe("среда, 18 ноября");
    expect(dayHeading(at(2026, 11, 18), NOW, englishText, "zh")).toBe("11月18日星期三");
  });

  test.each([
    [at(2026, 11, 20, 8), "08:00"],
    [at(2026, 11, 14), "Sat"],
    [at(2026, 11, 13), "13 Nov 26"],
    [at(2026, 11, 21), "12:00"],
  ])("the list says %d as %s", (ms, words) => {
    expect(shortWhen(ms, NOW, "en-GB")).toBe(words);
  });

  test.each([
    [NOW + HOUR, undefined],
    [NOW - MINUTE + 1, undefined],
    [NOW - MINUTE, "1 minute ago"],
    [NOW - 59 * MINUTE, "59 minutes ago"],
    [NOW - 3 * HOUR, "3 hours ago"],
    [NOW - 25 * HOUR, "yesterday"],
    [at(2026, 11, 13), "7 days ago"],
  ])("%d was %s", (ms, words) => {
    expect(relativeTime(ms, NOW, "en-GB")).toBe(words);
  });

  test("headings hold until midnight", () => {
    expect(untilMidnightMs(at(2026, 11, 20, 23))).toBe(HOUR);
    expect(untilMidnightMs(at(2026, 11, 20, 0))).toBe(24 * HOUR);
  });
});
