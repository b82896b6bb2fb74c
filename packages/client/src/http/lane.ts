/** One at a time, in the order in which they came. */
export interface Lane {
  /** Resolves with what lets the next one in; called again it does nothing. */
  enter(): Promise<() => void>;
}

export function createLane(): Lane {
  let last: Promise<void> = Promise.resolve();
  return {
    async enter() {
      const { promise, resolve } = Promise.withResolvers<void>();
      const before = last;
      last = promise;
      await before;
      return resolve;
    },
  };
}
