/** Members who go, and mailboxes that the server says have gone (GRP-8, GRP-10): its word removes nobody. */
import type { HandshakeOutcome, Member, MlsGroup } from "@sotto/crypto";
import type { AccountId, DepartedEntry, DeviceId, GroupId } from "@sotto/protocol";
import type { Core, Step } from "../core.ts";
import { commit, jitter } from "../core.ts";
import { loadGroup } from "../groups.ts";
import { hasRevoked } from "../peers.ts";
import type { ConversationRecord } from "../records/conversation.ts";
import type { Wish } from "../records/wish.ts";
import { Transaction } from "../transaction.ts";
import { withWish } from "./plan.ts";
import type { Standing } from "./policy.ts";
import { roleOf } from "./policy.ts";
import { standingOf } from "./standing.ts";
import { considerWishes, wishesOf } from "./wishState.ts";

/** One member does what all could: each waits for a random time, and those with a role for a shorter one. */
const WAIT_MS = { owner: [0, 3000], admin: [2000, 6000], member: [4000, 10_000] } as const;
/** Devices of owner and admins are put in anew by others when nobody with a role has done it by then. */
const LATE_MS = { from: 3 * 60_000, spread: 3 * 60_000 } as const;
/** A device is put in anew at most once in this time. */
const READD_MS = 24 * 3_600_000;

/** When this device sets about something that any member may do. */
export function turnOf(core: Core, standing: Standing): number {
  const [from, to] = WAIT_MS[roleOf(standing, core.state.identity.account)];
  return core.now() + from + jitter(core, to - from);
}

/** A member has asked to leave: somebody commits soon. */
export function noteLeaver(
  core: Core,
  transaction: Transaction,
  conversation: ConversationRecord,
  { leaver, group }: Extract<HandshakeOutcome, { kind: "proposed" }>,
): void {
  const standing = standingOf(group);
  if (standing === undefined || conversation.state !== "active") return;
  const { device } = leaver.credential;
  const wish = { kind: "release", device, epoch: group.epoch, dueAtMs: turnOf(core, standing) } as const;
  add(core, transaction, conversation, wish);
}

/** A mailbox has left the delivery list. */
export function* departedFromGroup(
  core: Core,
  transaction: Transaction,
  conversation: ConversationRecord,
  { mailbox }: DepartedEntry,
): Step<void> {
  const { group: groupId, state } = conversation;
  // A device that does not follow the group knows neither who is in it nor what it may do there: it would set about that when it is in anew.
  const group = groupId === null || state !== "active" ? undefined : yield* loadGroup(core, groupId);
  const gone = group?.members.find(({ credential }) => credential.mailbox === mailbox);
  const wish = gone && group && (yield* dutyTowards(core, conversation, group, gone));
  if (wish !== undefined) add(core, transaction, conversation, wish);
  yield* commit(core, transaction);
  considerWishes(core);
}

/**
 * What is to be done about a member whose mailbox is off the list: nothing if it is leaving; if its account has revoked the device, the account's
 * new one comes in its place; else it is put in anew.
 */
function* dutyTowards(
  core: Core,
  { id }: ConversationRecord,
  group: MlsGroup,
  { credential: { account, device, mailbox } }: Member,
): Step<Wish | undefined> {
  const standing = standingOf(group);
  const wishes = wishesOf(core.state, id);
  const isLeaver = wishes.some((wish) => wish.kind === "release" && wish.device === device);
  if (standing === undefined || isLeaver || account === core.state.identity.account) return undefined;
  if (yield* hasRevoked(account, mailbox))
    return { kind: "follow", account, dueAtMs: turnOf(core, standing) };
  return readdWish(core, standing, wishes, device);
}

/** The device is put in anew, once a day at most; the wish of somebody who may not is dropped when it is looked at. */
export function readdWish(
  core: Core,
  standing: Standing,
  wishes: readonly Wish[],
  device: DeviceId,
): Extract<Wish, { kind: "readd" }> {
  const last = wishes.find((wish) => wish.kind === "readded" && wish.device === device);
  const earliestMs = last?.kind === "readded" ? last.atMs + READD_MS : 0;
  const isLate = roleOf(standing, core.state.identity.account) === "member";
  const turnMs = isLate ? core.now() + LATE_MS.from + jitter(core, LATE_MS.spread) : turnOf(core, standing);
  return { kind: "readd", device, dueAtMs: Math.max(turnMs, earliestMs) };
}

/** An account's list has changed (ACC-15): in its groups somebody brings its devices in line. */
export function enqueueFollow(core: Core, account: AccountId): void {
  core.enqueue({
    key: `follow/${account}`,
    *run() {
      if (account === core.state.identity.account) return;
      const groups = [...core.state.conversations.values()].filter(
        ({ facts, state }) => state === "active" && facts?.members.includes(account) === true,
      );
      for (const conversation of groups) {
        const standing = standingOf(yield* loadGroup(core, conversation.group as GroupId));
        if (standing === undefined) continue;
        const transaction = new Transaction();
        add(core, transaction, conversation, { kind: "follow", account, dueAtMs: turnOf(core, standing) });
        yield* commit(core, transaction);
        considerWishes(core);
      }
    },
  });
}

/** Whoever commits has the wishes looked at afterwards: a timer could be faster than the disk, and find nothing. */
function add(core: Core, transaction: Transaction, { id }: ConversationRecord, wish: Wish): void {
  transaction.wishes(id, withWish(wishesOf(core.state, id), wish));
}
