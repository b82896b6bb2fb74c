/** What is on the disk in the log of a store and not in its place yet: of each record the last write, in the order of the writes. */
import { decodeCbor, encodeCbor } from "@sotto/protocol";
import type { StoreWrite } from "../../ports/store.ts";

export interface LateRecord {
  readonly write: StoreWrite;
  /** Number of the log's entry that has it. */
  readonly entry: number;
}

export interface LateRecords {
  readonly count: number;
  /** Of all values. */
  readonly bytes: number;
  /** Number of the last entry of the log, 0 before there was one. */
  readonly lastEntry: number;
  get(table: string, key: string): LateRecord | undefined;
  /** Those of a table whose keys are wanted. */
  of(table: string, isWanted: (key: string) => boolean): readonly LateRecord[];
  /** The writes of the log's next entry, in order; their values stay the caller's no more. */
  add(entry: number, writes: readonly StoreWrite[]): void;
  /** So many of those that were written first, and the entry up to which the log is not needed when they have come to their places. */
  first(count: number): { readonly some: readonly LateRecord[]; readonly through: number };
  /** They have come to their places. */
  settle(records: readonly LateRecord[]): void;
}

export function createLateRecords(): LateRecords {
  /** A record that is written again goes to the end: so they are in the order of their entries. */
  const records = new Map<string, LateRecord>();
  let bytes = 0;
  let lastEntry = 0;

  function remove(name: string): void {
    const record = records.get(name);
    bytes -= (record && valueOf(record)?.length) ?? 0;
    records.delete(name);
  }

  return {
    get count() {
      return records.size;
    },
    get bytes() {
      return bytes;
    },
    get lastEntry() {
      return lastEntry;
    },
    get: (table, key) => records.get(nameOf(table, key)),
    of: (table, isWanted) =>
      [...records.values()].filter(({ write }) => tableOf(write) === table && isWanted(write.key)),
    add(entry, writes) {
      lastEntry = entry;
      for (const write of writes) {
        const name = nameOf(tableOf(write), write.key);
        remove(name);
        records.set(name, { write, entry });
        bytes += "put" in write ? write.value.length : 0;
      }
    },
    first(count) {
      const all = [...records.values()];
      const next = all[count];
      return { some: all.slice(0, count), through: next === undefined ? lastEntry : next.entry - 1 };
    },
    settle(placed) {
      for (const { write } of placed) remove(nameOf(tableOf(write), write.key));
    },
  };
}

/** `undefined`: it is dropped. */
export function valueOf({ write }: LateRecord): Uint8Array | undefined {
  return "put" in write ? write.value : undefined;
}

function tableOf(write: StoreWrite): string {
  return "put" in write ? write.put : write.drop;
}

/** No table has a 0 in its name. */
function nameOf(table: string, key: string): string {
  return `${table}\0${key}`;
}

/** An entry of the log: `CBOR[[table, key, value | null] …]`, `null` for a record that is dropped. */
export function encodeEntry(writes: readonly StoreWrite[]): Uint8Array {
  return encodeCbor(writes.map((write) => [tableOf(write), write.key, "put" in write ? write.value : null]));
}

/** `undefined` if they are none. */
export function decodeEntry(bytes: Uint8Array): readonly StoreWrite[] | undefined {
  const entry = decodeCbor(bytes, Number.MAX_SAFE_INTEGER);
  if (!Array.isArray(entry)) return undefined;
  const writes: StoreWrite[] = [];
  for (const write of entry as readonly unknown[]) {
    if (!Array.isArray(write)) return undefined;
    const [table, key, value] = write as readonly unknown[];
    if (typeof table !== "string" || typeof key !== "string") return undefined;
    if (value === null) writes.push({ drop: table, key });
    else if (value instanceof Uint8Array) writes.push({ put: table, key, value });
    else return undefined;
  }
  return writes;
}
