/** An executor without a thread, for tests: each request is a batch of its own, in the order of the calls. */
import type { NoticeListener, Outcome, RequestExecutor } from "../../ports/requestExecutor.ts";
import type { ResultOf, StoreRequest } from "../../ports/requests.ts";
import { refused } from "../../ports/result.ts";

/** `run` executes a batch: the engine's `executeBatch` over a store. */
export function createMemoryExecutor(
  run: (requests: readonly StoreRequest[]) => readonly Outcome[],
  onNotices: NoticeListener,
): RequestExecutor {
  let closed = false;
  return {
    async execute<R extends StoreRequest>(request: R): Promise<ResultOf<R>> {
      const [outcome] = closed ? [] : run([request]);
      if (outcome === undefined) return refused("unavailable");
      onNotices(outcome.notices);
      return outcome.result as ResultOf<R>;
    },
    async close() {
      closed = true;
    },
  };
}
