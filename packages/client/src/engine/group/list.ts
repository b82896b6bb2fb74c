/**
 * The delivery list of a group, compared with its tree (GRP-11): a server that delivers to fewer mailboxes than the members have, or to others, is
 * found out and corrected.
 */
import type { MlsGroup } from "@sotto/crypto";
import type { ConversationId, GroupId, MailboxId } from "@sotto/protocol";
import { commitEnd } from "../conversations.ts";
import type { Core, Step } from "../core.ts";
import { commit, emit, jitter, leftOfSpan, request, setTimer } from "../core.ts";
import { loadGroup } from "../groups.ts";
import type { ConversationRecord } from "../records/conversation.ts";
import type { Wish } from "../records/wish.ts";
import { isForeignStore } from "../serverStore.ts";
import { Transaction } from "../transaction.ts";
import { readdWish, turnOf } from "./duties.ts";
import { withWish } from "./plan.ts";
import { standingOf } from "./standing.ts";
import { considerWishes, wishesOf } from "./wishState.ts";

/** Members do not all ask at once, and not for each of many changes in a row. */
const MIN_DELAY_MS = 10_000;
const SPREAD_MS = 50_000;
/** A device that is not on the list asks again after this, at least: until then the others can put it in anew. */
const OUT_MS = 10 * 60_000;
/** A device that comes online asks if it has not for so long. */
const CHECK_MS = 24 * 3_600_000;

/** Has the list looked at, soon. */
export function scheduleListCheck(core: Core, id: ConversationId): void {
  if (core.live.listChecks.get(id)?.isDone !== false) lookLater(core, id, false);
}

function lookLater(core: Core, id: ConversationId, isOut: boolean): void {
  const delayMs = (isOut ? OUT_MS : MIN_DELAY_MS) + jitter(core, SPREAD_MS);
  core.live.listChecks.set(id, { isDone: false, isOut, sinceMs: core.now(), delayMs });
  considerWishes(core, delayMs);
}

/** A group that this device is in, as far as the group has said: what the server says of its delivery list ends nothing at once. */
export function isFollowed({ state }: Core, id: ConversationId): boolean {
  const conversation = state.conversations.get(id);
  return conversation !== undefined && conversation.facts !== null && conversation.state === "active";
}

/** The device has come online. */
export function scheduleOldListChecks(core: Core): void {
  for (const { id, facts, state } of core.state.conversations.values()) {
    if (facts === null || state !== "active") continue;
    const last = core.live.listChecks.get(id);
    if (last === undefined || (last.isDone && leftOfSpan(core, last.sinceMs, CHECK_MS) === 0))
      scheduleListCheck(core, id);
  }
}

/** Asks for the lists whose time has come. */
export function enqueueListChecks(core: Core): void {
  if (core.live.phase !== "online") return;
  for (const [id, { isDone, sinceMs, delayMs }] of core.live.listChecks) {
    if (isDone) continue;
    const leftMs = leftOfSpan(core, sinceMs, delayMs);
    if (leftMs > 0) considerWishes(core, leftMs);
    else core.enqueue({ key: `list/${id}`, run: () => checkList(core, id) });
  }
}

function* checkList(core: Core, id: ConversationId): Step<void> {
  const conversation = core.state.conversations.get(id);
  if (conversation?.state !== "active" || conversation.group === null) {
    core.live.listChecks.delete(id);
    return;
  }
  // The server may not have heard of the group.
  const isUnborn = core.state.pending.get(conversation.group)?.reason === "create" || isForeignStore(core);
  const answer = isUnborn ? "other" : yield* askList(conversation.group);
  // A handshake is on its way here: the list is that of an epoch which this device has not entered. So it may be if the device is not on it.
  const wasOut = core.live.listChecks.get(id)?.isOut === true;
  if (answer === "out" && !wasOut) return lookLater(core, id, true);
  if (answer === "other" || (answer !== "out" && answer.index !== conversation.headIndex))
    return lookLater(core, id, false);
  core.live.listChecks.set(id, { isDone: true, isOut: false, sinceMs: core.now(), delayMs: 0 });
  // A commit may have been brought while the device was not on the list.
  if (answer !== "out" && core.state.pending.has(conversation.group)) setTimer(core, "retry", 0);
  // Nothing comes any more: who is still a member is put in anew by the others.
  if (answer === "out") return yield* commitEnd(core, new Transaction().wishes(id, []), conversation);
  const group = yield* loadGroup(core, conversation.group);
  const wishes = correctionsOf(core, conversation, group, answer.mailboxes);
  if (wishes.length === 0) return;
  const kept = wishes.reduce<readonly Wish[]>(withWish, wishesOf(core.state, id));
  yield* commit(core, new Transaction().wishes(id, kept));
  emit(core, { type: "conversation", conversation: id, change: "listCorrected" });
  considerWishes(core);
}

type ListAnswer = { readonly index: number; readonly mailboxes: readonly MailboxId[] } | "out" | "other";

function* askList(group: GroupId): Step<ListAnswer> {
  const answer = yield* request({ kind: "mailboxes", group });
  if (answer.kind === "mailboxes") return answer;
  return answer.kind === "refused" && answer.code === "notMember" ? "out" : "other";
}

function correctionsOf(
  core: Core,
  { id }: ConversationRecord,
  group: MlsGroup,
  listed: readonly MailboxId[],
): readonly Wish[] {
  const standing = standingOf(group);
  if (standing === undefined) return [];
  const wishes = wishesOf(core.state, id);
  const missing = group.members.filter(({ credential }) => !listed.includes(credential.mailbox));
  const readds = missing.flatMap(({ credential: { device } }) => {
    const isKnown = wishes.some(
      (wish) => (wish.kind === "release" || wish.kind === "readd") && wish.device === device,
    );
    return isKnown ? [] : [readdWish(core, standing, wishes, device)];
  });
  const strays = straysOf(group, listed);
  if (strays.length === 0) return readds;
  return [...readds, { kind: "relist", dueAtMs: turnOf(core, standing) }];
}

function straysOf({ members }: MlsGroup, listed: readonly MailboxId[]): readonly MailboxId[] {
  return listed.filter((mailbox) => !members.some(({ credential }) => credential.mailbox === mailbox));
}

/** Mailboxes that the server delivers to and that are no member's, as of now; `undefined`: none. */
export function* strayMailboxes(core: Core, id: ConversationId): Step<readonly MailboxId[] | undefined> {
  const conversation = core.state.conversations.get(id);
  if (conversation?.group == null) return undefined;
  const answer = yield* askList(conversation.group);
  if (answer === "out" || answer === "other" || answer.index !== conversation.headIndex) return undefined;
  const strays = straysOf(yield* loadGroup(core, conversation.group), answer.mailboxes);
  return strays.length === 0 ? undefined : strays;
}
