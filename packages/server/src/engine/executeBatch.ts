/**
 * The one entry to the rules: a batch of requests in one durable transaction. Each request is all or nothing by itself; the outcomes may
 * leave only after this function has returned, because only then is the batch on disk (RLY-2).
 */
import type { Notice } from "../ports/notices.ts";
import type { Outcome } from "../ports/requestExecutor.ts";
import type { AnyResult, StoreRequest } from "../ports/requests.ts";
import { refused } from "../ports/result.ts";
import type { Store, StoreTx } from "../ports/store.ts";
import { applyRule } from "./applyRule.ts";
import type { RuleContext } from "./context.ts";

export interface BatchContext extends Omit<RuleContext, "notify"> {
  /** Told of a rule that threw or a commit that failed: a bug or a failing disk, for the log. Holds no request data. */
  readonly report: (error: unknown) => void;
}

/** One outcome per request, in order. Never throws: a rule that throws is refused with `internal`, a failed commit with `unavailable` for all. */
export function executeBatch(
  store: Store,
  requests: readonly StoreRequest[],
  context: BatchContext,
): readonly Outcome[] {
  try {
    return store.transaction((tx) => requests.map((request) => execute(tx, request, context)));
  } catch (error) {
    context.report(error);
    return requests.map(() => ({ result: refused("unavailable"), notices: [] }));
  }
}

function execute(tx: StoreTx, request: StoreRequest, context: BatchContext): Outcome {
  const notices: Notice[] = [];
  try {
    const result = tx.attempt<AnyResult>(
      () => applyRule(tx, request, { ...context, notify: (notice) => notices.push(notice) }),
      ({ ok }) => ok,
    );
    return { result, notices: result.ok ? notices : [] };
  } catch (error) {
    context.report(error);
    return { result: refused("internal"), notices: [] };
  }
}
