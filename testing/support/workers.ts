/** Parts of one task on all cores. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";

/**
 * Deals the shares out to as many workers as there are cores; `onResult` gets what they post. Rejects when a worker ends with an error. A
 * worker's module runs every share of its `workerData`, a list.
 */
export async function runInWorkers<Share, Result>(
  module: URL,
  shares: readonly Share[],
  onResult: (result: Result) => void,
): Promise<void> {
  const workers = Math.min(availableParallelism(), shares.length);
  const dealt = Array.from({ length: workers }, (_, worker) =>
    shares.filter((_share, i) => i % workers === worker),
  );
  await Promise.all(dealt.map((own) => runOne(new Worker(module, { workerData: own }), onResult)));
}

function runOne<Result>(worker: Worker, onResult: (result: Result) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.on("message", onResult);
    worker.on("error", reject);
    worker.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))));
  });
}
