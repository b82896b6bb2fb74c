/** Every wait of a test is bounded, and says what it waited for. */

/** For what another process does: far longer than it takes, so that only a failure waits for the end, however busy the machine is. */
export const PATIENCE_MS = 60_000;

/** The promise's value, or a rejection after `ms` that names what did not come. */
export function withDeadline<T>(what: string, ms: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what} did not come within ${ms} ms`)), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
