import type { EpochChange, Member } from "@sotto/crypto";
import type { AccountId, Charter } from "@sotto/protocol";
import { idOf, withAdmins } from "@sotto/protocol";
import { expect, test } from "vitest";
import type { Line } from "./lines.ts";
import { foundingLines, lineId, linesOf } from "./lines.ts";

const bytes = (n: number, size = 16): Uint8Array => new Uint8Array(size).fill(n);
const [ALICE, BOB, CAROL, DAVE] = [1, 2, 3, 4].map((n) => idOf(bytes(n))) as [
  AccountId,
  AccountId,
  AccountId,
  AccountId,
];

function device(account: AccountId, leaf: number): Member {
  const id = idOf(bytes(leaf + 50));
  const credential = {
    account,
    device: id,
    mailbox: id,
    accountKey: bytes(9, 32),
    listVersion: 1,
    signature: bytes(0, 64),
  } as Member["credential"];
  return { leaf, credential, leafKey: bytes(leaf, 32) };
}

const [alice, bob, carol, dave] = [ALICE, BOB, CAROL, DAVE].map(device) as [Member, Member, Member, Member];
const charter: Charter = { name: "walks", owner: ALICE, admins: [], keyId: null, room: false };

function said(change: Partial<EpochChange>, after = charter, before = charter): readonly Line[] {
  const nothing = { committer: alice, added: [], removed: [], left: [], external: false };
  return linesOf({ charter: before, members: [alice, bob, carol] }, { ...nothing, ...change }, after, ALICE);
}

const byAlice = (event: Line["event"]): Line => ({ from: ALICE, event });

test("renewed keys and further devices are not worth a line", () => {
  expect(said({})).toEqual([]);
  expect(said({ added: [device(BOB, 7)] })).toEqual([]);
  expect(said({ added: [device(BOB, 7)], removed: [bob] })).toEqual([]);
});

test("accounts that come and go are named, and who left by itself has done it", () => {
  expect(said({ added: [dave] })).toEqual([byAlice({ kind: "added", accounts: [DAVE] })]);
  expect(said({ removed: [bob, carol] })).toEqual([byAlice({ kind: "removed", accounts: [BOB, CAROL] })]);
  expect(said({ removed: [bob, carol], left: [bob] })).toEqual([
    { from: BOB, event: { kind: "left" } },
    byAlice({ kind: "removed", accounts: [CAROL] }),
  ]);
});

test("name and roles", () => {
  expect(said({}, { ...charter, name: "rides" })).toEqual([byAlice({ kind: "renamed", name: "rides" })]);
  const withBob = withAdmins(charter, [BOB]);
  expect(said({}, withBob)).toEqual([byAlice({ kind: "role", account: BOB, role: "admin" })]);
  expect(said({}, charter, withBob)).toEqual([byAlice({ kind: "role", account: BOB, role: "member" })]);
});

test("a group that is handed over has a new owner; that the former one is an admin goes without saying", () => {
  const handed = withAdmins({ ...charter, owner: BOB }, [ALICE]);
  expect(said({}, handed)).toEqual([byAlice({ kind: "role", account: BOB, role: "owner" })]);
});

test("an admin who goes loses the role without a word on it", () => {
  const withBob = withAdmins(charter, [BOB]);
  expect(said({ removed: [bob] }, charter, withBob)).toEqual([byAlice({ kind: "removed", accounts: [BOB] })]);
});

test("a creator's history begins with the creation", () => {
  expect(foundingLines(ALICE, charter, [ALICE])).toEqual([byAlice({ kind: "created", name: "walks" })]);
  expect(foundingLines(ALICE, charter, [ALICE, BOB])).toHaveLength(2);
});

test("lines of one handshake have names of their own", () => {
  const sha256 = (content: Uint8Array): Uint8Array => content.toReversed();
  expect(lineId(sha256, bytes(1, 32), 0)).not.toBe(lineId(sha256, bytes(1, 32), 1));
});
