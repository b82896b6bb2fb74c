/** What the bench and the two ends of a link say to each other, process to process. Ends are ours or bare ones; both know the same orders. */

export type Order =
  /** Be linked, by calling; answered with `linked` when this side's channel is open. */
  | { readonly kind: "call" }
  /** Wait for the other's call; answered with `done` at once, and with `linked` when this side's channel is open. */
  | { readonly kind: "expect" }
  /** Answered when this side is linked no more. */
  | { readonly kind: "unlink" }
  /** Sends messages of `sizeBytes` at once; answered with `burst` when the other side is known to have all. */
  | { readonly kind: "send"; readonly count: number; readonly sizeBytes: number }
  /** Answered with `done` at once, and with `burst` when so many messages have come. */
  | { readonly kind: "await"; readonly count: number }
  /** Answers each message from now on until so many have come; answered with `done` at once. */
  | { readonly kind: "echo"; readonly count: number }
  /** Messages one after the other, each after the answer to the one before; answered with `trips`. */
  | { readonly kind: "trips"; readonly count: number; readonly sizeBytes: number }
  | { readonly kind: "befriend"; readonly userName: string; readonly asks: boolean }
  | { readonly kind: "close" };

/** Moments are {@link momentMs}. */
export type Answer =
  | { readonly kind: "ready" | "done" }
  | { readonly kind: "linked"; readonly askedMs: number; readonly openMs: number }
  | { readonly kind: "burst"; readonly startedMs: number; readonly endedMs: number }
  | { readonly kind: "trips"; readonly medianMs: number }
  | { readonly kind: "failed"; readonly message: string };

/** Milliseconds since 1970, finer than `Date.now()`, in programs and pages alike: what they say can be compared on one machine. */
export function momentMs(): number {
  return performance.timeOrigin + performance.now();
}

/** One end of a pair. A failure is an answer. */
export interface OrderedEnd {
  obey(order: Order): Promise<void>;
}

export type Say = (said: Answer) => void;
