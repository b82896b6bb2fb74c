/** Work in lanes: within one in the order of its coming, between lanes at once. */

export interface Lanes {
  /** Starts the work when all before it in its lane is done; without a lane at once. The work must not reject. */
  run(lane: string | undefined, work: () => Promise<void>): void;
  /** Resolves when everything that was started is done. */
  idle(): Promise<void>;
}

export function createLanes(): Lanes {
  const tails = new Map<string, Promise<void>>();
  const running = new Set<Promise<void>>();
  return {
    run(lane, work) {
      const before = lane === undefined ? undefined : tails.get(lane);
      const forget = (): void => {
        running.delete(done);
        if (lane !== undefined && tails.get(lane) === done) tails.delete(lane);
      };
      const done = (async () => {
        await before;
        await work();
        forget();
      })();
      running.add(done);
      if (lane !== undefined) tails.set(lane, done);
    },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
