/** A limit per key, such as an address or an account. */
export interface RateLimiter {
  /** Takes one token of the key's bucket; false: slow down. `nowMs` never decreases. */
  take(key: string, nowMs: number): boolean;
  /** Undoes one take of the key that was granted. */
  giveBack(key: string, nowMs: number): void;
}
