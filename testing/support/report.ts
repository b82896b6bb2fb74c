/** How a check reports: figures, and bars that they have to reach. */

/** One figure and its bar. */
export interface Bar {
  readonly value: number;
  readonly rule: "equals" | "atLeast" | "atMost";
  readonly bar: number;
}

export interface Report {
  readonly name: string;
  /** Repetitions behind the figures. */
  readonly rounds: number;
  readonly figures: Readonly<Record<string, number | string>>;
  /** One figure divided by another of the same run; unlike the figures they compare across machines. */
  readonly ratios: Readonly<Record<string, number>>;
  readonly bars: Readonly<Record<string, Bar>>;
}

export const equals = (value: number, bar: number): Bar => ({ value, rule: "equals", bar });
export const atLeast = (value: number, bar: number): Bar => ({ value, rule: "atLeast", bar });
export const atMost = (value: number, bar: number): Bar => ({ value, rule: "atMost", bar });

function isMet({ value, rule, bar }: Bar): boolean {
  switch (rule) {
    case "equals":
      return value === bar;
    case "atLeast":
      return value >= bar;
    case "atMost":
      return value <= bar;
  }
}

/** CPU time of this process with its threads so far, for runs on a machine that others use too. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return Math.round((user + system) / 1e6);
}

/** True when every bar is met. */
export function passes(report: Report): boolean {
  return Object.values(report.bars).every(isMet);
}

/** One line of JSON for programs. */
export function reportLine(report: Report): string {
  const { name, rounds, figures, ratios, bars } = report;
  return JSON.stringify({ name, rounds, figures, ratios, bars, pass: passes(report) });
}

/** Several lines for people. */
export function reportText(report: Report): string {
  const lines = [`${report.name}, ${report.rounds} rounds`];
  for (const [name, value] of Object.entries(report.figures)) lines.push(`  ${name}: ${value}`);
  for (const [name, value] of Object.entries(report.ratios)) lines.push(`  ${name}: ${value.toFixed(2)}`);
  for (const [name, bar] of Object.entries(report.bars)) {
    const words = { equals: "", atLeast: "at least ", atMost: "at most " }[bar.rule];
    lines.push(`  ${isMet(bar) ? "met   " : "MISSED"} ${name} ${bar.value}, bar ${words}${bar.bar}`);
  }
  lines.push(passes(report) ? "passed" : "FAILED");
  return lines.join("\n");
}

/** Prints the report in the form asked for and sets the exit code: 1 when a bar is missed. */
export function finish(report: Report, json: boolean): void {
  console.log(json ? reportLine(report) : reportText(report));
  process.exitCode = passes(report) ? 0 : 1;
}
