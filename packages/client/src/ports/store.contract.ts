/** The acceptance suite of {@link LocalStore}: every adapter runs it. Rules STO-1 to STO-9. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { utf8 } from "@sotto/protocol";
import type { LocalStore, PageRange, StoreWrite } from "./store.ts";
import { StoreError } from "./store.ts";

/** One place where a store lies. */
export interface StoreSite {
  /** Opens the store there; rejects with {@link StoreError}. */
  open(): Promise<LocalStore>;
  /** Makes the next commit of the open store fail, as a full disk would. */
  failNextCommit(): void;
  dispose(): Promise<void>;
}

/** Declares the suite for one adapter. */
export function describeLocalStore(name: string, makeSite: () => Promise<StoreSite>): void {
  describe(`local store: ${name}`, () => {
    let site: StoreSite;
    let store: LocalStore;
    beforeEach(async () => {
      site = await makeSite();
      store = await site.open();
    });
    afterEach(async () => {
      await store.close();
      await site.dispose();
    });

    test("STO-1: a committed record is read back by get and load, others are absent", async () => {
      await store.commit([
        put("contact", "alice", "1"),
        put("contact", "bob", "2"),
        put("group", "alice", "3"),
      ]);
      expect(await store.get("contact", "alice")).toEqual(utf8("1"));
      expect(await store.get("contact", "nobody")).toBeUndefined();
      expect(await store.get("nothing", "alice")).toBeUndefined();
      expect([...(await store.load("contact"))]).toEqual([
        ["alice", utf8("1")],
        ["bob", utf8("2")],
      ]);
      expect((await store.load("nothing")).size).toBe(0);
    });

    test("STO-2: load and page are in ascending key order whatever the order of writing", async () => {
      await store.commit(["b", "a/3", "a/1", "a/2", "c"].map((key) => put("history", key, key)));
      expect([...(await store.load("history")).keys()]).toEqual(["a/1", "a/2", "a/3", "b", "c"]);
      expect(await keysOf(store, { prefix: "a/", limit: 10 })).toEqual(["a/1", "a/2", "a/3"]);
    });

    test("STO-3: page gives the last records of the prefix, and those before a key", async () => {
      await store.commit(["a/1", "a/2", "a/3", "a/4", "a0", "b/1"].map((key) => put("history", key, key)));
      expect(await keysOf(store, { prefix: "a/", limit: 2 })).toEqual(["a/3", "a/4"]);
      expect(await keysOf(store, { prefix: "a/", before: "a/3", limit: 10 })).toEqual(["a/1", "a/2"]);
      expect(await keysOf(store, { prefix: "a/", before: "a/3", limit: 1 })).toEqual(["a/2"]);
      expect(await keysOf(store, { prefix: "", limit: 10 })).toHaveLength(6);
      expect(await keysOf(store, { prefix: "a/", before: "a", limit: 10 })).toEqual([]);
      expect(await keysOf(store, { prefix: "a/", limit: 0 })).toEqual([]);
    });

    test("STO-3: page gives the first records of the prefix behind a key", async () => {
      await store.commit(["a/1", "a/2", "a/3", "a/4", "a0", "b/1"].map((key) => put("history", key, key)));
      expect(await keysOf(store, { prefix: "a/", after: "a/", limit: 2 })).toEqual(["a/1", "a/2"]);
      expect(await keysOf(store, { prefix: "a/", after: "a/2", limit: 10 })).toEqual(["a/3", "a/4"]);
      expect(await keysOf(store, { prefix: "a/", after: "a/20", limit: 1 })).toEqual(["a/3"]);
      expect(await keysOf(store, { prefix: "a/", after: "", limit: 1 })).toEqual(["a/1"]);
      for (const after of ["a/4", "a0", "z"])
        expect(await keysOf(store, { prefix: "a/", after, limit: 10 })).toEqual([]);
      expect(await keysOf(store, { prefix: "a/", after: "a/", limit: 0 })).toEqual([]);
      expect(await keysOf(store, { prefix: "a0", after: "a", limit: 1 })).toEqual(["a0"]);
    });

    test("STO-4: prefixes match literally, wildcards and case included", async () => {
      await store.commit(["%", "_", "A", "a", "*"].map((key) => put("history", key, key)));
      for (const prefix of ["%", "_", "A", "*"])
        expect(await keysOf(store, { prefix, limit: 10 })).toEqual([prefix]);
    });

    test("STO-5: writes of one transaction apply in order; put replaces, drop removes, dropping nothing is allowed", async () => {
      await store.commit([put("t", "k", "old"), put("t", "gone", "x")]);
      await store.commit([
        put("t", "k", "newer"),
        { drop: "t", key: "gone" },
        { drop: "t", key: "never" },
        put("t", "k", "newest"),
      ]);
      expect([...(await store.load("t"))]).toEqual([["k", utf8("newest")]]);
    });

    test("STO-6: a rejected transaction changes nothing and the store goes on", async () => {
      await store.commit([put("t", "k", "before")]);
      site.failNextCommit();
      const failed = store.commit([put("t", "k", "after"), put("t", "other", "after")]);
      await expect(failed).rejects.toBeInstanceOf(StoreError);
      expect([...(await store.load("t"))]).toEqual([["k", utf8("before")]]);
      await store.commit([put("t", "k", "later")]);
      expect(await store.get("t", "k")).toEqual(utf8("later"));
    });

    test("STO-7: what was committed is there after reopening", async () => {
      await Promise.all([store.commit([put("t", "a", "1")]), store.commit([put("t", "b", "2")])]);
      await store.commit([{ drop: "t", key: "a" }]);
      await store.close();
      store = await site.open();
      expect([...(await store.load("t"))]).toEqual([["b", utf8("2")]]);
    });

    test("STO-1 to STO-5, STO-7: the same holds of hundreds of records that are written at once, and written again", async () => {
      const keys = Array.from({ length: 300 }, (_, i) => `a/${String(i).padStart(3, "0")}`);
      const look = async (): Promise<void> => {
        expect(await keysOf(store, { prefix: "a/", limit: 3 })).toEqual(["a/295", "a/296", "a/299"]);
        expect(await keysOf(store, { prefix: "a/", before: "a/298", limit: 2 })).toEqual(["a/295", "a/296"]);
        expect(await keysOf(store, { prefix: "a/", after: "a/000", limit: 2 })).toEqual(["a/002", "a/003"]);
        expect(await keysOf(store, { prefix: "", limit: 1000 })).toHaveLength(298);
        expect(await store.get("history", "a/001")).toBeUndefined();
        expect(await store.get("history", "a/002")).toEqual(utf8("again"));
        expect(await store.get("other", "a/002")).toBeUndefined();
        expect([...(await store.load("history"))].at(-1)).toEqual(["b", utf8("b")]);
      };
      await store.commit(keys.map((key) => put("history", key, key)));
      await store.commit([
        ...["a/001", "a/297", "a/298"].map((key) => ({ drop: "history", key })),
        put("history", "a/002", "again"),
        put("history", "b", "b"),
      ]);
      await look();
      await store.close();
      store = await site.open();
      await look();
      await store.commit([...keys, "b"].map((key) => ({ drop: "history", key })));
      expect((await store.load("history")).size).toBe(0);
    });

    test("STO-8: a store has one owner; closing gives it free, and a closed one takes nothing", async () => {
      await expect(site.open()).rejects.toMatchObject({ problem: "locked" });
      await store.close();
      const next = await site.open();
      await expect(store.commit([put("t", "k", "late")])).rejects.toBeInstanceOf(StoreError);
      expect(await next.get("t", "k")).toBeUndefined();
      store = next;
    });

    test("STO-9: values are the caller's and the reader's own copies", async () => {
      const value = utf8("value");
      const committed = store.commit([{ put: "t", key: "k", value }]);
      value.fill(0);
      await committed;
      const read = await store.get("t", "k");
      expect(read).toEqual(utf8("value"));
      read?.fill(0);
      expect(await store.get("t", "k")).toEqual(utf8("value"));
    });
  });
}

function put(table: string, key: string, value: string): StoreWrite {
  return { put: table, key, value: utf8(value) };
}

async function keysOf(store: LocalStore, range: PageRange): Promise<readonly string[]> {
  return (await store.page("history", range)).map(([key]) => key);
}
