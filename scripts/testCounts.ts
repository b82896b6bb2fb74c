/** Adds up what the runners report, and names what failed. */

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

/** Characters of a failure's text: the first lines of it, which name what was expected. */
const MAX_REASON = 400;

/**
 * The failed tests of vitest's JSON report, each with its file and the first lines of the reason: what is wanted at the end of a long run, of which the
 * beginning may be lost.
 *
 * @param report text of the report, `null` if there is none
 */
export function failuresOf(report: string | null): readonly string[] {
  if (report === null) return ["no report: the runner died"];
  const { testResults = [] } = JSON.parse(report) as VitestReport;
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === "failed");
    // A file that does not load has no tests.
    if (failed.length === 0) return status === "failed" ? [failure(name, "", message)] : [];
    return failed.map((test) => failure(name, test.fullName, test.failureMessages[0]));
  });
}

interface VitestReport {
  readonly testResults?: readonly {
    /** Path of the file. */
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

function failure(file: string, test: string, reason = ""): string {
  const lines = reason.trim().slice(0, MAX_REASON).split("\n");
  return [`${file} > ${test}`, ...lines.map((line) => `    ${line}`)].join("\n");
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
