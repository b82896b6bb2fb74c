/** Runs worlds with one planted fault until an invariant or a watch catches it. */
import { MUTANTS } from "./mutants.ts";
import { createCast } from "./people.ts";
import { runScenario } from "./scenario.ts";
import { STAND_IN } from "./tier.ts";

/** A fault that has not shown within so many worlds counts as not caught. */
const MAX_SEEDS = 600;

export interface Caught {
  readonly rule: string;
  readonly seeds: number;
}

/** One entry per mutant; `undefined`: not caught. */
export async function catchMutants(
  onResult: (name: string, caught: Caught | undefined) => void,
): Promise<readonly (Caught | undefined)[]> {
  const cast = await createCast(STAND_IN);
  const results: (Caught | undefined)[] = [];
  for (const { name, mutation } of MUTANTS) {
    let caught: Caught | undefined;
    for (let seed = 1; seed <= MAX_SEEDS && caught === undefined; seed++) {
      const { violations } = await runScenario({ cast, seed, mutation });
      if (violations[0] !== undefined) caught = { rule: violations[0].rule, seeds: seed };
    }
    onResult(name, caught);
    results.push(caught);
  }
  return results;
}
