/**
 * Wishes become commits (GRP-6): one job for each group takes those that are due, and prepares one commit for all of them. What has come true, or
 * cannot any more, is dropped; a commit that lost its place, or is not wanted by the server, is made again from what is left.
 */
import type { MlsGroup } from "@sotto/crypto";
import type { AccountId, ConversationId, MailboxId } from "@sotto/protocol";
import { MAX_GROUP_DEVICES } from "@sotto/protocol";
import type { ClaimedDevice } from "../claims.ts";
import type { Core, Step } from "../core.ts";
import { commit, emit } from "../core.ts";
import { loadGroup } from "../groups.ts";
import { finishLeaving } from "../leaving.ts";
import type { ConversationRecord } from "../records/conversation.ts";
import type { Wish } from "../records/wish.ts";
import { isForeignStore } from "../serverStore.ts";
import { Transaction } from "../transaction.ts";
import { claimContact } from "./claim.ts";
import { claimDevice, claimFollowing } from "./heal.ts";
import { strayMailboxes } from "./list.ts";
import type { Draft, Wisher } from "./plan.ts";
import { drafted, isAsked, memberOf, stateOf, tidied } from "./plan.ts";
import type { Standing } from "./policy.ts";
import { prepareCommit, prepareLeave } from "./prepare.ts";
import { standingOf } from "./standing.ts";
import { considerWishes, isLeaving, pauseLeft, wishesOf } from "./wishState.ts";

/** Looks at the wishes of every group. */
export function enqueueAllWishes(core: Core): void {
  for (const id of core.state.wishes.keys()) enqueueWishes(core, id);
}

export function enqueueWishes(core: Core, id: ConversationId): void {
  core.enqueue({ key: `wishes/${id}`, run: () => workOff(core, id) });
}

function* workOff(core: Core, id: ConversationId): Step<void> {
  const conversation = core.state.conversations.get(id);
  if (conversation?.group == null || core.state.pending.has(conversation.group)) return;
  const isOut = isLeaving(core.state, id);
  if (conversation.state !== "active" && !isOut) return;
  // What cannot be now is looked at again when the device comes online.
  if (core.live.phase !== "online" || isForeignStore(core) || core.live.rolledBack) return;
  const leftMs = pauseLeft(core, id);
  if (leftMs > 0) return considerWishes(core, leftMs);
  const group = yield* loadGroup(core, conversation.group);
  if (isOut) return yield* goOut(core, conversation, group);
  const standing = standingOf(group);
  if (standing !== undefined) yield* makeCommit(core, conversation, group, standing);
}

function* goOut(core: Core, conversation: ConversationRecord, group: MlsGroup): Step<void> {
  if (group.members.length > 1) yield* prepareLeave(core, conversation, group);
  else yield* finishLeaving(core, new Transaction(), conversation);
}

function* makeCommit(
  core: Core,
  conversation: ConversationRecord,
  group: MlsGroup,
  standing: Standing,
): Step<void> {
  const { id } = conversation;
  const wisher: Wisher = {
    account: core.state.identity.account,
    epoch: group.epoch,
    nowMs: core.now(),
  };
  const wishes = wishesOf(core.state, id);
  const states = wishes.map((wish) => stateOf(standing, wisher, wish));
  const having = (state: (typeof states)[number]): readonly Wish[] =>
    wishes.filter((_, i) => states[i] === state);
  yield* drop(core, id, having("done"), false);
  yield* drop(core, id, having("void"), true);
  wakeForLater(core, having("later"));
  const due = having("due");
  if (due.length === 0) return;
  const chosen = core.live.singleWishes.has(id) ? due.slice(0, 1) : due;
  const built = yield* build(core, id, standing, wisher, chosen);
  if (built === undefined) return;
  const charter = tidied(standing, wisher.account, built.draft);
  core.live.carriedWishes.set(id, chosen);
  const { draft, add, strays } = built;
  const made = { add, remove: draft.remove, charter, strayMailboxes: strays };
  if (yield* prepareCommit(core, conversation, group, made)) return;
  // One of them cannot be: each by itself, to know which.
  core.live.claims.delete(id);
  if (chosen.length > 1) core.live.singleWishes.add(id);
  else yield* drop(core, id, chosen, true);
  enqueueWishes(core, id);
}

/** Puts the commit together. `undefined`: a wish has turned out to be impossible or fulfilled; the others are looked at anew. */
function* build(
  core: Core,
  id: ConversationId,
  standing: Standing,
  wisher: Wisher,
  wishes: readonly Wish[],
): Step<(Claimed & { readonly draft: Draft }) | undefined> {
  let draft: Draft = { charter: standing.charter, remove: [], adds: [] };
  const add: ClaimedDevice[] = [];
  const strays: MailboxId[] = [];
  for (const wish of wishes) {
    draft = drafted(standing, wisher, draft, wish);
    const claim = yield* claimed(core, id, standing, wish);
    if (claim === undefined || standing.members.length + add.length + claim.add.length > MAX_GROUP_DEVICES) {
      yield* drop(core, id, [wish], true);
      enqueueWishes(core, id);
      return undefined;
    }
    add.push(...claim.add);
    strays.push(...claim.strays);
    draft = { ...draft, remove: [...new Set([...draft.remove, ...claim.remove])] };
  }
  return { draft, add, remove: draft.remove, strays };
}

interface Claimed {
  readonly add: readonly ClaimedDevice[];
  readonly remove: readonly number[];
  readonly strays: readonly MailboxId[];
}

const NOTHING: Claimed = { add: [], remove: [], strays: [] };

/** Devices that come in for the wish, and the leaves whose place they take. `undefined`: there are none. */
function* claimed(core: Core, id: ConversationId, standing: Standing, wish: Wish): Step<Claimed | undefined> {
  switch (wish.kind) {
    case "add": {
      const add = yield* newcomer(core, id, wish.account);
      return add && { ...NOTHING, add };
    }
    case "follow": {
      const exchange = yield* claimFollowing(core, id, standing, wish.account);
      return exchange && { ...NOTHING, ...exchange };
    }
    case "readd": {
      const member = memberOf(standing, wish.device);
      const exchange = member && (yield* claimDevice(core, member));
      return exchange && { ...NOTHING, ...exchange };
    }
    case "relist": {
      const strays = yield* strayMailboxes(core, id);
      return strays && { ...NOTHING, strays };
    }
    default:
      return NOTHING;
  }
}

/** Key packages that were claimed for a commit which has lost its place are good for the next one. */
function* newcomer(
  core: Core,
  id: ConversationId,
  account: AccountId,
): Step<readonly ClaimedDevice[] | undefined> {
  const claims = core.live.claims.get(id) ?? new Map<AccountId, readonly ClaimedDevice[]>();
  const before = claims.get(account);
  if (before !== undefined) return before;
  const claim = yield* claimContact(core, account);
  if ("problem" in claim) return undefined;
  core.live.claims.set(id, claims.set(account, claim.devices));
  return claim.devices;
}

/** Forgets wishes; of those that the user has asked for it is said when they have failed. */
function* drop(core: Core, id: ConversationId, dropped: readonly Wish[], failed: boolean): Step<void> {
  if (dropped.length === 0) return;
  const left = wishesOf(core.state, id).filter((wish) => !dropped.includes(wish));
  yield* commit(core, new Transaction().wishes(id, left));
  if (!dropped.some(isAsked)) return;
  emit(core, { type: "conversation", conversation: id, change: failed ? "wishFailed" : "members" });
}

/** Comes back when the first of them is due. */
function wakeForLater(core: Core, wishes: readonly Wish[]): void {
  const times = wishes.flatMap((wish) => ("dueAtMs" in wish ? [wish.dueAtMs] : []));
  if (times.length > 0) considerWishes(core, Math.max(0, Math.min(...times) - core.now()));
}
