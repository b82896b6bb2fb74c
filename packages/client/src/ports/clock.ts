/** Time for runtimes, injected so that tests and simulations own it. */

export interface Clock {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Calls `action` once, at `atMs` or as soon after as possible; the returned function prevents it. */
  schedule(atMs: number, action: () => void): () => void;
}
