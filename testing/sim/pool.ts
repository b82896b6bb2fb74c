/** Many scenarios on all cores: each worker thread takes every n-th seed. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Tier } from "./tier.ts";

export interface Failure {
  readonly tier: Tier["name"];
  readonly seed: number;
  readonly rule: string;
  readonly detail: string;
}

export interface Tally {
  readonly failures: readonly Failure[];
  readonly devices: number;
  readonly messages: number;
  readonly fewestDevices: number;
  readonly fewestMessages: number;
  readonly fewestFaults: number;
  readonly faults: ReadonlyMap<string, number>;
}

/** What a worker is given, and answers with a {@link Tally}. */
export interface Share {
  readonly tier: Tier["name"];
  readonly seeds: readonly number[];
}

/** Runs the seeds 1 to `count`. */
export async function runMany(tier: Tier["name"], count: number): Promise<Tally> {
  const workers = Math.min(availableParallelism(), count);
  const shares = Array.from({ length: workers }, (_, worker): Share => {
    const seeds = Array.from({ length: count }, (__, i) => i + 1).filter((seed) => seed % workers === worker);
    return { tier, seeds };
  });
  const tallies = await Promise.all(shares.map(runShare));
  return tallies.reduce(addTallies, EMPTY_TALLY);
}

export const EMPTY_TALLY: Tally = {
  failures: [],
  devices: 0,
  messages: 0,
  fewestDevices: Number.MAX_SAFE_INTEGER,
  fewestMessages: Number.MAX_SAFE_INTEGER,
  fewestFaults: Number.MAX_SAFE_INTEGER,
  faults: new Map(),
};

export function addTallies(a: Tally, b: Tally): Tally {
  const faults = new Map(a.faults);
  for (const [name, count] of b.faults) faults.set(name, (faults.get(name) ?? 0) + count);
  return {
    failures: [...a.failures, ...b.failures],
    devices: a.devices + b.devices,
    messages: a.messages + b.messages,
    fewestDevices: Math.min(a.fewestDevices, b.fewestDevices),
    fewestMessages: Math.min(a.fewestMessages, b.fewestMessages),
    fewestFaults: Math.min(a.fewestFaults, b.fewestFaults),
    faults,
  };
}

function runShare(share: Share): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: share });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}
