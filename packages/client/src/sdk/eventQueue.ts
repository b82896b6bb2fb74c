/** Events for one consumer that reads at its own pace. */

export interface EventQueue<T> {
  readonly iterator: AsyncIterableIterator<T>;
  readonly push: (value: T) => void;
  /** What was pushed before is still read; then iteration ends, or throws `error`. */
  readonly end: (error?: Error) => void;
}

/**
 * Holds at most `limit` unread values: a consumer that falls further behind gets what it has missed as an error (made by `onOverflow`) rather
 * than a silent gap. `onReturn` is called when the consumer stops by itself.
 */
export function createEventQueue<T>(
  limit: number,
  onOverflow: () => Error,
  onReturn: () => void,
): EventQueue<T> {
  const values: T[] = [];
  let ended: { readonly error: Error | undefined } | undefined;
  let waiting: {
    readonly resolve: (result: IteratorResult<T>) => void;
    readonly reject: (error: Error) => void;
  }[] = [];

  const finish = (): Promise<IteratorResult<T>> => {
    const error = ended?.error;
    // The error is told once; who asks again learns that it is over.
    ended = { error: undefined };
    return error === undefined ? Promise.resolve({ done: true, value: undefined }) : Promise.reject(error);
  };
  const end = (error?: Error): void => {
    if (ended !== undefined) return;
    const [first, ...others] = waiting;
    waiting = [];
    ended = { error: first === undefined ? error : undefined };
    if (error !== undefined) first?.reject(error);
    else first?.resolve({ done: true, value: undefined });
    for (const other of others) other.resolve({ done: true, value: undefined });
  };

  return {
    push(value) {
      if (ended !== undefined) return;
      const next = waiting.shift();
      if (next !== undefined) return next.resolve({ done: false, value });
      if (values.length >= limit) return end(onOverflow());
      values.push(value);
    },
    end,
    iterator: {
      next() {
        const value = values.shift();
        if (value !== undefined) return Promise.resolve({ done: false, value });
        if (ended !== undefined) return finish();
        return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
      },
      return() {
        values.length = 0;
        end();
        onReturn();
        return Promise.resolve({ done: true, value: undefined });
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    },
  };
}
