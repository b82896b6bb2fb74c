/**
 * Local storage of one device: a few tables of byte values under text keys. Adapters seal every value at rest (crypto: `sealRecord`, bound to
 * table and key), so that what lies on the disk tells only how many records there are. One owner at a time (lock file, Web Lock).
 */

/** One change within a transaction. */
export type StoreWrite =
  | { readonly put: string; readonly key: string; readonly value: Uint8Array }
  | { readonly drop: string; readonly key: string };

export interface PageRange {
  readonly prefix: string;
  /** Not with `after`. */
  readonly before?: string;
  readonly after?: string;
  readonly limit: number;
}

export interface LocalStore {
  /** All records of a table in ascending key order. For the small tables that the engine keeps in memory. */
  load(table: string): Promise<ReadonlyMap<string, Uint8Array>>;
  get(table: string, key: string): Promise<Uint8Array | undefined>;
  /**
   * At most `limit` records whose key starts with `prefix`, in ascending order: the last ones, those that sort before the key `before`, or with
   * `after` the first ones that sort behind it.
   */
  page(table: string, range: PageRange): Promise<readonly (readonly [key: string, value: Uint8Array])[]>;
  /** One transaction, durable when the promise resolves. A rejected one changed nothing. */
  commit(writes: readonly StoreWrite[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Why a store cannot be opened or used. locked: another process or tab owns it · damaged: a record does not open · newer: made by a
 * later version · wrongKey: passphrase or key file do not fit · full: no room · missing: there is no account here.
 */
export type StoreProblem = "locked" | "damaged" | "newer" | "wrongKey" | "full" | "missing" | "failed";

export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly problem: StoreProblem;

  constructor(problem: StoreProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}
