/**
 * A page on which tests outside the browser run the contracts of its adapters: the store by proxy, call for call, and the cases of the
 * crypto provider whole.
 */
import { CRYPTO_PROVIDER_CONTRACT } from "@sotto/crypto/testing";
import { deleteDB, openDB } from "idb";
import type { LocalStore, StoreWrite } from "../../../ports/store.ts";
import { StoreError } from "../../../ports/store.ts";
import { createBrowserCryptoProvider } from "../cryptoProvider.ts";
import type { OwnedStore } from "../homeStore.ts";
import { ownHomeStore } from "../homeStore.ts";
import { scriptUrl } from "../scriptUrl.ts";
import type { FromShelfWorker, ShelfWorker, ToShelfWorker } from "./shelfWorker.ts";
// Vite bundles the worker and gives its address.
// oxlint-disable-next-line import/default
import shelfWorkerUrl from "./shelfWorker.ts?worker&url";

/** Bytes as they travel between the page and the test. */
type Bytes = readonly number[];
type Row = readonly [key: string, value: Bytes];
export type PageWrite =
  | { readonly put: string; readonly key: string; readonly value: Bytes }
  | { readonly drop: string; readonly key: string };

/** What a call on the page ends with; `problem` is that of a `StoreError`. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string; readonly message: string };

const NAME = "contract";
const stores: LocalStore[] = [];
const shelfWorkers: Worker[] = [];
let nextCall = 1;
/** How often a write was refused because another has opened the store since. */
let lost = 0;
// oxlint-disable-next-line typescript/unbound-method -- kept to be put back
const nativePut = IDBObjectStore.prototype.put;

const contracts = {
  /** The number by which the store is called. */
  open: () =>
    outcome(async () => {
      const release = await takeLock();
      let owned: OwnedStore | undefined;
      const leave = async (): Promise<void> => {
        await owned?.close();
        release();
      };
      try {
        owned = await own();
        const store = await owned.open();
        return stores.push({ ...store, close: () => store.close().then(leave) }) - 1;
      } catch (error) {
        await leave();
        throw error;
      }
    }),
  has: () => outcome(() => once((owned) => owned.has())),
  erase: () => outcome(() => once((owned) => owned.erase())),
  /** As before the first visit. */
  wipe: () => outcome(() => deleteDB(NAME)),
  lost: () => lost,
  load: (store: number, table: string) =>
    outcome(async () => [...((await stores[store]?.load(table)) ?? [])].map(rowOf)),
  get: (store: number, table: string, key: string) =>
    outcome(async () => {
      const value = await stores[store]?.get(table, key);
      return value === undefined ? null : [...value];
    }),
  page: (store: number, table: string, range: Parameters<LocalStore["page"]>[1]) =>
    outcome(async () => ((await stores[store]?.page(table, range)) ?? []).map(rowOf)),
  commit: (store: number, writes: readonly PageWrite[]) =>
    outcome(async () => {
      const own = writes.map(writeOf);
      const committed = stores[store]?.commit(own);
      // The caller may do with its bytes what it likes as soon as the call has returned (STO-9).
      for (const write of own) if ("put" in write) write.value.fill(0);
      await committed;
    }),
  close: (store: number) => outcome(async () => stores[store]?.close()),
  /** Without a moment in between in which anything else could be done. */
  commitAndClose: (store: number, writes: readonly PageWrite[]) =>
    outcome(async () => {
      await stores[store]?.commit(writes.map(writeOf));
      await stores[store]?.close();
    }),

  /** The last put of the next commit throws as on a full disk, after the others were asked for. */
  failNextCommit() {
    IDBObjectStore.prototype.put = function put() {
      IDBObjectStore.prototype.put = nativePut;
      throw new DOMException("no room", "QuotaExceededError");
    };
  },
  /** As when a tab wakes up whose lock was taken away while it slept. */
  stealLock: async () => {
    void navigator.locks.request(NAME, { steal: true }, () => undefined);
    await navigator.locks.request(NAME, () => undefined);
  },
  async makeNewerVersion() {
    (await openDB(NAME, 99)).close();
  },
  async flipLastBit(table: string, key: string) {
    const db = await openDB(NAME);
    const value = (await db.get("record", [table, key])) as Uint8Array;
    value[value.length - 1] = (value.at(-1) as number) ^ 1;
    await db.put("record", value, [table, key]);
    db.close();
  },
  async loseKey() {
    const db = await openDB(NAME);
    await db.clear("key");
    db.close();
  },
  /** All that a script of the page can read from storage, and whether the key lets itself be carried away. */
  async plunder() {
    const db = await openDB(NAME);
    const records = (await db.getAll("record")) as Uint8Array[];
    const log = (await db.getAll("log")) as Uint8Array[];
    const key = (await db.get("key", "store")) as CryptoKey;
    db.close();
    const formats = ["raw", "jwk"] as const;
    const exported = await Promise.all(
      formats.map((format) =>
        crypto.subtle.exportKey(format, key).then(
          () => true,
          () => false,
        ),
      ),
    );
    const [placed, late] = [records, log].map((rows) => rows.map((row) => [...row]));
    return { records: placed, log: late, extractable: key.extractable, exported };
  },

  /** The number by which the worker is called. */
  startShelfWorker: () => shelfWorkers.push(new Worker(scriptUrl(shelfWorkerUrl), { type: "module" })) - 1,
  /** As when its tab crashes. */
  killShelfWorker: (worker: number) => shelfWorkers[worker]?.terminate(),
  /** What the command returns, or the problem that it throws. */
  callShelf: (worker: number, name: keyof ShelfWorker, ...args: readonly unknown[]) =>
    new Promise<unknown>((resolve) => {
      const call = nextCall++;
      const called = shelfWorkers[worker];
      called?.addEventListener("message", ({ data }: MessageEvent<FromShelfWorker>) => {
        if (data.call === call) resolve(data.value);
      });
      const message: ToShelfWorker = { call, name, args };
      called?.postMessage(message);
    }),

  /** What the case throws, or null. */
  async runCryptoCase(name: string) {
    try {
      await CRYPTO_PROVIDER_CONTRACT.find((contract) => contract.name === name)?.run(
        createBrowserCryptoProvider(),
      );
      return null;
    } catch (error) {
      return String(error);
    }
  },
};

export type ContractPage = typeof contracts;

Object.assign(globalThis, { contracts });

function own(): Promise<OwnedStore> {
  return ownHomeStore(NAME, () => void lost++);
}

async function once<T>(use: (owned: OwnedStore) => Promise<T>): Promise<T> {
  const owned = await own();
  try {
    return await use(owned);
  } finally {
    await owned.close();
  }
}

/** As a keeper does that finds the lock free. */
function takeLock(): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const request = navigator.locks.request(NAME, { ifAvailable: true }, (lock) => {
      if (lock === null) return reject(new StoreError("locked", "another has it"));
      return new Promise<void>(resolve);
    });
    request.catch(() => {
      // Stolen.
    });
  });
}

async function outcome<T>(body: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await body() };
  } catch (error) {
    return { ok: false, problem: error instanceof StoreError ? error.problem : "", message: String(error) };
  }
}

function writeOf(write: PageWrite): StoreWrite {
  return "put" in write ? { ...write, value: Uint8Array.from(write.value) } : write;
}

function rowOf([key, value]: readonly [string, Uint8Array]): Row {
  return [key, [...value]];
}
