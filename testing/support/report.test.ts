import { describe, expect, test } from "vitest";
import type { Bar } from "./report.ts";
import { atLeast, atMost, equals, passes, reportLine, reportText } from "./report.ts";

const report = (bars: Record<string, Bar>) => ({
  name: "example",
  rounds: 3,
  figures: { lost: 0 },
  ratios: { share: 0.5 },
  bars,
});

describe("report", () => {
  test.each([
    [equals(0, 0), true],
    [equals(1, 0), false],
    [atLeast(5, 5), true],
    [atLeast(4, 5), false],
    [atMost(5, 5), true],
    [atMost(6, 5), false],
    [atLeast(Number.NaN, 0), false],
  ])("bar %o is met: %s", (bar, met) => expect(passes(report({ bar }))).toBe(met));

  test("one missed bar fails the whole", () => {
    expect(passes(report({ good: equals(0, 0), bad: equals(1, 0) }))).toBe(false);
    expect(reportText(report({ bad: equals(1, 0) }))).toMatch(/MISSED bad 1, bar 0\nFAILED$/);
  });

  test("the line for programs is one line with the verdict", () => {
    const line = reportLine(report({ good: atLeast(2, 1) }));
    expect(line).not.toContain("\n");
    expect(JSON.parse(line)).toEqual({
      name: "example",
      rounds: 3,
      figures: { lost: 0 },
      ratios: { share: 0.5 },
      bars: { good: { value: 2, rule: "atLeast", bar: 1 } },
      pass: true,
    });
  });
});
