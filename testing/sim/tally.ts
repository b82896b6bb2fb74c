/** What many scenarios come to. */
import type { Bar, Report } from "../support/report.ts";
import { atLeast, equals } from "../support/report.ts";
import type { ScenarioResult } from "./scenario.ts";
import { AT_LEAST } from "./scenario.ts";

/** How many faults of all kinds struck. */
function faultsOf({ faults }: ScenarioResult): number {
  return [...faults.values()].reduce((sum, count) => sum + count, 0);
}

/** A line for each rule that did not hold, with the seed that shows it again. */
export function failureLines(result: ScenarioResult): readonly string[] {
  return result.violations.map(({ rule, detail }) => `seed ${result.seed}: ${rule}: ${detail}`);
}

/** `seconds` is how long they took altogether, `bars` what else is asked of the run. */
export function reportOf(
  name: string,
  results: readonly ScenarioResult[],
  seconds: number,
  bars: Readonly<Record<string, Bar>>,
): Report {
  const measures = {
    devices: results.map(({ devices }) => devices),
    messages: results.map(({ messages }) => messages),
    faults: results.map(faultsOf),
  };
  return {
    name,
    rounds: results.length,
    figures: {
      seconds: round(seconds),
      devices: mean(measures.devices),
      messages: mean(measures.messages),
      direct: mean(results.map(({ direct }) => direct)),
      offers: mean(results.map(({ offers }) => offers)),
      links: mean(results.map(({ links }) => links)),
      faults: mean(measures.faults),
      steps: mean(results.map(({ steps }) => steps)),
      ...struckFaults(results),
    },
    ratios: { scenariosPerSecond: round(results.length / seconds) },
    bars: {
      violations: equals(results.flatMap(({ violations }) => violations).length, 0),
      leastDevices: atLeast(Math.min(...measures.devices), AT_LEAST.devices),
      leastMessages: atLeast(Math.min(...measures.messages), AT_LEAST.messages),
      leastFaults: atLeast(Math.min(...measures.faults), AT_LEAST.faults),
      ...bars,
    },
  };
}

function struckFaults(results: readonly ScenarioResult[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { faults } of results)
    for (const [name, count] of faults) counts[`fault: ${name}`] = (counts[`fault: ${name}`] ?? 0) + count;
  return Object.fromEntries(Object.entries(counts).toSorted(([, a], [, b]) => b - a));
}

function mean(values: readonly number[]): number {
  return round(values.reduce((sum, value) => sum + value, 0) / values.length);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
