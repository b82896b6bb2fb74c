/** Which walks a run consists of. */
import type { SuiteId } from "@sotto/crypto";
import type { WalkOptions } from "./walk.ts";

/** Groups of every size up to the largest: small trees take other turns than large ones, and cost less. */
const MOST_MEMBERS: Readonly<Record<SuiteId, readonly number[]>> = { 1: [32, 8, 20, 12], 83: [16, 6, 10] };

/** The walks of the seeds `from` … `from + seeds - 1`. */
export function walksOf(suite: SuiteId, from: number, seeds: number, steps: number): readonly WalkOptions[] {
  const sizes = MOST_MEMBERS[suite];
  return Array.from({ length: seeds }, (_, i) => {
    const seed = from + i;
    return { seed, suite, steps, maxMembers: sizes[(seed - 1) % sizes.length] as number };
  });
}

/** Before there is an argument: what the engine has to stand. */
export const WHOLE: Readonly<Record<SuiteId, number>> = { 1: 20, 83: 5 };
export const STEPS = 200;
export const LOST_COMMITS = 1000;
