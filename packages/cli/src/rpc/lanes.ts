/** Work in lanes: within one it begins in the order of its coming, between lanes at once. */

export interface Work {
  /** Without a lane it begins at once. */
  readonly lane: string | undefined;
  /** Asked when it begins: whether what comes after it in the lane waits for its end, not only for its beginning. */
  readonly holds: () => boolean;
  /** Must not reject. */
  readonly run: () => Promise<void>;
}

export interface Lanes {
  start(work: Work): void;
  /** Resolves when everything that was started is done. */
  idle(): Promise<void>;
}

export function createLanes(): Lanes {
  /** The promise of each lane's last work: kept when the next may begin. */
  const tails = new Map<string, Promise<void>>();
  const running = new Set<Promise<void>>();
  return {
    start({ lane, holds, run }) {
      const before = lane === undefined ? undefined : tails.get(lane);
      const { promise: free, resolve: release } = Promise.withResolvers<void>();
      const begin = async (): Promise<void> => {
        if (before !== undefined) await before;
        const held = holds();
        const working = run();
        if (!held) release();
        await working;
        release();
      };
      const done = begin().finally(() => {
        running.delete(done);
        if (lane !== undefined && tails.get(lane) === free) tails.delete(lane);
      });
      running.add(done);
      if (lane !== undefined) tails.set(lane, free);
    },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
