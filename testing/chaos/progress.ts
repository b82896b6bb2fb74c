/** A count that others wait for. */
export interface Progress {
  add(count: number): void;
  /** Resolves when the count is at least this. */
  reached(count: number): Promise<void>;
  /** Resolves when so many more have been added. */
  more(count: number): Promise<void>;
}

export function createProgress(): Progress {
  let value = 0;
  const waiting = new Set<{ readonly count: number; readonly resolve: () => void }>();
  const reached = (count: number): Promise<void> =>
    new Promise((resolve) => {
      if (value >= count) resolve();
      else waiting.add({ count, resolve });
    });
  return {
    add(count) {
      value += count;
      for (const waiter of waiting) {
        if (value < waiter.count) continue;
        waiting.delete(waiter);
        waiter.resolve();
      }
    },
    reached,
    more: (count) => reached(value + count),
  };
}
