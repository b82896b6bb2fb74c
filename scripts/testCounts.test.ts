import { describe, expect, test } from "vitest";
import { add, closingLine, countCheck, countVitest, failuresOf, NONE } from "./testCounts.ts";

const report = JSON.stringify({ numPassedTests: 5, numFailedTests: 0, numPendingTests: 2, numTodoTests: 1 });

describe("test counts", () => {
  test("reads vitest's report; a todo is a skipped test", () => {
    expect(countVitest(report, 0)).toEqual({ passed: 5, failed: 0, skipped: 3 });
  });

  test.each([
    ["no report", null],
    ["a report without a failed test", report],
  ])("an error exit with %s is a failure", (_name, text) => {
    expect(countVitest(text, 1).failed).toBe(1);
  });

  test("a failed test is not counted twice", () => {
    expect(countVitest(JSON.stringify({ numFailedTests: 3 }), 1).failed).toBe(3);
  });

  test("names what failed, and files that do not load", () => {
    const failing = JSON.stringify({
      testResults: [
        {
          name: "a.test.ts",
          status: "failed",
          assertionResults: [
            { fullName: "adds", status: "failed", failureMessages: ["expected 1 to be 2\nat a.test.ts:3"] },
            { fullName: "subtracts", status: "passed", failureMessages: [] },
          ],
        },
        { name: "b.test.ts", status: "failed", message: "no such module", assertionResults: [] },
        { name: "c.test.ts", status: "passed", message: "", assertionResults: [] },
      ],
    });
    expect(failuresOf(failing)).toEqual([
      "a.test.ts > adds\n    expected 1 to be 2\n    at a.test.ts:3",
      "b.test.ts > \n    no such module",
    ]);
    expect(failuresOf(null)).toEqual(["no report: the runner died"]);
  });

  test("sums into the closing line", () => {
    const sum = [countCheck(0), countCheck(2), countVitest(report, 0)].reduce(add, NONE);
    expect(closingLine(sum)).toBe("6 passed, 1 failed, 3 skipped");
  });
});
