/** The asynchronous door to the store: adapters and the composed server hold this, never a store. */
import type { Notice } from "./notices.ts";
import type { AnyResult, ResultOf, StoreRequest } from "./requests.ts";

/** A request's result and what it means for others. */
export interface Outcome {
  readonly result: AnyResult;
  readonly notices: readonly Notice[];
}

export interface RequestExecutor {
  /**
   * Runs the request; requests run in the order of the calls. Resolves after the result is committed and synced to disk, with a refusal
   * `unavailable` if that failed. Never rejects.
   */
  execute<R extends StoreRequest>(request: R): Promise<ResultOf<R>>;
  /** Runs what has been accepted, then releases the store. Requests made afterwards are refused with `unavailable`. */
  close(): Promise<void>;
}

/** Receives notices synchronously, in commit order, before the promises of the same batch resolve. */
export type NoticeListener = (notices: readonly Notice[]) => void;
