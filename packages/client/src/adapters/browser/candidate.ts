/**
 * Seeking the lead: the one Web Lock of the origin. Browsers let go of a lock however its tab ends, and give it to the next that waits; a tab that
 * has stopped without ending is robbed of it. Who holds the lock may write only as long as the store agrees (owner number).
 */
import { StoreError } from "../../ports/store.ts";

/** The lock, held. */
export interface Lease {
  /** Resolves when another has taken the lock away. */
  readonly lost: Promise<void>;
  /** Resolves when the lock is free for others. Idempotent. */
  release(): Promise<void>;
}

export interface Candidate {
  /** Waits for the lock, behind whoever waits already; one call at a time. Rejects with `aborted` when `signal` says so. */
  stand(signal: AbortSignal): Promise<Lease>;
  /** Takes the lock at once for the {@link stand} under way, from whoever holds it. */
  seize(): void;
}

/** Throws {@link StoreError} where there are no locks. */
export function createCandidate(locks: LockManager | undefined, name: string): Candidate {
  // Not there on plain http.
  if (locks === undefined) {
    throw new StoreError(
      "failed",
      "This page cannot keep its data here. Open it by https, or on this machine itself.",
    );
  }
  let seizeNow: (() => void) | undefined;

  return {
    stand: (signal) =>
      new Promise((resolve, reject) => {
        const waiting = new AbortController();
        const giveUp = (): void => waiting.abort();
        signal.addEventListener("abort", giveUp, { once: true });
        let granted = false;
        let isSeizing = false;
        const ask = (options: LockOptions): void => {
          const held = Promise.withResolvers<void>();
          const request = locks.request(name, options, async () => {
            // Seized and given at the same moment: one is enough.
            if (granted) return;
            granted = true;
            seizeNow = undefined;
            signal.removeEventListener("abort", giveUp);
            // Some call back before they have returned.
            await Promise.resolve();
            resolve(leaseOf(request, held.resolve));
            await held.promise;
          });
          request.catch((error: unknown) => {
            // One that gave way to the other try is no failure.
            if (!granted && (signal.aborted || !isSeizing)) reject(error);
          });
        };
        seizeNow = () => {
          seizeNow = undefined;
          isSeizing = true;
          ask({ steal: true });
          waiting.abort();
        };
        ask({ signal: waiting.signal });
      }),
    seize: () => seizeNow?.(),
  };
}

function leaseOf(request: Promise<unknown>, letGo: () => void): Lease {
  const lost = Promise.withResolvers<void>();
  // It ends with an error when the lock was taken away, otherwise after `letGo`.
  const ended = request.then(
    () => undefined,
    () => lost.resolve(),
  );
  return {
    lost: lost.promise,
    release() {
      letGo();
      return ended;
    },
  };
}
