import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { StatementSync } from "node:sqlite";
import type { AccountId, BlobId, GroupId, MailboxId, StoreId } from "@sotto/protocol";
import { idOf } from "@sotto/protocol";
import { afterAll, describe, expect, test } from "vitest";
import {
  acceptedPair,
  adding,
  befriend,
  codes,
  createRuleWorld,
  groupRequest,
  mailboxOf,
  postRequest,
  refusal,
  senderOf,
  value,
} from "../../testing/ruleWorld.ts";
import { packFrames } from "../../ports/packedFrames.ts";
import { describeStore } from "../../ports/store.contract.ts";
import { openDatabase } from "./openDatabase.ts";
import { APPLICATION_ID, MIGRATIONS } from "./schema.ts";
import { createSqliteStore, openSqliteStore } from "./sqliteStore.ts";
import { StoreOpenError } from "./storeOpenError.ts";

const storeId = idOf<StoreId>(new Uint8Array(16));
const folder = mkdtempSync(join(tmpdir(), "sotto-store-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newFile = (): string => join(folder, `${(files += 1)}.db`);

describeStore("sqlite", () => openSqliteStore(newFile()));

/** The database, with the text of every statement that is run on it in `asked`, and of every one that is made in `prepared`. */
function listened(db: DatabaseSync, asked: string[], prepared: string[] = []): DatabaseSync {
  return watched(db, (name, args, result) => {
    if (name !== "prepare") return result;
    const sql = String(args[0]);
    prepared.push(sql);
    return watched(result as StatementSync, (_, __, value) => {
      asked.push(sql);
      return value;
    });
  });
}

/** The object, whose calls go through `after` with what they returned. */
function watched<T extends object>(
  object: T,
  after: (name: string | symbol, args: readonly unknown[], result: unknown) => unknown,
): T {
  return new Proxy(object, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function"
        ? (...args: unknown[]) => after(name, args, member.apply(target, args))
        : member;
    },
  });
}

const openError = (file: string): StoreOpenError => {
  try {
    openSqliteStore(file).close();
  } catch (error) {
    if (error instanceof StoreOpenError) return error;
    throw error;
  }
  throw new Error("the store opened");
};

describe("sqlite store", () => {
  test("DB-6 is made for its owner alone and keeps its id", () => {
    const file = newFile();
    const first = openSqliteStore(file);
    first.close();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const again = openSqliteStore(file);
    expect(again.storeId).toBe(first.storeId);
    again.close();
    const other = openSqliteStore(newFile());
    expect(other.storeId).not.toBe(first.storeId);
    other.close();
  });

  test("DB-1 commits are synced in full, through a write-ahead log", () => {
    const db = openDatabase(newFile(), storeId);
    expect(db.prepare("PRAGMA synchronous").get()).toEqual({ synchronous: 2 });
    expect(db.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
    db.close();
  });

  test("DB-7 a database of schema 1 keeps what waits in it, and its sequences go on", () => {
    const file = newFile();
    const db = new DatabaseSync(file);
    db.exec(MIGRATIONS[0] ?? "");
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = 1`);
    const [phone, laptop] = ["1".repeat(32), "2".repeat(32)] as [MailboxId, MailboxId];
    db.exec(`
      INSERT INTO store VALUES (1, '${"0".repeat(32)}');
      INSERT INTO accounts VALUES ('a', 'alice', 'record', x'01', x'02', 1);
      INSERT INTO devices VALUES (5, 'phone', 'a', '${phone}', x'03', 1, 1, 1, 2, 10), (6, 'laptop', 'a', '${laptop}', x'04', 1, 1, 1, 1, 4);
      INSERT INTO bodies VALUES (1, CAST('both' AS BLOB), NULL, NULL), (2, x'00ff80', x'aa', x'bbbbbb');
      INSERT INTO entries VALUES (3, 5, 1, 4, 1), (4, 6, 1, 4, 1), (7, 5, 2, 6, 2), (9, 5, 2, 6, 2);
      DELETE FROM entries WHERE sequence = 9`);
    db.close();
    const store = openSqliteStore(file);
    store.transaction((tx) => {
      const { entries } = tx.readEntries(phone, 0, 10, 100);
      expect(entries.map(({ sequence, frame }) => [sequence, Buffer.from(frame).toString("latin1")])).toEqual(
        [
          [3, "both"],
          [7, "\u0000\u00ff\u0080"],
        ],
      );
      expect([tx.usage(phone), tx.usage(laptop)]).toEqual([
        { entries: 2, bytes: 10 },
        { entries: 1, bytes: 4 },
      ]);
      expect(tx.payload(phone, Uint8Array.of(0xaa))).toEqual(Uint8Array.of(0xbb, 0xbb, 0xbb));
      tx.deleteEntriesThrough(phone, 7);
      expect(tx.readEntries(laptop, 0, 10, 100).entries).toHaveLength(1);
      expect(tx.deliver({ frames: packFrames([Uint8Array.of(1)]), payload: null }, [phone], 3)).toEqual([10]);
    });
    store.close();
  });

  test("DB-7 a database of schema 2 keeps what waits in it, and can hold files", () => {
    const file = newFile();
    const db = new DatabaseSync(file);
    for (const migration of MIGRATIONS.slice(0, 2)) db.exec(migration);
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = 2`);
    const phone = "1".repeat(32) as MailboxId;
    db.exec(`
      INSERT INTO store VALUES (1, '${"0".repeat(32)}');
      INSERT INTO accounts VALUES ('a', 'alice', 'record', x'01', x'02', 1);
      INSERT INTO devices VALUES (5, 'phone', 'a', '${phone}', x'03', 1, 1, 1);
      INSERT INTO groups VALUES ('g', 'c', 2, NULL, 'open', 'a', NULL, x'04', '${phone}', 1, x'04', '${phone}', NULL);
      INSERT INTO bodies (id, frames, mailboxes) VALUES (1, x'0000000101', 1);
      INSERT INTO runs VALUES (3, 3, 5, 1, 1, 1)`);
    db.close();
    const store = openSqliteStore(file);
    const blob = {
      blob: "b" as BlobId,
      group: "g" as GroupId,
      account: "a" as AccountId,
      maker: phone,
      sizeBytes: 4096,
      place: "p",
      expiresAtMs: 9,
    };
    store.transaction((tx) => {
      expect(tx.readEntries(phone, 0, 10, 100).entries).toEqual([{ sequence: 3, frame: Uint8Array.of(1) }]);
      expect(tx.blobBytes()).toBe(0);
      tx.insertBlob(blob, [phone]);
    });
    store.close();
    const again = openSqliteStore(file);
    expect(again.transaction((tx) => tx.blob(blob.blob))).toEqual(blob);
    again.close();
  });

  test("DB-7 a database of schema 3 keeps its groups, and nobody in them has been told of missing messages", () => {
    const file = newFile();
    const db = new DatabaseSync(file);
    for (const migration of MIGRATIONS.slice(0, 3)) db.exec(migration);
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = 3`);
    const [phone, tablet] = ["1".repeat(32), "2".repeat(32)] as [MailboxId, MailboxId];
    const [alice, bob, pair, group] = ["a", "b", "p", "g"] as [AccountId, AccountId, GroupId, GroupId];
    const rest = `x'04', '${phone}', 1, x'04', '${phone}', NULL`;
    db.exec(`
      INSERT INTO store VALUES (1, '${"0".repeat(32)}');
      INSERT INTO accounts VALUES ('a', 'alice', 'record', x'01', x'02', 1), ('b', 'bob', 'record', x'01', x'02', 1);
      INSERT INTO devices VALUES (5, 'phone', 'a', '${phone}', x'03', 1, 1, 1), (6, 'tablet', 'b', '${tablet}', x'03', 1, 1, 1);
      INSERT INTO groups VALUES ('p', 'c', 1, NULL, 'open', 'a', 'b', ${rest}), ('g', 'd', 2, NULL, 'open', 'a', NULL, ${rest});
      INSERT INTO members (group_id, mailbox) VALUES ('p', '${phone}'), ('p', '${tablet}'), ('g', '${phone}'), ('g', '${tablet}')`);
    db.close();
    const store = openSqliteStore(file);
    store.transaction((tx) => {
      expect([tx.hasOpenPair(bob, alice), tx.countCreated(alice)]).toEqual([true, 1]);
      expect(tx.recipients(group).map(({ missed }) => missed)).toEqual([false, false]);
      tx.setMissed(group, tablet, true);
    });
    store.close();
    const again = openSqliteStore(file);
    const marks = (of: GroupId) => again.transaction((tx) => tx.recipients(of).map(({ missed }) => missed));
    expect([marks(pair), marks(group)]).toEqual([
      [false, false],
      [false, true],
    ]);
    again.close();
  });

  test("DB-7 a database of schema 5 keeps its groups and their group infos, behind no door", () => {
    const file = newFile();
    const db = new DatabaseSync(file);
    for (const migration of MIGRATIONS.slice(0, 5)) db.exec(migration);
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = 5`);
    const [phone, group] = ["1".repeat(32), "g"] as [MailboxId, GroupId];
    db.exec(`
      INSERT INTO store VALUES (1, '${"0".repeat(32)}');
      INSERT INTO groups VALUES ('g', 'c', 2, NULL, 'open', 'a', NULL, x'04', '${phone}', 7, x'04', '${phone}', NULL);
      INSERT INTO group_infos VALUES ('g', 7, x'aabb')`);
    db.close();
    const store = openSqliteStore(file);
    store.transaction((tx) => {
      expect(tx.group(group)).toMatchObject({ index: 7, doorHash: null, doorIndex: 0 });
      expect(tx.groupInfo(group)).toEqual({ index: 7, sealed: Uint8Array.of(0xaa, 0xbb), by: null });
      const room = { group, code: "code", registrationRecord: "record", sealedSecret: Uint8Array.of(1) };
      tx.putRoom(room);
      expect(tx.roomByCode("code")).toEqual(room);
    });
    store.close();
  });

  test("what asks for contacts and for an account's groups has an index", () => {
    const db = openDatabase(newFile(), storeId);
    const prepared: string[] = [];
    const store = createSqliteStore(listened(db, [], prepared));
    const plans = prepared
      .filter((sql) => /FROM groups .*kind/.test(sql))
      .map((sql) => db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all())
      .map((rows) => rows.map(({ detail }) => String(detail)).join("\n"));
    store.close();
    expect(plans).toHaveLength(2);
    expect(plans.filter((plan) => plan.includes("SCAN"))).toEqual([]);
    expect(plans.some((plan) => plan.includes("groups_pair (creator=? AND peer=?)"))).toBe(true);
    expect(plans.some((plan) => plan.includes("groups_created (creator=?)"))).toBe(true);
  });

  test("RLY-3 what is posted to a pair again and again reads nothing, and writes a body and a run", () => {
    const db = openDatabase(newFile(), storeId);
    const asked: string[] = [];
    const world = createRuleWorld({}, createSqliteStore(listened(db, asked)));
    const [alice, bob] = [world.register("alice"), world.register("bob")];
    acceptedPair(world, alice, bob, "p");
    value(world.run(postRequest(alice.device, "p", 2, "first")));
    asked.length = 0;
    value(world.run(postRequest(alice.device, "p", 2, "second", "third")));
    expect(asked.map((sql) => sql.split(" ").slice(0, 3).join(" "))).toEqual([
      "BEGIN IMMEDIATE",
      "INSERT INTO bodies",
      "INSERT INTO runs",
      "COMMIT",
    ]);
    world.store.close();
  });

  test("DB-7 a newer database is refused and left as it is", () => {
    const file = newFile();
    openSqliteStore(file).close();
    const db = new DatabaseSync(file);
    db.exec("PRAGMA user_version = 99");
    db.close();
    expect(openError(file)).toMatchObject({ reason: "newer", message: expect.stringContaining("schema 99") });
  });

  test("DB-7 a file that is no database, one of another program, and one that cannot be made are refused", () => {
    const garbage = newFile();
    writeFileSync(garbage, "this is no database at all, and long enough to be read as one".repeat(20));
    expect(openError(garbage).reason).toBe("damaged");

    const foreign = newFile();
    const db = new DatabaseSync(foreign);
    db.exec("CREATE TABLE notes (text TEXT)");
    db.close();
    expect(openError(foreign).reason).toBe("unusable");

    expect(openError(join(folder, "no", "such", "folder.db")).reason).toBe("unusable");
  });

  test("DB-2 after the database ended the transaction by itself, nothing more is written and the batch fails", () => {
    const db = openDatabase(newFile(), storeId);
    const store = createSqliteStore(db);
    const insert = (name: string, digit: string) => ({
      account: digit.repeat(32) as never,
      userName: name,
      registrationRecord: "r",
      deviceList: new Uint8Array(1),
      sealedAccountKey: new Uint8Array(1),
      createdAtMs: 1,
    });
    const vault = {
      version: 1,
      sealed: new Uint8Array(1),
      wrapExport: new Uint8Array(1),
      wrapRecovery: null,
    };
    expect(() =>
      store.transaction((tx) => {
        tx.insertAccount(insert("alice", "a"), vault);
        // What SQLite does by itself when the disk is full.
        db.exec("ROLLBACK");
        tx.attempt(
          () => tx.insertAccount(insert("bob", "b"), vault),
          () => true,
        );
      }),
    ).toThrow();
    expect(store.transaction((tx) => [tx.accountByName("alice"), tx.accountByName("bob")])).toEqual([
      undefined,
      undefined,
    ]);
    store.close();
  });

  test("RLY-2 a full disk refuses, keeps what was acknowledged, and is over when there is room", () => {
    const db = openDatabase(newFile(), storeId);
    const world = createRuleWorld({}, createSqliteStore(db));
    const alice = world.register("alice");
    const bob = world.register("bob");
    befriend(world, alice, bob);
    value(world.run(groupRequest(alice.device, "g", adding(bob.device.mailbox))));
    db.exec("PRAGMA max_page_count = 1"); // SQLite takes this as: not one page more than there are.
    const results = Array.from({ length: 20 }, (_, i) =>
      world.run(postRequest(alice.device, "g", 1, `${i} ${"x".repeat(5000)}`)),
    );
    const stored = results.filter(({ ok }) => ok).length;
    expect(stored).toBeLessThan(20);
    for (const result of results) if (!result.ok) expect(result).toEqual(refusal("unavailable"));
    expect(world.reported).not.toEqual([]);
    expect(mailboxOf(world, bob.device)).toHaveLength(1 + stored);
    value(world.run({ type: "ack", sender: senderOf(bob.device), sequence: 1e6, storeCounter: 0 }));
    db.exec("PRAGMA max_page_count = 100000");
    expect(codes(world.run(postRequest(alice.device, "g", 1, "room again")))).toEqual(["ok"]);
    expect(mailboxOf(world, bob.device)).toHaveLength(1);
    world.store.close();
  });
});
