/** A {@link Clock} that stands still until it is told to go on. */
import type { Clock } from "../runtime/clock.ts";

export interface FakeClock extends Clock {
  /** Moves to `nowMs() + byMs`, calling what falls due on the way in order of time, then of scheduling. */
  advance(byMs: number): void;
  /** How many actions wait. */
  readonly pending: number;
}

export function createFakeClock(startMs = 1_800_000_000_000): FakeClock {
  let nowMs = startMs;
  let waiting: readonly { readonly atMs: number; readonly action: () => void }[] = [];
  return {
    nowMs: () => nowMs,
    get pending() {
      return waiting.length;
    },
    schedule(atMs, action) {
      const entry = { atMs, action };
      waiting = [...waiting, entry].toSorted((a, b) => a.atMs - b.atMs);
      return () => {
        waiting = waiting.filter((other) => other !== entry);
      };
    },
    advance(byMs) {
      const endMs = nowMs + byMs;
      for (;;) {
        const [next] = waiting;
        if (next === undefined || next.atMs > endMs) break;
        waiting = waiting.slice(1);
        nowMs = Math.max(nowMs, next.atMs);
        next.action();
      }
      nowMs = endMs;
    },
  };
}
