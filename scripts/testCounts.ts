/** Adds up what the runners report. */

/** Passed, failed and skipped tests of one step or of all. */
export type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number };

/** No test at all. */
export const NONE: Counts = { passed: 0, failed: 0, skipped: 0 };

/** The sum of two counts. */
export function add(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** The closing line, by which a run is read: `N passed, N failed, N skipped`. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** A check is one test. */
export function countCheck(exitCode: number): Counts {
  return exitCode === 0 ? { ...NONE, passed: 1 } : { ...NONE, failed: 1 };
}

/**
 * Counts of vitest's JSON report. A run that ends with an error has at least one failure, even where no test
 * ran: a file that does not load, an unhandled rejection, a runner that died without a report.
 *
 * @param report text of the report, `null` if there is none
 */
export function countVitest(report: string | null, exitCode: number): Counts {
  const counts = report === null ? NONE : readReport(report);
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function readReport(text: string): Counts {
  const report = JSON.parse(text) as Record<string, unknown>;
  const number = (name: string): number => (typeof report[name] === "number" ? report[name] : 0);
  return {
    passed: number("numPassedTests"),
    failed: number("numFailedTests"),
    skipped: number("numPendingTests") + number("numTodoTests"),
  };
}
