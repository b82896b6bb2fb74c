/** What every store promises the rules. Adapters call {@link describeStore} from their tests. */
import type { AccountId, DeviceId, GroupId, MailboxId } from "@sotto/protocol";
import { utf8 } from "@sotto/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { packFrames } from "./packedFrames.ts";
import type {
  AccountRecord,
  BlobRecord,
  DeviceRecord,
  EntryBody,
  GroupRecord,
  RoomRecord,
} from "./records.ts";
import type { VaultParts } from "./requests.ts";
import type { Store, StoreTx } from "./store.ts";

const id = <T extends string>(digit: string): T => digit.repeat(32).slice(0, 32) as T;
const ALICE = id<AccountId>("a");
const PHONE = id<DeviceId>("1");
const LAPTOP = id<DeviceId>("2");
const PHONE_BOX = id<MailboxId>("3");
const LAPTOP_BOX = id<MailboxId>("4");
const GROUP = id<GroupId>("5");

const account: AccountRecord = {
  account: ALICE,
  userName: "alice",
  registrationRecord: "record",
  deviceList: utf8("list"),
  sealedAccountKey: utf8("key"),
  createdAtMs: 1,
};
const vault: VaultParts = { version: 1, sealed: utf8("v1"), wrapExport: utf8("w"), wrapRecovery: null };
const device = (deviceId: DeviceId, mailbox: MailboxId): DeviceRecord => ({
  device: deviceId,
  account: ALICE,
  mailbox,
  leafKey: utf8("leaf"),
  connection: 0,
  storeCounter: 0,
  acked: 0,
});
const group: GroupRecord = {
  group: GROUP,
  conversation: id("6"),
  kind: "group",
  predecessor: null,
  state: "open",
  creator: ALICE,
  peer: null,
  firstHash: utf8("first"),
  firstMailbox: PHONE_BOX,
  index: 1,
  lastHash: utf8("first"),
  lastMailbox: PHONE_BOX,
  doorHash: null,
  doorIndex: 0,
};
const session = (key: string, seenAtMs = 1) => ({
  session: key,
  account: ALICE,
  device: null,
  createdAtMs: 1,
  seenAtMs,
});
const body = (text: string, payload: EntryBody["payload"] = null): EntryBody => ({
  frames: packFrames([utf8(text)]),
  payload,
});

/** Runs the suite; `open` makes an empty store. */
export function describeStore(name: string, open: () => Store): void {
  describe(`store contract: ${name}`, () => {
    let store: Store;
    const run = <T>(work: (tx: StoreTx) => T): T => store.transaction(work);

    beforeEach(() => {
      store = open();
      run((tx) => {
        tx.insertAccount(account, vault);
        tx.insertDevice(device(PHONE, PHONE_BOX));
        tx.insertDevice(device(LAPTOP, LAPTOP_BOX));
      });
    });
    afterEach(() => store.close());

    const waiting = (mailbox: MailboxId): string[] =>
      run((tx) => tx.readEntries(mailbox, 0, 100, 1_000_000)).entries.map(({ frame }) =>
        new TextDecoder().decode(frame),
      );

    test("DB-1 a transaction that throws leaves nothing", () => {
      const fail = (): void =>
        run((tx) => {
          tx.insertSession(session("s"));
          tx.updateAccount({ ...account, registrationRecord: "other" });
          tx.deleteDevice(PHONE);
          throw new Error("planted");
        });
      expect(fail).toThrow("planted");
      run((tx) => {
        expect(tx.session("s")).toBeUndefined();
        expect(tx.accountById(ALICE)).toEqual(account);
        expect(tx.devicesOf(ALICE).map((record) => record.device)).toEqual([PHONE, LAPTOP]);
      });
    });

    test("DB-2 an attempt that is not kept, or throws, leaves what was before it", () => {
      run((tx) => {
        tx.insertSession(session("before"));
        const value = tx.attempt(
          () => {
            tx.deleteSession("before");
            tx.insertSession(session("inside"));
            return "refused";
          },
          () => false,
        );
        expect(value).toBe("refused");
        expect(() =>
          tx.attempt(
            () => {
              tx.deliver(body("inside"), [PHONE_BOX], 1);
              throw new Error("planted");
            },
            () => true,
          ),
        ).toThrow("planted");
        tx.attempt(
          () => tx.insertSession(session("kept")),
          () => true,
        );
      });
      run((tx) => {
        expect(
          tx
            .sessionsOf(ALICE)
            .map(({ session: key }) => key)
            .toSorted(),
        ).toEqual(["before", "kept"]);
        expect(tx.usage(PHONE_BOX)).toEqual({ entries: 0, bytes: 0 });
      });
    });

    test("DB-3 sequences rise and are never given out twice, also after everything was deleted", () => {
      const [first, second] = run((tx) => tx.deliver(body("one"), [PHONE_BOX, LAPTOP_BOX], 1)) as [
        number,
        number,
      ];
      expect(second).toBeGreaterThan(first);
      run((tx) => {
        tx.deleteEntriesThrough(PHONE_BOX, second);
        tx.deleteEntriesThrough(LAPTOP_BOX, second);
      });
      const [third] = run((tx) => tx.deliver(body("two"), [PHONE_BOX], 1)) as [number];
      expect(third).toBeGreaterThan(second);
    });

    test("DB-4 entries go one mailbox at a time, and usage with them", () => {
      const [first] = run((tx) => tx.deliver(body("one"), [PHONE_BOX, LAPTOP_BOX], 1)) as [number];
      run((tx) => tx.deliver(body("four"), [PHONE_BOX], 1));
      run((tx) => tx.deleteEntriesThrough(PHONE_BOX, first));
      expect(waiting(PHONE_BOX)).toEqual(["four"]);
      expect(waiting(LAPTOP_BOX)).toEqual(["one"]);
      run((tx) => {
        expect(tx.usage(PHONE_BOX)).toEqual({ entries: 1, bytes: 4 });
        expect(tx.usage(LAPTOP_BOX)).toEqual({ entries: 1, bytes: 3 });
        expect(tx.highSequence(LAPTOP_BOX)).toBeGreaterThan(0);
        tx.deleteEntriesThrough(PHONE_BOX, Number.MAX_SAFE_INTEGER);
        expect(tx.highSequence(PHONE_BOX)).toBe(0);
      });
    });

    test("entries are read in order, after a sequence, within both bounds but at least one", () => {
      const sequences = run((tx) =>
        ["aa", "bb", "cc"].flatMap((text) => tx.deliver(body(text), [PHONE_BOX], 1)),
      );
      const read = (...args: [number, number, number]) => {
        const { entries, more } = run((tx) => tx.readEntries(PHONE_BOX, ...args));
        return { at: entries.map(({ sequence }) => sequences.indexOf(sequence)), more };
      };
      expect(read(0, 10, 100)).toEqual({ at: [0, 1, 2], more: false });
      expect(read(sequences[0] as number, 10, 100)).toEqual({ at: [1, 2], more: false });
      expect(read(0, 2, 100)).toEqual({ at: [0, 1], more: true });
      expect(read(0, 10, 5)).toEqual({ at: [0, 1], more: true });
      expect(read(0, 10, 1)).toEqual({ at: [0], more: true });
      expect(read(sequences[2] as number, 10, 100)).toEqual({ at: [], more: false });
    });

    test("DB-4 a body of several entries is given sequences without a gap, and goes entry by entry", () => {
      const burst: EntryBody = { frames: packFrames(["one", "three", "fourth"].map(utf8)), payload: null };
      const [phone, laptop] = run((tx) => {
        tx.deliver(body("before"), [PHONE_BOX], 1);
        return tx.deliver(burst, [PHONE_BOX, LAPTOP_BOX], 1);
      }) as [number, number];
      expect(laptop).toBe(phone + 3);
      run((tx) => {
        const { entries } = tx.readEntries(PHONE_BOX, phone, 100, 1000);
        expect(entries.map(({ sequence }) => sequence)).toEqual([phone + 1, phone + 2]);
        expect(tx.highSequence(PHONE_BOX)).toBe(phone + 2);
        tx.deleteEntriesThrough(PHONE_BOX, phone + 1);
        expect(tx.usage(PHONE_BOX)).toEqual({ entries: 1, bytes: 6 });
        tx.deleteEntriesThrough(PHONE_BOX, phone + 1);
      });
      expect(waiting(PHONE_BOX)).toEqual(["fourth"]);
      expect(waiting(LAPTOP_BOX)).toEqual(["one", "three", "fourth"]);
      run((tx) => {
        tx.deliver(body("after"), [PHONE_BOX], 1);
        tx.deleteEntriesThrough(PHONE_BOX, phone + 2);
        tx.deleteEntriesThrough(LAPTOP_BOX, laptop);
        expect(tx.usage(LAPTOP_BOX)).toEqual({ entries: 2, bytes: 11 });
        tx.deleteEntriesThrough(LAPTOP_BOX, laptop + 2);
        expect(tx.usage(LAPTOP_BOX)).toEqual({ entries: 0, bytes: 0 });
      });
      expect(waiting(PHONE_BOX)).toEqual(["after"]);
    });

    test("a payload is there for the mailboxes that point to it, and counts in their usage", () => {
      const hash = new Uint8Array(32).fill(7);
      run((tx) => tx.deliver(body("ref", { hash, bytes: utf8("payload") }), [PHONE_BOX], 1));
      run((tx) => {
        expect(tx.payload(PHONE_BOX, hash)).toEqual(utf8("payload"));
        expect(tx.payload(LAPTOP_BOX, hash)).toBeUndefined();
        expect(tx.payload(PHONE_BOX, new Uint8Array(32))).toBeUndefined();
        expect(tx.usage(PHONE_BOX)).toEqual({ entries: 1, bytes: 10 });
        tx.deleteEntriesThrough(PHONE_BOX, Number.MAX_SAFE_INTEGER);
        expect(tx.payload(PHONE_BOX, hash)).toBeUndefined();
      });
    });

    test("the oldest entries of all mailboxes expire, a bounded number at a time", () => {
      run((tx) => {
        tx.deliver(body("old"), [PHONE_BOX, LAPTOP_BOX], 10);
        tx.deliver(body("older limit"), [PHONE_BOX], 20);
        tx.deliver(body("young"), [LAPTOP_BOX], 30);
      });
      expect(run((tx) => tx.deleteEntriesBefore(30, 2))).toBe(2);
      expect(waiting(PHONE_BOX)).toEqual(["older limit"]);
      expect(run((tx) => tx.deleteEntriesBefore(30, 2))).toBe(1);
      expect(run((tx) => tx.deleteEntriesBefore(30, 2))).toBe(0);
      expect(waiting(PHONE_BOX)).toEqual([]);
      expect(waiting(LAPTOP_BOX)).toEqual(["young"]);
      expect(run((tx) => tx.usage(PHONE_BOX))).toEqual({ entries: 0, bytes: 0 });
    });

    test("what was undone is not remembered: rows, delivery lists, usage and sequences are those of before", () => {
      run((tx) => {
        tx.insertSession(session("s"));
        tx.insertGroup(group);
        tx.addMember(GROUP, PHONE_BOX);
      });
      const changeAll = (tx: StoreTx): number => {
        tx.updateSession({ ...session("s"), seenAtMs: 9 });
        tx.updateDevice({ ...device(PHONE, PHONE_BOX), acked: 9 });
        tx.updateGroup({ ...group, index: 9 });
        tx.addMember(GROUP, LAPTOP_BOX);
        const [first = 0] = tx.deliver(body("undone"), [PHONE_BOX], 1);
        return first;
      };
      const see = (tx: StoreTx): unknown => [
        tx.session("s"),
        tx.device(PHONE),
        tx.deviceByMailbox(PHONE_BOX),
        tx.group(GROUP),
        tx.recipients(GROUP),
        tx.usage(PHONE_BOX),
        tx.highSequence(PHONE_BOX),
      ];
      const before = run(see);
      const undone = run((tx) =>
        tx.attempt(
          () => {
            const first = changeAll(tx);
            expect(see(tx)).not.toEqual(before);
            return first;
          },
          () => false,
        ),
      );
      expect(run(see)).toEqual(before);
      expect(() =>
        run((tx) => {
          changeAll(tx);
          throw new Error("planted");
        }),
      ).toThrow("planted");
      expect(run(see)).toEqual(before);
      expect(run((tx) => tx.deliver(body("kept"), [PHONE_BOX], 1))).toEqual([undone]);
    });

    test("accounts: unique name and id, vault, update, deletion", () => {
      expect(() => run((tx) => tx.insertAccount({ ...account, account: id("b") }, vault))).toThrow();
      expect(() => run((tx) => tx.insertAccount({ ...account, userName: "bob" }, vault))).toThrow();
      run((tx) => {
        tx.updateAccount({ ...account, registrationRecord: "new", sealedAccountKey: utf8("new") });
        tx.putVault(ALICE, { ...vault, version: 2, wrapRecovery: utf8("r") });
        expect(tx.profile(ALICE)).toBeUndefined();
        tx.putProfile(ALICE, { version: 1, sealed: utf8("p1") });
        tx.putProfile(ALICE, { version: 5, sealed: utf8("p5") });
      });
      run((tx) => {
        expect(tx.accountByName("alice")?.registrationRecord).toBe("new");
        expect(tx.vault(ALICE)).toEqual({ ...vault, version: 2, wrapRecovery: utf8("r") });
        expect(tx.profile(ALICE)).toEqual({ version: 5, sealed: utf8("p5") });
        for (const { device: deviceId } of tx.devicesOf(ALICE)) tx.deleteDevice(deviceId);
        tx.deleteAccount(ALICE);
        expect(tx.profile(ALICE)).toBeUndefined();
        expect(tx.accountById(ALICE)).toBeUndefined();
        expect(tx.accountByName("alice")).toBeUndefined();
        expect(() => tx.vault(ALICE)).toThrow();
        expect(() => tx.updateAccount(account)).toThrow();
      });
    });

    test("sessions: bound, seen, listed, expired", () => {
      run((tx) => {
        tx.insertSession(session("a", 10));
        tx.insertSession(session("b", 20));
        tx.updateSession({ ...session("a", 15), device: PHONE });
      });
      run((tx) => {
        expect(tx.session("a")).toEqual({ ...session("a", 15), device: PHONE });
        expect(tx.deleteSessionsSeenBefore(20, 10)).toBe(1);
        expect(tx.sessionsOf(ALICE).map(({ session: key }) => key)).toEqual(["b"]);
        expect(() => tx.insertSession(session("b"))).toThrow();
      });
    });

    test("devices: unique, updated, deleted with key packages and mailbox", () => {
      expect(() => run((tx) => tx.insertDevice(device(id("7"), PHONE_BOX)))).toThrow();
      expect(() => run((tx) => tx.insertDevice(device(PHONE, id("8"))))).toThrow();
      run((tx) => {
        tx.updateDevice({ ...device(PHONE, PHONE_BOX), connection: 3, storeCounter: 4, acked: 5 });
        expect(tx.deviceByMailbox(PHONE_BOX)).toMatchObject({
          device: PHONE,
          connection: 3,
          storeCounter: 4,
          acked: 5,
        });
        tx.insertKeyPackages(PHONE, [utf8("k")]);
        tx.putLastResort(PHONE, utf8("l"));
        tx.deliver(body("x"), [PHONE_BOX], 1);
        tx.deleteDevice(PHONE);
        expect(tx.device(PHONE)).toBeUndefined();
        tx.insertDevice(device(PHONE, PHONE_BOX));
        expect(tx.countKeyPackages(PHONE)).toBe(0);
        expect(tx.lastResort(PHONE)).toBeUndefined();
        expect(tx.usage(PHONE_BOX)).toEqual({ entries: 0, bytes: 0 });
      });
      expect(waiting(PHONE_BOX)).toEqual([]);
    });

    test("key packages: oldest first, each once; one last resort", () => {
      run((tx) => {
        tx.insertKeyPackages(PHONE, [utf8("1"), utf8("2")]);
        tx.insertKeyPackages(PHONE, [utf8("3")]);
        tx.insertKeyPackages(LAPTOP, [utf8("x")]);
        tx.putLastResort(PHONE, utf8("old"));
        tx.putLastResort(PHONE, utf8("new"));
        expect(tx.countKeyPackages(PHONE)).toBe(3);
        expect([1, 2, 3, 4].map(() => tx.takeKeyPackage(PHONE))).toEqual([
          utf8("1"),
          utf8("2"),
          utf8("3"),
          undefined,
        ]);
        expect(tx.lastResort(PHONE)).toEqual(utf8("new"));
        expect(tx.countKeyPackages(LAPTOP)).toBe(1);
      });
    });

    test("groups: delivery list in the order of joining, neighbours, pending requests", () => {
      run((tx) => {
        tx.insertGroup({
          ...group,
          state: "pending",
          kind: "pair",
          peer: id("b"),
          predecessor: id("9"),
          doorHash: utf8("d"),
        });
        tx.addMember(GROUP, LAPTOP_BOX);
        tx.addMember(GROUP, PHONE_BOX);
      });
      run((tx) => {
        expect(tx.group(GROUP)).toEqual({
          ...group,
          state: "pending",
          kind: "pair",
          peer: id("b"),
          predecessor: id("9"),
          doorHash: utf8("d"),
        });
        expect(tx.countPending(ALICE)).toBe(1);
        tx.updateGroup({ ...group, index: 2, lastMailbox: LAPTOP_BOX, lastHash: utf8("h") });
        expect(tx.countPending(ALICE)).toBe(0);
        expect(tx.group(GROUP)).toMatchObject({
          index: 2,
          state: "open",
          lastMailbox: LAPTOP_BOX,
          lastHash: utf8("h"),
        });
        expect(tx.recipients(GROUP)).toEqual([
          { mailbox: LAPTOP_BOX, account: ALICE, missed: false, entries: 0, bytes: 0 },
          { mailbox: PHONE_BOX, account: ALICE, missed: false, entries: 0, bytes: 0 },
        ]);
        expect(tx.groupsOf(PHONE_BOX).map((record) => record.group)).toEqual([GROUP]);
        expect(tx.neighboursOf(ALICE).toSorted()).toEqual([PHONE_BOX, LAPTOP_BOX].toSorted());
        expect(() =>
          tx.attempt(
            () => tx.addMember(GROUP, PHONE_BOX),
            () => true,
          ),
        ).toThrow();
        expect(() =>
          tx.attempt(
            () => tx.deleteGroup(GROUP),
            () => true,
          ),
        ).toThrow();
        tx.removeMember(GROUP, PHONE_BOX);
        expect(tx.groupsOf(PHONE_BOX)).toEqual([]);
        expect(tx.neighboursOf(ALICE)).toEqual([LAPTOP_BOX]);
        expect(tx.neighboursOf(id("b"))).toEqual([]);
        tx.removeMember(GROUP, LAPTOP_BOX);
        tx.deleteGroup(GROUP);
        expect(tx.group(GROUP)).toBeUndefined();
      });
    });

    test("groups: who has an open pair, what an account has made, who was told that messages were left out", () => {
      const [bob, tablet, tabletBox] = [id<AccountId>("b"), id<DeviceId>("7"), id<MailboxId>("8")];
      const pair: GroupRecord = { ...group, kind: "pair", state: "pending", peer: bob };
      const seen = (tx: StoreTx): boolean[] => [
        tx.hasOpenPair(ALICE, bob),
        tx.hasOpenPair(bob, ALICE),
        tx.hasOpenPair(ALICE, ALICE),
        tx.hasOpenPair(ALICE, id("c")),
      ];
      const none = [false, false, false, false];
      run((tx) => {
        tx.insertAccount({ ...account, account: bob, userName: "bob" }, vault);
        tx.insertDevice({ ...device(tablet, tabletBox), account: bob });
        tx.insertGroup(pair);
        tx.addMember(GROUP, PHONE_BOX);
        tx.addMember(GROUP, tabletBox);
        expect(seen(tx)).toEqual(none);
        expect(tx.countCreated(ALICE)).toBe(0);
        tx.updateGroup({ ...pair, state: "open" });
        expect(seen(tx)).toEqual([true, true, false, false]);
        expect(tx.sharesGroup(ALICE, bob)).toBe(false);
        tx.addMember(GROUP, LAPTOP_BOX);
        tx.removeMember(GROUP, PHONE_BOX);
        expect(seen(tx)).toEqual([true, true, false, false]);
        tx.removeMember(GROUP, LAPTOP_BOX);
        expect(seen(tx)).toEqual(none);
        tx.addMember(GROUP, PHONE_BOX);
        tx.removeMember(GROUP, tabletBox);
        expect(seen(tx)).toEqual(none);
        tx.addAbsentee(GROUP, { mailbox: tabletBox, account: bob });
        expect(seen(tx)).toEqual([true, true, false, false]);
        tx.dropAbsentee(GROUP, tabletBox);
        expect(seen(tx)).toEqual(none);
      });
      const marks = (tx: StoreTx): boolean[] => tx.recipients(id("a")).map(({ missed }) => missed);
      run((tx) => {
        tx.insertGroup({ ...group, group: id("a") });
        tx.insertGroup({ ...group, group: id("c"), kind: "room" });
        expect([tx.countCreated(ALICE), tx.countCreated(bob)]).toEqual([2, 0]);
        for (const mailbox of [PHONE_BOX, tabletBox]) tx.addMember(id("a"), mailbox);
        tx.addAbsentee(id("a"), { mailbox: tabletBox, account: bob });
        expect(seen(tx)).toEqual(none);
        // GROUP is a pair, which says nothing here; an absent mailbox is on no list.
        expect([tx.sharesGroup(ALICE, bob), tx.sharesGroup(bob, ALICE)]).toEqual([true, true]);
        expect(tx.sharesGroup(ALICE, id("c"))).toBe(false);
        expect(marks(tx)).toEqual([false, false]);
        tx.setMissed(id("a"), tabletBox, true);
        expect(marks(tx)).toEqual([false, true]);
        tx.attempt(
          () => tx.setMissed(id("a"), tabletBox, false),
          () => false,
        );
        expect(marks(tx)).toEqual([false, true]);
        expect(() => tx.setMissed(id("c"), tabletBox, true)).toThrow();
        tx.removeMember(id("a"), tabletBox);
        tx.addMember(id("a"), tabletBox);
        expect(marks(tx)).toEqual([false, false]);
      });
    });

    test("groups: those who are absent go with a word, with their group and with their account", () => {
      const [bob, absent] = [id<AccountId>("b"), { mailbox: LAPTOP_BOX, account: ALICE }];
      const other = { mailbox: id<MailboxId>("8"), account: bob };
      const seen = (of: GroupId) =>
        run((tx) => tx.absentees(of)).toSorted((a, b) => (a.mailbox < b.mailbox ? -1 : 1));
      run((tx) => {
        tx.insertAccount({ ...account, account: bob, userName: "bob" }, vault);
        for (const one of [GROUP, id<GroupId>("a")]) {
          tx.insertGroup({ ...group, group: one });
          for (const absentee of [absent, other, absent]) tx.addAbsentee(one, absentee);
        }
        for (const add of [
          () => tx.addAbsentee(id("e"), absent),
          () => tx.addAbsentee(GROUP, { ...absent, mailbox: id("9"), account: id("e") }),
        ])
          expect(() => tx.attempt(add, () => true)).toThrow();
        tx.dropAbsentee(GROUP, LAPTOP_BOX);
        tx.dropAbsentee(GROUP, LAPTOP_BOX);
      });
      expect([seen(GROUP), seen(id("a")), seen(id("e"))]).toEqual([[other], [absent, other], []]);
      run((tx) => {
        tx.deleteGroup(GROUP);
        tx.deleteAccount(bob);
        tx.insertGroup(group);
      });
      expect([seen(GROUP), seen(id("a"))]).toEqual([[], [absent]]);
    });

    test("groups: the door and since when, group info and whose it is", () => {
      const other = id<GroupId>("c");
      run((tx) => {
        tx.insertGroup({ ...group, doorHash: utf8("d"), doorIndex: 1 });
        tx.insertGroup({ ...group, group: other });
        expect(tx.groupInfo(GROUP)).toBeUndefined();
        tx.putGroupInfo(GROUP, { index: 1, sealed: utf8("i"), by: ALICE });
        tx.putGroupInfo(other, { index: 4, sealed: utf8("k"), by: null });
      });
      run((tx) => {
        expect(tx.group(GROUP)).toEqual({ ...group, doorHash: utf8("d"), doorIndex: 1 });
        expect(tx.groupInfo(GROUP)).toEqual({ index: 1, sealed: utf8("i"), by: ALICE });
        tx.updateGroup({ ...group, index: 3, doorHash: utf8("e"), doorIndex: 3 });
        tx.putGroupInfo(GROUP, { index: 3, sealed: utf8("j"), by: null });
        tx.attempt(
          () => tx.putGroupInfo(GROUP, { index: 4, sealed: utf8("undone"), by: ALICE }),
          () => false,
        );
      });
      run((tx) => {
        expect(tx.group(GROUP)).toMatchObject({ doorHash: utf8("e"), doorIndex: 3 });
        expect(tx.groupInfo(GROUP)).toEqual({ index: 3, sealed: utf8("j"), by: null });
        tx.deleteGroup(GROUP);
        tx.insertGroup(group);
        expect(tx.groupInfo(GROUP)).toBeUndefined();
        expect(tx.groupInfo(other)?.index).toBe(4);
      });
    });

    test("rooms: one code each, used once and for all", () => {
      const other = id<GroupId>("c");
      const room = (code: string, change: Partial<RoomRecord> = {}): RoomRecord => ({
        group: GROUP,
        code,
        registrationRecord: `record of ${code}`,
        sealedSecret: utf8(code),
        ...change,
      });
      const fails = (tx: StoreTx, record: RoomRecord): void =>
        expect(() =>
          tx.attempt(
            () => tx.putRoom(record),
            () => true,
          ),
        ).toThrow();
      const used = (tx: StoreTx): boolean[] => ["one", "two", "three"].map((code) => tx.isUsedRoomCode(code));
      run((tx) => {
        tx.insertGroup({ ...group, kind: "room" });
        tx.insertGroup({ ...group, group: other, kind: "room" });
        fails(tx, room("one", { group: id("e") }));
        expect([tx.roomOf(GROUP), tx.roomByCode("one"), ...used(tx)]).toEqual([
          undefined,
          undefined,
          false,
          false,
          false,
        ]);
        tx.putRoom(room("one"));
        tx.putRoom(room("one", { registrationRecord: "again", sealedSecret: utf8("again") }));
        fails(tx, room("one", { group: other }));
        tx.putRoom(room("three", { group: other }));
      });
      run((tx) => {
        expect(tx.roomOf(GROUP)).toEqual(
          room("one", { registrationRecord: "again", sealedSecret: utf8("again") }),
        );
        expect(tx.roomByCode("one")).toEqual(tx.roomOf(GROUP));
        tx.putRoom(room("two"));
        expect([tx.roomByCode("one"), tx.roomByCode("two")]).toEqual([undefined, room("two")]);
        expect(used(tx)).toEqual([true, true, true]);
        tx.attempt(
          () => tx.dropRoom(GROUP),
          () => false,
        );
        expect(tx.roomOf(GROUP)).toEqual(room("two"));
        tx.dropRoom(GROUP);
        tx.dropRoom(GROUP);
        expect([tx.roomOf(GROUP), tx.roomByCode("two")]).toEqual([undefined, undefined]);
      });
      run((tx) => {
        tx.deleteGroup(other);
        expect([tx.roomOf(other), tx.roomByCode("three")]).toEqual([undefined, undefined]);
        expect(used(tx)).toEqual([true, true, true]);
      });
    });

    test("blobs: by name, group, account and time, with those that wait for them", () => {
      const blob = (digit: string, sizeBytes: number, expiresAtMs = 10): BlobRecord => ({
        blob: id(digit),
        group: GROUP,
        account: ALICE,
        maker: PHONE_BOX,
        sizeBytes,
        place: `place ${digit}`,
        expiresAtMs,
      });
      const [first, second] = [blob("b", 5), blob("a", 2 ** 33, 20)];
      run((tx) => {
        tx.insertGroup(group);
        tx.addMember(GROUP, PHONE_BOX);
        tx.insertBlob(first, [PHONE_BOX, LAPTOP_BOX]);
        tx.insertBlob(second, [LAPTOP_BOX]);
        for (const other of [
          { ...first, place: "other" },
          { ...blob("c", 1), place: first.place },
        ])
          expect(() =>
            tx.attempt(
              () => tx.insertBlob(other, [PHONE_BOX]),
              () => true,
            ),
          ).toThrow();
      });
      run((tx) => {
        expect([tx.blob(first.blob), tx.blob(second.blob), tx.blob(id("c"))]).toEqual([
          first,
          second,
          undefined,
        ]);
        expect(tx.blobsOfGroup(GROUP)).toEqual([second, first]);
        expect(tx.blobsOfAccount(ALICE)).toEqual([second, first]);
        expect([9, 10, 20].map((timeMs) => tx.blobsExpiredAt(timeMs, 5))).toEqual([
          [],
          [first],
          [second, first],
        ]);
        expect(tx.blobsExpiredAt(20, 1)).toHaveLength(1);
        expect([tx.hasBlobPlace("place a"), tx.hasBlobPlace("place c")]).toEqual([true, false]);
        expect([tx.blobUsage(ALICE), tx.blobUsage(id("c"))]).toEqual([
          { blobs: 2, bytes: 2 ** 33 + 5 },
          { blobs: 0, bytes: 0 },
        ]);
        expect(tx.removeBlobReader(first.blob, PHONE_BOX)).toBe(1);
        expect(tx.removeBlobReader(first.blob, PHONE_BOX)).toBe(1);
        tx.attempt(
          () => expect(tx.removeGroupReader(GROUP, LAPTOP_BOX)).toEqual([second, first]),
          () => false,
        );
        expect(tx.removeGroupReader(GROUP, PHONE_BOX)).toEqual([]);
        expect(tx.removeGroupReader(id("e"), LAPTOP_BOX)).toEqual([]);
        expect(tx.removeBlobReader(first.blob, LAPTOP_BOX)).toBe(0);
      });
      expect(run((tx) => tx.blobBytes())).toBe(2 ** 33 + 5);
      run((tx) => {
        tx.attempt(
          () => tx.deleteBlob(second.blob),
          () => false,
        );
        expect([tx.blobBytes(), tx.blob(second.blob)]).toEqual([2 ** 33 + 5, second]);
        tx.deleteBlob(first.blob);
        tx.deleteBlob(first.blob);
        expect([tx.blobBytes(), tx.blobUsage(ALICE).blobs]).toEqual([2 ** 33, 1]);
        tx.deleteBlob(second.blob);
        expect(tx.blobBytes()).toBe(0);
        tx.removeMember(GROUP, PHONE_BOX);
        tx.deleteGroup(GROUP);
      });
    });
  });
}
