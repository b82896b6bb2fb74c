/** Many scenarios on all cores: each worker takes every n-th seed. */
import { availableParallelism } from "node:os";
import { runInWorkers } from "../support/workers.ts";
import type { ScenarioResult } from "./scenario.ts";
import type { Tier } from "./tier.ts";

export interface Share {
  readonly tier: Tier["name"];
  readonly seeds: readonly number[];
}

/** A worker that makes the cast first is not worth it for fewer. */
const LEAST_SHARE = 20;

/** Runs the seeds `from` … `from + count - 1`; `onResult` is called as they end. Results are in order of seeds. */
export async function runSeeds(
  tier: Tier["name"],
  from: number,
  count: number,
  onResult: (result: ScenarioResult) => void,
): Promise<readonly ScenarioResult[]> {
  const workers = Math.max(1, Math.min(availableParallelism(), Math.floor(count / LEAST_SHARE)));
  const results: ScenarioResult[] = [];
  const shares = Array.from({ length: workers }, (_, worker) =>
    Array.from({ length: Math.ceil((count - worker) / workers) }, (_, i) => from + worker + i * workers),
  );
  const take = (result: ScenarioResult): void => {
    results.push(result);
    onResult(result);
  };
  await runInWorkers<Share, ScenarioResult>(
    new URL("./worker.ts", import.meta.url),
    shares.map((seeds) => ({ tier, seeds })),
    take,
  );
  return results.toSorted((a, b) => a.seed - b.seed);
}
