/**
 * The one entry to the rules: a batch of requests in one durable transaction. Each request is all or nothing by itself; the outcomes may
 * leave only after this function has returned, because only then is the batch on disk (RLY-2).
 */
import type { Notice } from "../ports/notices.ts";
import type { Outcome } from "../ports/requestExecutor.ts";
import type { StoreRequest } from "../ports/requests.ts";
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
    return commit(store, requests, context, RUNS_ALONE);
  } catch (error) {
    if (error instanceof Interrupted) return executeGuarded(store, requests, context);
    return failed(requests, error, context);
  }
}

/**
 * Rules that write only after they have accepted - but for when a session was seen - so that there is nothing to undo when they refuse. They are asked with every message, and what
 * would be kept to undo them costs as much as they do. Should one throw, the whole batch is begun anew with each request undone by itself.
 */
const RUNS_ALONE: ReadonlySet<StoreRequest["type"]> = new Set(["posts", "ack", "readMailbox", "findBlob"]);
const NONE: typeof RUNS_ALONE = new Set();

/** A rule without a guard threw: its writes are still there. */
class Interrupted extends Error {}

function executeGuarded(
  store: Store,
  requests: readonly StoreRequest[],
  context: BatchContext,
): readonly Outcome[] {
  try {
    return commit(store, requests, context, NONE);
  } catch (error) {
    return failed(requests, error, context);
  }
}

function failed(
  requests: readonly StoreRequest[],
  error: unknown,
  context: BatchContext,
): readonly Outcome[] {
  context.report(error);
  return requests.map(() => ({ result: refused("unavailable"), notices: [] }));
}

function commit(
  store: Store,
  requests: readonly StoreRequest[],
  context: BatchContext,
  unguarded: typeof RUNS_ALONE,
): readonly Outcome[] {
  return store.transaction((tx) =>
    requests.map((request) =>
      unguarded.has(request.type) ? executeAlone(tx, request, context) : execute(tx, request, context),
    ),
  );
}

function executeAlone(tx: StoreTx, request: StoreRequest, context: BatchContext): Outcome {
  try {
    return judge(tx, request, context);
  } catch (error) {
    throw new Interrupted("a rule threw", { cause: error });
  }
}

function execute(tx: StoreTx, request: StoreRequest, context: BatchContext): Outcome {
  try {
    return tx.attempt(
      () => judge(tx, request, context),
      ({ result }) => result.ok,
    );
  } catch (error) {
    context.report(error);
    return { result: refused("internal"), notices: [] };
  }
}

function judge(tx: StoreTx, request: StoreRequest, context: BatchContext): Outcome {
  const notices: Notice[] = [];
  const result = applyRule(tx, request, { ...context, notify: (notice) => notices.push(notice) });
  return { result, notices: result.ok ? notices : [] };
}
