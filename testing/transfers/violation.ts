/** A rule that a simulated world has seen broken. */

export interface Violation {
  readonly rule: string;
  readonly detail: string;
}

/** Collects what is found wrong; the first is what matters. */
export interface Watch {
  readonly found: readonly Violation[];
  report(rule: string, detail: string): void;
}

export function createWatch(): Watch {
  const found: Violation[] = [];
  return { found, report: (rule, detail) => void found.push({ rule, detail }) };
}
