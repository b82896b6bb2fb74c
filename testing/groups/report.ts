/** Many worlds with groups, and what was found in them, for `npm run sim -- --groups`. */
import type { Bar, Report } from "../support/report.ts";
import { equals } from "../support/report.ts";
import { createCast } from "../sim/people.ts";
import { STAND_IN } from "../sim/tier.ts";
import { GROUP_MUTANTS } from "./mutants.ts";
import type { GroupResult } from "./scenario.ts";
import { MAX_PEOPLE, runGroupScenario } from "./scenario.ts";

export async function groupReport(
  from: number,
  count: number,
  say: (line: string) => void,
  onLine?: (line: string) => void,
): Promise<Report> {
  const cast = await createCast(STAND_IN, MAX_PEOPLE);
  const started = performance.now();
  const results: GroupResult[] = [];
  for (let seed = from; seed < from + count; seed++) {
    const result = await runGroupScenario({ cast, seed, mutation: {}, ...(onLine && { onLine }) });
    for (const { rule, detail } of result.violations) say(`seed ${seed}: ${rule}: ${detail}`);
    if (count === 1) say(`trace ${result.traceHash}`);
    results.push(result);
  }
  const seconds = (performance.now() - started) / 1000;
  const sum = (of: (result: GroupResult) => number): number =>
    results.reduce((total, result) => total + of(result), 0);
  const mean = (of: (result: GroupResult) => number): number => Math.round((10 * sum(of)) / count) / 10;
  return {
    name: "simulation of groups",
    rounds: count,
    figures: {
      seconds: Math.round(seconds),
      devices: mean(({ devices }) => devices),
      messages: mean(({ messages }) => messages),
      changes: mean(({ changes }) => changes),
      epochs: mean(({ epochs }) => epochs),
      badCommits: sum(({ badCommits }) => badCommits),
      steps: mean(({ steps }) => steps),
      ...struck(results),
    },
    ratios: { scenariosPerSecond: count / seconds },
    bars: {
      violations: equals(
        sum(({ violations }) => violations.length),
        0,
      ),
    },
  };
}

function struck(results: readonly GroupResult[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { faults } of results)
    for (const [name, count] of faults) counts[`fault: ${name}`] = (counts[`fault: ${name}`] ?? 0) + count;
  return counts;
}

/** Each planted fault in at most `limit` worlds. */
export async function groupMutantReport(limit: number, say: (line: string) => void): Promise<Report> {
  const cast = await createCast(STAND_IN, MAX_PEOPLE);
  const figures: Record<string, string> = {};
  const bars: Record<string, Bar> = {};
  for (const { name, mutation, everywhere = false } of GROUP_MUTANTS) {
    figures[name] = "not caught";
    for (let seed = 1; seed <= limit && figures[name] === "not caught"; seed++) {
      const [first] = (await runGroupScenario({ cast, seed, mutation, everywhere })).violations;
      if (first !== undefined) figures[name] = `${first.rule}, seed ${seed}`;
    }
    say(`${name}: ${figures[name]}`);
    bars[name] = equals(Number(figures[name] !== "not caught"), 1);
  }
  return { name: "planted faults of groups", rounds: limit, figures, ratios: {}, bars };
}
