/** Every wait of a test is bounded, and says what it waited for. */

/** The promise's value, or a rejection after `ms` that names what did not come. */
export function withDeadline<T>(what: string, ms: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what} did not come within ${ms} ms`)), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
