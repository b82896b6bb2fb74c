import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bytesEqual, utf8 } from "@sotto/protocol";
import { describeLocalStore } from "../../ports/store.contract.ts";
import type { LocalStore } from "../../ports/store.ts";
import { takeExclusiveLock } from "./exclusiveLock.ts";
import type { RecordSealer } from "./sqliteStore.ts";
import { openSqliteStore } from "./sqliteStore.ts";

/** Not a cipher: it flips bits and remembers where a value belongs, which is all that the store relies on. */
function toySealer(key: number): RecordSealer {
  const head = (table: string, name: string): Uint8Array => utf8(`${key}|${table}|${name}|`);
  const flipped = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ 0xff);
  return {
    async seal(table, name, plaintext) {
      // As WebCrypto would: the bytes are read later than the call.
      await Promise.resolve();
      return flipped(Buffer.concat([head(table, name), plaintext]));
    },
    open(table, name, sealed) {
      const expected = head(table, name);
      const bytes = flipped(sealed);
      return bytesEqual(bytes.subarray(0, expected.length), expected)
        ? bytes.slice(expected.length)
        : undefined;
    },
  };
}

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "sotto-store-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describeLocalStore("sqlite", async () => {
  const path = join(dir, "store.db");
  let blocker: DatabaseSync | undefined;
  return {
    async open() {
      const release = takeExclusiveLock(dir);
      const store = await openSqliteStore(path, toySealer(1));
      return {
        ...store,
        async commit(writes) {
          try {
            await store.commit(writes);
          } finally {
            blocker?.close();
            blocker = undefined;
          }
        },
        async close() {
          await store.close();
          release();
        },
      } satisfies LocalStore;
    },
    failNextCommit() {
      blocker = new DatabaseSync(path);
      blocker.exec("BEGIN IMMEDIATE");
    },
    dispose: async () => {},
  };
});

describe("the file of a store", () => {
  const open = (key = 1): Promise<LocalStore> => openSqliteStore(join(dir, "store.db"), toySealer(key));

  test("another key is refused as wrongKey and changes nothing", async () => {
    const store = await open();
    await store.commit([{ put: "t", key: "k", value: utf8("v") }]);
    await store.close();
    const before = readFileSync(join(dir, "store.db"));
    await expect(open(2)).rejects.toMatchObject({ problem: "wrongKey" });
    expect(readFileSync(join(dir, "store.db"))).toEqual(before);
  });

  test("a record moved to another key is damaged, the others are still read", async () => {
    const store = await open();
    await store.commit([
      { put: "t", key: "alice", value: utf8("1") },
      { put: "t", key: "bob", value: utf8("2") },
    ]);
    await store.close();
    withFile((db) =>
      db.exec("UPDATE record SET value = (SELECT value FROM record WHERE key = 'alice') WHERE key = 'bob'"),
    );
    const again = await open();
    await expect(again.get("t", "bob")).rejects.toMatchObject({ problem: "damaged" });
    await expect(again.load("t")).rejects.toMatchObject({ problem: "damaged" });
    expect(await again.get("t", "alice")).toEqual(utf8("1"));
    await again.close();
  });

  test("a file of a later version is refused as newer and left as it is", async () => {
    await (await open()).close();
    withFile((db) => db.exec("PRAGMA user_version = 99"));
    const before = readFileSync(join(dir, "store.db"));
    await expect(open()).rejects.toMatchObject({ problem: "newer" });
    expect(readFileSync(join(dir, "store.db"))).toEqual(before);
  });

  test("bytes that are no database, and another program's database, are damaged and left as they are", async () => {
    const path = join(dir, "store.db");
    writeFileSync(path, "not a database, but long enough to be taken for the head of one. ".repeat(20));
    await expect(open()).rejects.toMatchObject({ problem: "damaged" });
    expect(readFileSync(path, "utf8")).toContain("not a database");
    rmSync(path);
    withFile((db) => db.exec("CREATE TABLE other (x)"));
    await expect(open()).rejects.toMatchObject({ problem: "damaged" });
  });

  test("a table of the file that is torn shows as damaged when it is read", async () => {
    const store = await open();
    await store.commit(
      Array.from({ length: 200 }, (_, i) => ({ put: "t", key: `k${i}`, value: new Uint8Array(500) })),
    );
    await store.close();
    const path = join(dir, "store.db");
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0xaa, 8192, bytes.length - 4096));
    // Whether opening or reading finds the tear first depends on where it lies.
    await expect(open().then((torn) => torn.load("t"))).rejects.toMatchObject({ problem: "damaged" });
  });

  test("nothing that is stored can be found in the folder", async () => {
    const store = await open();
    await store.commit([{ put: "history", key: "1", value: utf8("the secret of alice") }]);
    for (const file of readdirSync(dir))
      expect(readFileSync(join(dir, file), "latin1")).not.toContain("the secret of alice");
    await store.close();
  });

  test("commits of one turn share a transaction, and fail or hold together", async () => {
    const store = await open();
    const blocker = new DatabaseSync(join(dir, "store.db"));
    blocker.exec("BEGIN IMMEDIATE");
    const commits = ["a", "b"].map((key) => store.commit([{ put: "t", key, value: utf8(key) }]));
    for (const outcome of await Promise.allSettled(commits)) expect(outcome.status).toBe("rejected");
    blocker.close();
    await Promise.all(["c", "d"].map((key) => store.commit([{ put: "t", key, value: utf8(key) }])));
    expect([...(await store.load("t")).keys()]).toEqual(["c", "d"]);
    await store.close();
  });

  function withFile(change: (db: DatabaseSync) => void): void {
    const db = new DatabaseSync(join(dir, "store.db"));
    change(db);
    db.close();
  }
});
