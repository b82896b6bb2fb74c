/** Faults planted into the ports of a device, each of which a simulated world must notice. */

export const MUTANTS = [
  /** Frames of another conversation are taken for this one's. */
  "no-conversation",
  /** A leaf is said to be durable that is not. */
  "no-write",
  /** Whatever comes is the leaf that was asked for. */
  "no-check",
  /** What was decided is not stored. */
  "no-records",
  /** Timers do not fire. */
  "no-clock",
  /** Nobody is told of an end. */
  "no-end",
  /** What waits in the channel is not seen. */
  "no-buffer",
  /** The user's choice of the way is ignored. */
  "no-mode",
  /** What was asked for is asked for again. */
  "ask-twice",
  /** Receipts for files get lost. */
  "no-receipt",
  /** What the relay does not have any more is taken for delivered. */
  "trust-relay",
] as const;

export type Mutant = (typeof MUTANTS)[number];
