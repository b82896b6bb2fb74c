/** Random histories under both stores: every rule must answer alike, and the database must keep its books. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BlobId, GroupId, HandshakeParts, MailboxId, StoreId } from "@sotto/protocol";
import * as fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import type { StoreRequest } from "../../ports/requests.ts";
import type { TestAccount } from "../../testing/people.ts";
import { makeAccount, registration, signList, successor, testId } from "../../testing/people.ts";
import { askInfo, doorOf, enter, openRoom, putInfo, putRoom, settingDoor } from "../../testing/roomWorld.ts";
import type { RuleWorld } from "../../testing/ruleWorld.ts";
import {
  adding,
  befriend,
  createRuleWorld,
  groupRequest,
  handshakeRequest,
  postRequest,
  senderOf,
} from "../../testing/ruleWorld.ts";
import { createMemoryStore } from "../memory/memoryStore.ts";
import { openDatabase } from "./openDatabase.ts";
import { createSqliteStore, openSqliteStore } from "./sqliteStore.ts";

const folder = mkdtempSync(join(tmpdir(), "sotto-agree-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

const people = [makeAccount("alice"), makeAccount("bob"), makeAccount("carol")] as const;
const person = fc.constantFrom(...people);
const name = fc.constantFrom("g", "h");
const mailboxes = fc.subarray(people.map(({ device }) => device.mailbox));
const index = fc.constantFrom(1, 1, 1, 2, 2, 3, 4);

type Step = { readonly request: StoreRequest } | { readonly passMs: number };

const change = fc
  .record({ added: mailboxes, removed: mailboxes, welcomed: fc.boolean(), large: fc.boolean() })
  .map(({ added, removed, welcomed, large }): Partial<HandshakeParts> => ({
    added,
    removed,
    ...(welcomed && added.length > 0 && { welcomeTo: added, welcome: new Uint8Array(large ? 40_000 : 10) }),
    ...(large && { sealedGroupInfo: new Uint8Array(100) }),
  }));
const create = fc
  .tuple(person, name, change, fc.constantFrom("pair" as const, "group" as const, "room" as const))
  .map(([by, group, parts, kind]) =>
    groupRequest(by.device, group, { ...parts, removed: [], ...settingDoor("a") }, { kind }),
  );
const door = fc.constantFrom("a", "b");
const code = fc.constantFrom("one", "two", "three");
/** Members and others at rooms: doors, entries, codes. */
const atRoom: fc.Arbitrary<StoreRequest> = fc.oneof(
  fc
    .tuple(person, name, index, door)
    .map(([by, group, at, of]) =>
      handshakeRequest(by.device, group, at, { ...settingDoor(of), sealedGroupInfo: new Uint8Array(at) }),
    ),
  {
    arbitrary: fc.tuple(person, name, index, door).map(([by, group, at, of]) => ({
      ...enter(by, at, { door: doorOf(of) }),
      group: testId<GroupId>(group),
    })),
    weight: 3,
  },
  fc.tuple(person, name, index, code).map(([by, group, k, of]) => putRoom(by, k, of, group)),
  fc.tuple(person, code).map(([by, of]) => openRoom(by, of)),
  fc.tuple(person, name, door).map(([by, group, of]) => askInfo(by, of, group)),
  fc.tuple(person, name, index).map(([by, group, at]) => putInfo(by, at, "right", group)),
);
/** Every history begins with a group of all. */
const begin = groupRequest(
  people[0].device,
  "g",
  adding(...people.slice(1).map(({ device }) => device.mailbox)),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: create.map((request) => ({ request })), weight: 2 },
  { arbitrary: atRoom.map((request) => ({ request })), weight: 8 },
  {
    arbitrary: fc
      .tuple(person, name, index, change)
      .map(([by, group, at, parts]) => ({ request: handshakeRequest(by.device, group, at, parts) })),
    weight: 4,
  },
  {
    arbitrary: fc
      .tuple(person, name, index)
      .map(([by, group, at]) => ({ request: postRequest(by.device, group, at, "one", "two", "three") })),
    weight: 12,
  },
  fc.tuple(person, name).map(([by, group]) => ({
    request: {
      type: "groupMailboxes",
      session: by.device.session,
      group: testId<GroupId>(group),
    } as const,
  })),
  fc.tuple(person, person).map(([by, of]) => ({
    request: { type: "getProfile", session: by.device.session, account: of.account } as const,
  })),
  fc.tuple(person, fc.integer({ min: 1, max: 4 })).map(([by, version]) => ({
    request: {
      type: "putProfile",
      session: by.device.session,
      profile: { version, sealed: new Uint8Array(4096).fill(version) },
    } as const,
  })),
  fc.tuple(person, name).map(([by, group]) => ({
    request: { type: "leave", sender: senderOf(by.device), group: testId<GroupId>(group) } as const,
  })),
  {
    arbitrary: fc.tuple(person, fc.integer({ min: 0, max: 40 })).map(([by, sequence]) => ({
      request: { type: "ack", sender: senderOf(by.device), sequence, storeCounter: sequence } as const,
    })),
    weight: 2,
  },
  fc.tuple(person, person).map(([by, of]) => ({
    request: { type: "claimKeyPackages", session: by.device.session, account: of.account } as const,
  })),
  person.map((by) => ({
    request: {
      type: "putDeviceList",
      session: by.device.session,
      deviceList: signList(by, successor(by.list, [{ ...by.device, revokedIn: 2 }])),
      device: by.device.device,
      keyPackages: { packages: [], lastResort: null },
      vault: null,
    } as const,
  })),
  person.map((by) => ({
    request: { type: "deleteAccount", session: by.device.session, userName: by.userName } as const,
  })),
  person.map((by) => ({ request: registration(by) })),
  person.map((by) => ({ request: { type: "hello", session: by.device.session, storeCounter: 3 } as const })),
  {
    arbitrary: fc
      .tuple(person, name, fc.constantFrom("a", "b"), fc.constantFrom(4096, 8192, 16_384), fc.nat())
      .map(([by, group, blob, sizeBytes, place]) => ({
        request: {
          type: "createBlob",
          session: by.device.session,
          blob: testId<BlobId>(blob),
          group: testId<GroupId>(group),
          sizeBytes,
          place: `${place}`,
          roomBytes: 1e9,
        } as const,
      })),
    weight: 3,
  },
  fc
    .tuple(person, fc.constantFrom("a", "b"), fc.constantFrom("read" as const, "write" as const))
    .map(([by, blob, use]) => ({
      request: { type: "findBlob", session: by.device.session, blob: testId<BlobId>(blob), use } as const,
    })),
  fc.tuple(person, fc.constantFrom("a", "b")).map(([by, blob]) => ({
    request: { type: "blobDone", session: by.device.session, blob: testId<BlobId>(blob) } as const,
  })),
  fc.constant({ request: { type: "sweep" } as const }),
  fc.constantFrom({ passMs: 20 * 86_400_000 }, { passMs: 60_000 }),
);

function contents(world: RuleWorld, { account, device }: TestAccount): unknown {
  return world.store.transaction((tx) => {
    const mailbox: MailboxId = device.mailbox;
    const known = tx.deviceByMailbox(mailbox) !== undefined;
    const { entries } = tx.readEntries(mailbox, 0, 1000, 1e9);
    return {
      entries: entries.map(({ sequence, frame }) => [sequence, Buffer.from(frame).toString("hex")]),
      usage: known ? tx.usage(mailbox) : null,
      groups: tx.groupsOf(mailbox).toSorted((a, b) => (a.group < b.group ? -1 : 1)),
      blobs: tx.blobsOfAccount(account),
      files: [tx.blobUsage(account), tx.blobBytes()],
      absent: ["g", "h"].map((group) =>
        tx.absentees(testId(group)).toSorted((a, b) => (a.mailbox < b.mailbox ? -1 : 1)),
      ),
      rooms: ["g", "h"].map((group) => [tx.roomOf(testId(group)), tx.groupInfo(testId(group))]),
      codes: ["one", "two", "three"].map((one) => [tx.roomByCode(one), tx.isUsedRoomCode(one)]),
      lists: ["g", "h"].map((group) => tx.recipients(testId(group))),
    };
  });
}

test("RLY-2 both stores answer every history alike, and the database keeps its books", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 60 }), (steps) => {
      const storeId = testId<StoreId>("store");
      const file = join(folder, `${(files += 1)}.db`);
      const db = openDatabase(file, storeId);
      const settings = { mailboxMaxEntries: 7, fileBytesPerAccount: 20_000, fileBytesTotal: 40_000 };
      const inMemory = createRuleWorld(settings, createMemoryStore({ storeId }));
      const onDisk = createRuleWorld(settings, createSqliteStore(db));
      const worlds = [inMemory, onDisk] as const;
      for (const world of worlds) {
        world.batch(people.map(registration));
        befriend(world, ...people);
        world.batch([begin]);
      }
      for (const item of steps) {
        if ("passMs" in item) for (const world of worlds) world.nowMs += item.passMs;
        else expect(onDisk.batch([item.request])).toEqual(inMemory.batch([item.request]));
      }
      // What the store remembers is what a new process finds in the file.
      const reopened = createRuleWorld(settings, openSqliteStore(file));
      for (const one of people) {
        expect(contents(onDisk, one)).toEqual(contents(inMemory, one));
        expect(contents(reopened, one)).toEqual(contents(inMemory, one));
      }
      reopened.store.close();
      expect([inMemory.reported, onDisk.reported]).toEqual([[], []]);
      const count = (sql: string): unknown => db.prepare(`SELECT count(*) AS n FROM ${sql}`).get()?.["n"];
      expect(count("bodies b WHERE mailboxes <> (SELECT count(*) FROM runs WHERE body = b.id)")).toBe(0);
      expect(count("bodies WHERE mailboxes = 0")).toBe(0);
      expect(count("runs WHERE body NOT IN (SELECT id FROM bodies) OR first > last")).toBe(0);
      expect(count("blobs WHERE blob NOT IN (SELECT blob FROM blob_readers)")).toBe(0);
      expect(
        count(
          "blob_readers r JOIN blobs USING (blob) WHERE mailbox NOT IN (SELECT mailbox FROM members m WHERE m.group_id = blobs.group_id)",
        ),
      ).toBe(0);
      expect(count("groups WHERE group_id NOT IN (SELECT group_id FROM members)")).toBe(0);
      onDisk.store.close();
    }),
    { numRuns: 30 },
  );
}, 60_000);
