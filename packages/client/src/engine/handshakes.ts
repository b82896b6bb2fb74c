/**
 * Handshakes: all members apply the same ones in the server's order (MLS-7 to MLS-12). A commit of ours takes effect when it comes back in that
 * order, never before; one that lost its place is made again.
 */
import type { CommitEffect, HandshakeOutcome, MlsGroup, Transition } from "@sotto/crypto";
import { OTHER_PREDECESSOR } from "@sotto/crypto";
import type { AccountId, GroupId, HandshakeEntry, Payload } from "@sotto/protocol";
import { bytesEqual, encodeHandshakeBinding, idBytes } from "@sotto/protocol";
import { releaseHold } from "./answers.ts";
import { nextHandshakeHash } from "./chain.ts";
import { enqueueCommit } from "./commits.ts";
import { isStopped, requeueOutbox, withNewStream } from "./conversations.ts";
import type { Core, Step } from "./core.ts";
import { commit, emit, leftOfSpan, mls, mlsOrThrow, request, setTimer } from "./core.ts";
import { enqueueTaking } from "./direct/intake.ts";
import { enterGroupEpoch, isAllowed } from "./group/changes.ts";
import { noteLeaver } from "./group/duties.ts";
import { psksOf } from "./group/keys.ts";
import { scheduleListCheck } from "./group/list.ts";
import { showLines, withLines } from "./group/lines.ts";
import { enqueueStepsOff, noteUndecided } from "./group/undecided.ts";
import { enqueuePeople } from "./group/people.ts";
import { enqueueWishes } from "./group/wishes.ts";
import { considerWishes, isLeaving, noteLoss, noteSuccess } from "./group/wishState.ts";
import { loadGroup } from "./groups.ts";
import { finishLeaving, leaveAgain, loseGroup } from "./leaving.ts";
import type { EpochStep } from "./pairEpochs.ts";
import { allowedInPair, enterPairEpoch } from "./pairEpochs.ts";
import { noteRefused } from "./room/tend.ts";
import type { ConversationRecord } from "./records/conversation.ts";
import type { CommitReason, PendingCommit } from "./records/pending.ts";
import { enqueueRepair } from "./repair.ts";
import { Transaction } from "./transaction.ts";

/** Keys of the epoch before are kept for what is still on its way in it. */
const PAST_EPOCH_MS = 10 * 60_000;

/** Bytes of an entry, fetched if they were too large for a frame. `undefined`: the server does not have them any more. */
export function* fetchPayload(core: Core, payload: Payload): Step<Uint8Array | undefined> {
  if ("inline" in payload) return payload.inline;
  const answer = yield* request({ kind: "body", hash: payload.hash });
  if (answer.kind !== "body") return undefined;
  return bytesEqual(core.sha256(answer.bytes), payload.hash) ? answer.bytes : undefined;
}

/** Takes in one handshake entry. */
export function* receiveHandshake(core: Core, entry: HandshakeEntry): Step<void> {
  const id = core.state.conversationOfGroup.get(entry.group);
  const conversation = id && core.state.conversations.get(id);
  const transaction = new Transaction().cursor(entry.sequence);
  if (core.state.left.has(entry.group)) return yield* leaveAgain(core, transaction, entry.group);
  const isOut =
    conversation === undefined || (isStopped(conversation) && !isLeaving(core.state, conversation.id));
  if (isOut || entry.index < conversation.headIndex) {
    yield* commit(core, transaction);
    return;
  }
  if (entry.index === conversation.headIndex)
    return yield* compareHead(core, transaction, conversation, entry);
  const handshake = yield* fetchPayload(core, entry.handshake);
  if (handshake === undefined || entry.index !== conversation.headIndex + 1) {
    yield* stop(core, transaction, conversation, "fork");
    return;
  }
  const headHandshake = core.sha256(handshake);
  const hash = nextHandshakeHash(core.sha256, conversation.headHash, entry.group, entry.index, headHandshake);
  const next = { ...conversation, headIndex: entry.index, headHash: hash, headHandshake };
  const pending = core.state.pending.get(entry.group);
  if (pending !== undefined && bytesEqual(pending.handshake, handshake))
    yield* adoptOwn(core, transaction, next, conversation.headHash, pending);
  else yield* applyForeign(core, transaction, next, conversation, handshake, pending);
  releaseHold(core, conversation.id);
  // What came over a link may have waited for this epoch.
  enqueueTaking(core, conversation.id);
}

/**
 * The current handshake once more. If it is another one, the server has given its place away twice - restored from a backup, or malicious - and
 * the others are in another epoch: the group is lost.
 */
function* compareHead(
  core: Core,
  transaction: Transaction,
  conversation: ConversationRecord,
  { handshake }: HandshakeEntry,
): Step<void> {
  const shown = "inline" in handshake ? core.sha256(handshake.inline) : handshake.hash;
  if (bytesEqual(shown, conversation.headHandshake)) return yield* commit(core, transaction);
  yield* loseGroup(core, conversation.id, transaction);
  emit(core, { type: "conversation", conversation: conversation.id, change: "fork" });
}

function* adoptOwn(
  core: Core,
  transaction: Transaction,
  next: ConversationRecord,
  pastHash: Uint8Array,
  pending: PendingCommit,
): Step<void> {
  if (pending.reason === "leave") return yield* finishLeaving(core, transaction, next);
  const group = yield* loadGroup(core, pending.group);
  const adopted = yield* mlsOrThrow({ op: "adopt", group, pending: pending.next });
  transaction.group(adopted.group, adopted.delta).dropPending(pending.group);
  next = { ...next, ownKeysAtMs: core.now() };
  if (pending.reason === "repair") {
    requeueOutbox(core, transaction, next.id);
    next = withNewStream(core, next);
  }
  noteSuccess(core, next.id);
  const epoch = { pastHash, before: group, after: adopted.group, change: adopted.change };
  yield* enterEpoch(core, transaction, next, epoch, core.state.identity.account);
}

function* applyForeign(
  core: Core,
  transaction: Transaction,
  next: ConversationRecord,
  before: ConversationRecord,
  handshake: Uint8Array,
  pending: PendingCommit | undefined,
): Step<void> {
  const group = yield* loadGroup(core, next.group as GroupId);
  const outcome = yield* mlsOrThrow({
    op: "process",
    group,
    handshake,
    authenticatedData: encodeHandshakeBinding({
      conversation: idBytes(next.id),
      index: next.headIndex,
      previousHash: before.headHash,
    }),
    psks: psksOf(core, next.id, group),
  });
  // Whatever the outcome, a commit of ours for this index has lost its place; it is made again below.
  if (pending !== undefined) transaction.dropPending(pending.group);
  // What is on its way over a link may have been sent before the handshake, in the epoch that stays.
  const stayed = { ...next, pastHash: before.headHash };
  const refused = refusalOf(core, next, group, outcome);
  if (refused !== undefined) {
    // The next epoch is not entered; the chain goes on over the refused handshake, at every member alike.
    transaction.group(refused.without.group, refused.without.delta);
    noteRefused(core, transaction, group);
    yield* commitRefused(core, transaction, stayed, refused.offender);
    const isFork = outcome.kind === "refused" && outcome.reason === OTHER_PREDECESSOR;
    const change = isFork ? "fork" : "refusedHandshake";
    emit(core, { type: "conversation", conversation: next.id, change });
    if (next.facts !== null) scheduleListCheck(core, next.id);
    considerWishes(core);
  } else if (outcome.kind === "undecided") {
    yield* stop(core, transaction, before, "undecided", outcome.effect);
    return;
  } else if (outcome.kind === "proposed") {
    // Its epoch stays; whoever commits next removes the leaver.
    if (next.facts !== null) noteLeaver(core, transaction, next, outcome);
    yield* commit(core, transaction.group(outcome.group, outcome.delta).conversation(stayed));
    considerWishes(core);
  } else if (outcome.kind === "applied" && isPutInAnew(core, next, outcome)) {
    // The Welcome that comes with it says how this device goes on; what it has stays until then.
    yield* commit(core, transaction);
    return;
  } else if (outcome.kind === "applied") {
    transaction.group(outcome.group, outcome.delta);
    const committer = outcome.change.committer?.credential.account;
    const epoch = {
      pastHash: before.headHash,
      before: group,
      after: outcome.group,
      change: outcome.change,
    };
    yield* enterEpoch(core, transaction, next, epoch, committer);
  }
  if (pending !== undefined) commitAgain(core, next, pending.reason);
}

/** The commit takes this device out of a group of people and in again. */
function isPutInAnew(
  { state }: Core,
  { facts }: ConversationRecord,
  { group, change }: Extract<HandshakeOutcome, { kind: "applied" }>,
): boolean {
  if (facts === null || group.active || change.external) return false;
  return change.added.some(({ credential }) => credential.device === state.identity.device);
}

/** What a commit of ours was for is still wanted. */
function commitAgain(core: Core, conversation: ConversationRecord, reason: CommitReason): void {
  if (reason === "repair") {
    if (conversation.peer !== null) enqueueRepair(core, conversation.peer);
  } else if (reason === "accept" || reason === "renew") enqueueCommit(core, conversation.id, reason);
  else if (reason !== "create" && reason !== "join") {
    noteLoss(core, conversation.id);
    enqueueWishes(core, conversation.id);
  }
}

/** The chain goes on over a refused handshake; in a group the history tells who has tried what its role does not allow. */
function* commitRefused(
  core: Core,
  transaction: Transaction,
  stayed: ConversationRecord,
  offender: AccountId | undefined,
): Step<void> {
  const isTold = offender !== undefined && stayed.facts !== null && !isStopped(stayed);
  const lines = isTold ? [{ from: offender, event: { kind: "refused" } } as const] : [];
  const lined = withLines(core, transaction, stayed, lines);
  yield* commit(core, transaction.conversation(lined.conversation));
  showLines(core, lined.records);
}

/** A handshake that is not followed: the group without it, and, of a commit that is refused for what it does, who has made it. */
interface RefusedHandshake {
  readonly without: Transition;
  readonly offender?: AccountId;
}

/** `undefined`: the handshake is not refused, neither for its bytes nor for what it does. */
function refusalOf(
  core: Core,
  conversation: ConversationRecord,
  group: MlsGroup,
  outcome: HandshakeOutcome,
): RefusedHandshake | undefined {
  if (outcome.kind === "refused") return { without: outcome };
  if (outcome.kind === "proposed") return undefined;
  // What it does is seen by all, by those too who cannot read what is theirs of it.
  const effect = outcome.kind === "applied" ? { ...outcome, appData: outcome.group.appData } : outcome.effect;
  if (effect === undefined) return undefined;
  const { change, appData, without } = effect;
  const isTaken =
    conversation.facts === null
      ? allowedInPair(core, conversation, change)
      : isAllowed(group, change, appData);
  if (isTaken) return undefined;
  const offender = change.committer?.credential.account;
  return { without, ...(offender !== undefined && { offender }) };
}

function* enterEpoch(
  core: Core,
  transaction: Transaction,
  next: ConversationRecord,
  epoch: EpochStep,
  committer: string | undefined,
): Step<void> {
  const { after, change } = epoch;
  const pastHash = change.removed.length > 0 ? null : epoch.pastHash;
  const isIn =
    next.facts === null
      ? yield* enterPairEpoch(core, transaction, { ...next, pastHash }, epoch, committer)
      : yield* enterGroupEpoch(core, transaction, { ...next, pastHash }, epoch);
  if (!isIn) return;
  enqueuePeople(core);
  enqueueWishes(core, next.id);
  // What its sender has told the server about the delivery list need not be what the commit does.
  if (next.facts !== null) scheduleListCheck(core, next.id);
  if (change.removed.length > 0) enqueueForgetPast(core, after.id);
  else setTimer(core, "maintenance", PAST_EPOCH_MS);
}

/** Drops the keys of past epochs in every group whose time is over. */
export function enqueueMaintenance(core: Core): void {
  for (const conversation of core.state.conversations.values()) {
    if (conversation.group === null || conversation.pastHash === null) continue;
    const leftMs = leftOfSpan(core, conversation.keysRenewedAtMs, PAST_EPOCH_MS);
    if (leftMs > 0) setTimer(core, "maintenance", leftMs);
    else enqueueForgetPast(core, conversation.group);
  }
}

function enqueueForgetPast(core: Core, group: GroupId): void {
  core.enqueue({ key: `forget/${group}`, run: () => forgetPast(core, group) });
}

function* forgetPast(core: Core, id: GroupId): Step<void> {
  const conversationId = core.state.conversationOfGroup.get(id);
  const conversation = conversationId && core.state.conversations.get(conversationId);
  if (conversation === undefined) return;
  const group = yield* loadGroup(core, id);
  const result = yield* mls({ op: "forgetPast", group });
  if (!result.ok) return;
  const transaction = new Transaction().group(result.output.group, result.output.delta);
  yield* commit(core, transaction.conversation({ ...conversation, pastHash: null }));
}

/** In a group the others put this device in anew, once it has told them (GRP-12). */
function* stop(
  core: Core,
  transaction: Transaction,
  conversation: ConversationRecord,
  state: "fork" | "undecided",
  effect?: CommitEffect,
): Step<void> {
  // Who is on the way out just goes (GRP-10).
  if (isLeaving(core.state, conversation.id)) return yield* finishLeaving(core, transaction, conversation);
  if (conversation.facts !== null) noteUndecided(core, transaction, conversation.id, effect);
  yield* commit(core, transaction.conversation({ ...conversation, state }));
  emit(core, { type: "conversation", conversation: conversation.id, change: state });
  enqueueStepsOff(core);
}
