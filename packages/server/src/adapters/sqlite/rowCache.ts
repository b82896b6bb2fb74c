/**
 * Rows that the rules ask for with every frame, kept in memory from transaction to transaction: one process owns the database, so nobody
 * else changes them. What is undone in the database is forgotten here.
 */

export interface RowCache<K, V> {
  /** The kept value, or the loaded one, which is then kept; `undefined` is not. */
  get(key: K, load: (key: K) => V | undefined): V | undefined;
  /** After the row was written. */
  set(key: K, value: V): void;
  /** After the row was deleted or changed in a way that is easier read again. */
  forget(key: K): void;
  /** After rows of any key may have changed. */
  forgetAll(): void;
}

export interface RowCaches {
  create<K, V>(): RowCache<K, V>;
  /** Counts writes; to be compared with a later value. */
  writes(): number;
  /** Forgets everything. */
  clear(): void;
}

/** More rows of one kind are forgotten all at once: a busy server has far fewer that matter. */
const MAX_ROWS = 100_000;

export function createRowCaches(): RowCaches {
  const all: Map<unknown, unknown>[] = [];
  let writes = 0;
  return {
    create<K, V>(): RowCache<K, V> {
      const rows = new Map<K, V>();
      all.push(rows);
      const keep = (key: K, value: V): void => {
        if (rows.size >= MAX_ROWS) rows.clear();
        rows.set(key, value);
      };
      return {
        get(key, load) {
          const kept = rows.get(key);
          if (kept !== undefined) return kept;
          const value = load(key);
          if (value !== undefined) keep(key, value);
          return value;
        },
        set(key, value) {
          writes += 1;
          keep(key, value);
        },
        forget(key) {
          writes += 1;
          rows.delete(key);
        },
        forgetAll() {
          writes += 1;
          rows.clear();
        },
      };
    },
    writes: () => writes,
    clear() {
      for (const rows of all) rows.clear();
    },
  };
}
