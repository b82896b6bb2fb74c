/** Many worlds of transfers, and what was found in them, for `npm run sim -- --files`. */
import type { Bar, Report } from "../support/report.ts";
import { equals } from "../support/report.ts";
import { MUTANTS } from "./mutants.ts";
import { runScenario } from "./scenario.ts";

export async function fileReport(from: number, count: number, say: (line: string) => void): Promise<Report> {
  let [violations, leaves, again, deaths] = [0, 0, 0, 0];
  for (let seed = from; seed < from + count; seed++) {
    const outcome = await runScenario(seed);
    const [first] = outcome.violations;
    if (first !== undefined) say(`seed ${seed}: ${first.rule} ${first.detail}`);
    if (first !== undefined) violations++;
    leaves += outcome.leaves;
    again += outcome.again;
    deaths += outcome.deaths;
  }
  return {
    name: "simulation of transfers",
    rounds: count,
    figures: { violations, leaves, leavesSentAgain: again, deaths },
    ratios: {},
    bars: { violations: equals(violations, 0) },
  };
}

/** Each planted fault in at most `limit` worlds. */
export async function fileMutantReport(limit: number, say: (line: string) => void): Promise<Report> {
  const figures: Record<string, string> = {};
  const bars: Record<string, Bar> = {};
  for (const mutant of MUTANTS) {
    figures[mutant] = "not caught";
    for (let seed = 1; seed <= limit && figures[mutant] === "not caught"; seed++) {
      const [first] = (await runScenario(seed, mutant)).violations;
      if (first !== undefined) figures[mutant] = `${first.rule}, seed ${seed}`;
    }
    say(`${mutant}: ${figures[mutant]}`);
    bars[mutant] = equals(Number(figures[mutant] !== "not caught"), 1);
  }
  return { name: "planted faults of transfers", rounds: limit, figures, ratios: {}, bars };
}
