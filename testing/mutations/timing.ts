/** How long a call keeps its thread busy. */
import { withDeadline } from "../support/deadline.ts";

/** A call that has not ended by then never will. */
const NEVER_MS = 30_000;

export interface Meter {
  /**
   * Runs the call. One that takes longer than the bound is run again and the shorter time counts, so that a pause of the garbage
   * collector is not taken for a slow input: an input that is slow is slow both times. Rejects as the call does, or after 30 s.
   */
  run<T>(call: () => Promise<T> | T): Promise<T>;
  /**
   * The longest call since the last time, in milliseconds of CPU of this thread: other processes and threads of a loaded machine do not
   * count.
   */
  takeWorstMs(): number;
}

export function createMeter(boundMs: number): Meter {
  let worstMs = 0;

  async function once<T>(
    call: () => Promise<T> | T,
  ): Promise<{ readonly ms: number; readonly end: () => T }> {
    const before = process.threadCpuUsage();
    const end = await withDeadline("the end of a call", NEVER_MS, settle(call));
    const { user, system } = process.threadCpuUsage(before);
    return { ms: (user + system) / 1000, end };
  }

  return {
    async run(call) {
      const first = await once(call);
      const second = first.ms > boundMs ? await once(call) : first;
      worstMs = Math.max(worstMs, Math.min(first.ms, second.ms));
      return first.end();
    },
    takeWorstMs() {
      const worst = worstMs;
      worstMs = 0;
      return worst;
    },
  };
}

/** The result or the error, to be had later. */
async function settle<T>(call: () => Promise<T> | T): Promise<() => T> {
  try {
    const value = await call();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
