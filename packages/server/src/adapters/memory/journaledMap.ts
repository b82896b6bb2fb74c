/** Maps whose changes can be taken back: the transactions of the memory store. Values are immutable; only which key has which value is undone. */

export interface Journal {
  /** Where a later {@link undoTo} goes back to. */
  mark(): number;
  record(undo: () => void): void;
  undoTo(mark: number): void;
  /** Forgets how to take anything back. */
  commit(): void;
}

export function createJournal(): Journal {
  let undos: (() => void)[] = [];
  return {
    mark: () => undos.length,
    record: (undo) => undos.push(undo),
    undoTo(mark) {
      while (undos.length > mark) undos.pop()?.();
    },
    commit() {
      undos = [];
    },
  };
}

export interface JournaledMap<K, V> {
  get(key: K): V | undefined;
  values(): V[];
  entries(): [K, V][];
  set(key: K, value: V): void;
  delete(key: K): void;
}

export function createJournaledMap<K, V>(
  journal: Journal,
  from: Iterable<readonly [K, V]> = [],
): JournaledMap<K, V> {
  const map = new Map<K, V>(from);
  const remember = (key: K): void => {
    const had = map.has(key);
    const old = map.get(key);
    journal.record(() => {
      if (had) map.set(key, old as V);
      else map.delete(key);
    });
  };
  return {
    get: (key) => map.get(key),
    values: () => [...map.values()],
    entries: () => [...map.entries()],
    set(key, value) {
      remember(key);
      map.set(key, value);
    },
    delete(key) {
      remember(key);
      map.delete(key);
    },
  };
}
