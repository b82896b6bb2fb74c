/** Runs its shares of the seeds and tells each result. */
import { parentPort, workerData } from "node:worker_threads";
import { createCast } from "./people.ts";
import type { Share } from "./runSeeds.ts";
import { runScenario } from "./scenario.ts";
import { tierOf } from "./tier.ts";

for (const { tier, seeds } of workerData as readonly Share[]) {
  const cast = await createCast(tierOf(tier));
  for (const seed of seeds) parentPort?.postMessage(await runScenario({ cast, seed, mutation: {} }));
}
