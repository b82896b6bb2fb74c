/** The platform's clock. */
import type { Clock } from "../ports/clock.ts";

export type { Clock };

/** `setTimeout` counts in 31 bits: a longer delay fires at once. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** The platform's clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  schedule(atMs, action) {
    let timer: ReturnType<typeof setTimeout>;
    const arm = (): void => {
      const leftMs = Math.max(0, atMs - Date.now());
      timer = leftMs > LONGEST_TIMEOUT_MS ? setTimeout(arm, LONGEST_TIMEOUT_MS) : setTimeout(action, leftMs);
    };
    arm();
    return () => clearTimeout(timer);
  },
};
