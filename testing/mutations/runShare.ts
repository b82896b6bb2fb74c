/** A part of the mutants of a seed, in numbers. */
import type { SuiteId } from "@sotto/crypto";
import { createEngineWorld } from "./engineWorld.ts";
import type { MutantResult } from "./mutants.ts";
import { BOUND_MS, faultOf, feed, mutantOf } from "./mutants.ts";
import { createMeter } from "./timing.ts";

/** Mutants numbered `from` … `to` - 1. */
export interface Share {
  readonly suite: SuiteId;
  readonly seed: number;
  readonly from: number;
  readonly to: number;
}

/** Plain data: it crosses threads. */
export interface Tally {
  readonly suite: SuiteId;
  /** By what was altered and how. */
  readonly mutants: Readonly<Record<string, number>>;
  readonly verdicts: Readonly<Record<string, number>>;
  /** Alterations that gave a valid object again, or nothing that can be encoded: not counted above. */
  readonly skipped: number;
  readonly worstMs: number;
  readonly faults: readonly string[];
}

/** So many mutants meet one group, then another with other keys. */
const PER_WORLD = 2500;

export async function runShare({ suite, seed, from, to }: Share): Promise<Tally> {
  const meter = createMeter(BOUND_MS);
  const mutants: Record<string, number> = {};
  const verdicts: Record<string, number> = {};
  const faults: string[] = [];
  let skipped = 0;
  let worstMs = 0;
  const count = ({ mutant, verdict, worstMs: ms }: MutantResult): void => {
    for (const key of [mutant.sample, mutant.kind]) mutants[key] = (mutants[key] ?? 0) + 1;
    verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
    worstMs = Math.max(worstMs, ms);
  };
  for (let number = from; number < to;) {
    const group = Math.floor(number / PER_WORLD);
    const world = await createEngineWorld(`mutations ${seed} ${suite} ${group}`, suite, meter);
    meter.takeWorstMs();
    for (const end = Math.min(to, (group + 1) * PER_WORLD); number < end; number++) {
      const mutant = await mutantOf(world, seed, number);
      if (mutant === undefined) {
        skipped++;
        continue;
      }
      const result = await feed(world, meter, mutant);
      count(result);
      const fault = faultOf(result);
      if (fault !== undefined) faults.push(`suite ${suite}, seed ${seed}, mutant ${number}: ${fault}`);
    }
  }
  return { suite, mutants, verdicts, skipped, worstMs, faults };
}
