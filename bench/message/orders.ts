/** What the bench and its two people say to each other, process to process. */

/** What the bench asks of a person. Each order is answered by one {@link Answer}, in order. */
export type Order =
  | { readonly kind: "ask"; readonly userName: string }
  | { readonly kind: "accept"; readonly userName: string }
  /** Sends texts of `sizeBytes` at once, and answers when the server has acknowledged the last. */
  | { readonly kind: "send"; readonly userName: string; readonly count: number; readonly sizeBytes: number }
  /** Answers at once that it counts, and with a second answer when so many messages have been shown. */
  | { readonly kind: "await"; readonly count: number }
  | { readonly kind: "close" };

/** Where the time of a burst went at one person. All in milliseconds. */
export interface Burst {
  /** CLOCK_MONOTONIC, which all processes of a machine share. */
  readonly startedMs: number;
  readonly endedMs: number;
  readonly cpuMs: number;
  /** Within MLS operations. */
  readonly mlsMs: number;
  /** From handing transactions to the store until they are on the disk. */
  readonly storeMs: number;
  readonly transactions: number;
  /** The mean of the moments when message frames went into the socket; NaN when none did. */
  readonly meanSentMs: number;
  readonly meanReceivedMs: number;
}

export type Answer =
  | { readonly kind: "ready" }
  | { readonly kind: "done" }
  | { readonly kind: "burst"; readonly burst: Burst }
  | { readonly kind: "failed"; readonly message: string };

export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
