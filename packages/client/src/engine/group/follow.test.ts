/** GRP-8: what of an account's list is followed. */
import type { Member } from "@sotto/crypto";
import type { AccountId, ConversationId, DeviceId, DeviceList, MailboxId } from "@sotto/protocol";
import { idOf } from "@sotto/protocol";
import { expect, test } from "vitest";
import type { Completion, Core, Wait } from "../core.ts";
import { claimFollowing } from "./heal.ts";

const bytes = (n: number, size = 16): Uint8Array => new Uint8Array(size).fill(n);
const account: AccountId = idOf(bytes(1));
const conversation: ConversationId = idOf(bytes(2));
const accountKey = bytes(3, 32);

function deviceAt(leaf: number, listVersion: number): Member {
  const [device, mailbox]: [DeviceId, MailboxId] = [idOf(bytes(leaf + 10)), idOf(bytes(leaf + 20))];
  const signature = bytes(0, 64);
  return {
    leaf,
    leafKey: bytes(leaf + 30, 32),
    credential: { account, device, mailbox, accountKey, listVersion, signature },
  };
}

function listOf(version: number, members: readonly Member[], revoked: readonly Member[] = []): DeviceList {
  const listed = [...members, ...revoked].map((member) => ({
    device: member.credential.device,
    leafKey: member.leafKey,
    hpkeKey: bytes(4, 32),
    mailbox: member.credential.mailbox,
    addedIn: member.credential.listVersion,
    revokedIn: revoked.includes(member) ? version : null,
  }));
  return {
    userName: "carol",
    account,
    accountKey,
    recoverySigningKey: null,
    recoveryHpkeKey: null,
    vaultKey: null,
    previousHash: bytes(0, 32),
    version,
    devices: listed,
  };
}

/** What is made of a list that the server shows; it hands out no key packages. */
function following(members: readonly Member[], list: DeviceList): { removed: unknown; told: unknown } {
  const told: unknown[] = [];
  const core = { effect: (effect: unknown) => told.push(effect) } as unknown as Core;
  const charter = { name: "walks", owner: account, admins: [], keyId: null, room: false };
  const job = claimFollowing(core, conversation, { charter, members }, account);
  let next = job.next();
  while (next.done !== true) next = job.next(answerTo(next.value, list));
  return { removed: next.value?.remove ?? [], told };
}

function answerTo(wait: Wait, list: DeviceList): Completion {
  if (wait.kind === "mls")
    return { kind: "mls", completion: { ok: true, op: "verifyDeviceList", output: list } as never };
  if (wait.kind === "request" && wait.request.kind === "accountById")
    return { kind: "request", answer: { kind: "account", account, deviceList: bytes(0, 1) } };
  return { kind: "request", answer: { kind: "keyPackages", packages: [] } };
}

const [first, second] = [deviceAt(0, 1), deviceAt(1, 2)];

test("a device that its account has revoked goes", () => {
  const { removed, told } = following([first, second], listOf(3, [second], [first]));
  expect(removed).toEqual([0]);
  expect(told).toEqual([]);
});

test("ATK: an old list, which does not name a device yet, puts nobody out, and is shown", () => {
  const { removed, told } = following([first, second], listOf(1, [first]));
  expect(removed).toEqual([]);
  expect(told).toMatchObject([{ event: { change: "keysRefused" } }]);
});
