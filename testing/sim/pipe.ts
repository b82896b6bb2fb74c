/** One direction of a connection: what is put in comes out in order, after a delay, or never. */
import type { Scheduler } from "./scheduler.ts";

export interface Pipe<T> {
  put(item: T): void;
  /** Loses all that is on its way but the first `kept` items, and everything put in later. */
  cut(kept: number): void;
  /** Items on their way. */
  size(): number;
  /** What blocked it without an end may have passed. */
  wake(): void;
}

export interface PipeOptions<T> {
  readonly scheduler: Scheduler;
  readonly latencyMs: () => number;
  /** Nothing comes out before: the way is interrupted, and the transport sends again what got lost. Infinity: until it is woken. */
  readonly blockedUntilMs: () => number;
  readonly deliver: (item: T) => void;
}

export function createPipe<T>({ scheduler, latencyMs, blockedUntilMs, deliver }: PipeOptions<T>): Pipe<T> {
  let waiting: { readonly item: T; readonly atMs: number }[] = [];
  let isCut = false;
  let pumping = false;

  function schedule(): void {
    const [first] = waiting;
    if (pumping || first === undefined) return;
    const delayMs = Math.max(first.atMs, blockedUntilMs()) - scheduler.nowMs();
    if (delayMs === Number.POSITIVE_INFINITY) return;
    pumping = true;
    // What has been blocked is late already.
    scheduler.after(Math.max(0, delayMs), pump);
  }

  function pump(): void {
    pumping = false;
    const nowMs = scheduler.nowMs();
    while (blockedUntilMs() <= nowMs) {
      const [first] = waiting;
      if (first === undefined || first.atMs > nowMs) break;
      waiting.shift();
      deliver(first.item);
    }
    schedule();
  }

  return {
    put(item) {
      if (isCut) return;
      const atMs = Math.max(scheduler.nowMs() + latencyMs(), waiting.at(-1)?.atMs ?? 0);
      waiting.push({ item, atMs });
      schedule();
    },
    cut(kept) {
      waiting = waiting.slice(0, kept);
      isCut = true;
    },
    size: () => waiting.length,
    wake: schedule,
  };
}
