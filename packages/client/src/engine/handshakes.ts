/**
 * Handshakes: all members apply the same ones in the server's order (MLS-7 to MLS-12). A commit of ours takes effect when it comes back in that
 * order, never before; one that lost its place is made again.
 */
import type { EpochChange, HandshakeOutcome, MlsGroup, Transition } from "@sotto/crypto";
import { OTHER_PREDECESSOR } from "@sotto/crypto";
import type { ConversationId, GroupId, HandshakeEntry, Payload } from "@sotto/protocol";
import { bytesEqual, encodeHandshakeBinding, idBytes } from "@sotto/protocol";
import { releaseHold } from "./answers.ts";
import { withOpenBase } from "./bases.ts";
import { nextHandshakeHash } from "./chain.ts";
import { enqueueCommit } from "./commits.ts";
import { contactOf, commitEnd, isStopped, requeueOutbox, withNewStream } from "./conversations.ts";
import type { Core, Step } from "./core.ts";
import { commit, emit, leftOfSpan, mls, mlsOrThrow, request, setTimer } from "./core.ts";
import { onPeerReady } from "./direct/calls.ts";
import { enqueueTaking } from "./direct/intake.ts";
import { endLink } from "./direct/state.ts";
import { loadGroup } from "./groups.ts";
import { leaveAgain, loseGroup } from "./leaving.ts";
import { enqueueReceipt } from "./receipts.ts";
import type { ContactRecord } from "./records/contact.ts";
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
  if (conversation === undefined || entry.index < conversation.headIndex || isStopped(conversation)) {
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
  const group = yield* loadGroup(core, pending.group);
  const adopted = yield* mlsOrThrow({ op: "adopt", group, pending: pending.next });
  transaction.group(adopted.group, adopted.delta).dropPending(pending.group);
  next = { ...next, ownKeysAtMs: core.now() };
  if (pending.reason === "repair") {
    requeueOutbox(core, transaction, next.id);
    next = withNewStream(core, next);
  }
  yield* enterEpoch(
    core,
    transaction,
    next,
    pastHash,
    adopted.group,
    adopted.change,
    core.state.identity.account,
  );
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
  });
  // Whatever the outcome, a commit of ours for this index has lost its place; it is made again below.
  if (pending !== undefined) transaction.dropPending(pending.group);
  // What is on its way over a link may have been sent before the handshake, in the epoch that stays.
  const stayed = { ...next, pastHash: before.headHash };
  const refused = groupWithout(core, next, outcome);
  if (refused !== undefined) {
    // The next epoch is not entered; the chain goes on over the refused handshake, at every member alike.
    yield* commit(core, transaction.group(refused.group, refused.delta).conversation(stayed));
    const isFork = outcome.kind === "refused" && outcome.reason === OTHER_PREDECESSOR;
    const change = isFork ? "fork" : "refusedHandshake";
    emit(core, { type: "conversation", conversation: next.id, change });
  } else if (outcome.kind === "undecided") {
    yield* stop(core, transaction, before, "undecided");
    return;
  } else if (outcome.kind === "proposed") {
    // Its epoch stays; whoever commits next removes the leaver.
    yield* commit(core, transaction.group(outcome.group, outcome.delta).conversation(stayed));
  } else if (outcome.kind === "applied") {
    transaction.group(outcome.group, outcome.delta);
    const committer = outcome.change.committer?.credential.account;
    yield* enterEpoch(core, transaction, next, before.headHash, outcome.group, outcome.change, committer);
  }
  if (pending !== undefined) commitAgain(core, next, pending.reason);
}

/** What a commit of ours was for is still wanted. */
function commitAgain(core: Core, conversation: ConversationRecord, reason: CommitReason): void {
  if (reason === "repair") {
    if (conversation.peer !== null) enqueueRepair(core, conversation.peer);
  } else if (reason !== "create") enqueueCommit(core, conversation.id, reason);
}

/** The group as a refused handshake leaves it, whether its bytes are wrong or what it does; `undefined` for one that is not refused. */
function groupWithout(
  core: Core,
  conversation: ConversationRecord,
  outcome: HandshakeOutcome,
): Transition | undefined {
  if (outcome.kind === "refused") return outcome;
  if (outcome.kind === "proposed") return undefined;
  // What it does is seen by all, by those too who cannot read what is theirs of it.
  const effect = outcome.kind === "applied" ? outcome : outcome.effect;
  return effect && !allowedInPair(core, conversation, effect.change) ? effect.without : undefined;
}

/** In a pair a commit may renew keys, and replace devices of the two accounts by others of the same accounts and keys. */
function allowedInPair(core: Core, conversation: ConversationRecord, change: EpochChange): boolean {
  const { account, credential } = core.state.identity;
  const peer = contactOf(core.state, conversation);
  return change.added.every(({ credential: added }) => {
    if (added.account === account) return bytesEqual(added.accountKey, credential.accountKey);
    return (
      added.account === conversation.peer &&
      peer !== undefined &&
      bytesEqual(added.accountKey, peer.accountKey)
    );
  });
}

function* enterEpoch(
  core: Core,
  transaction: Transaction,
  next: ConversationRecord,
  pastHash: Uint8Array,
  group: MlsGroup,
  change: EpochChange,
  committer: string | undefined,
): Step<void> {
  if (!group.active) {
    yield* commitEnd(core, transaction, next);
    return;
  }
  const accepted = acceptedBy(core, next, committer);
  if (accepted !== undefined) transaction.contact(accepted);
  transaction.conversation({
    ...(change.added.length > 0 ? withOpenBase(next) : next),
    state: accepted === undefined ? next.state : "active",
    pastHash: change.removed.length > 0 ? null : pastHash,
    keysRenewedAtMs: core.now(),
  });
  yield* commit(core, transaction);
  emit(core, { type: "conversation", conversation: next.id, change: "keysRenewed" });
  if (accepted !== undefined) {
    emit(core, {
      type: "contact",
      account: accepted.account,
      userName: accepted.userName,
      state: "accepted",
    });
    emit(core, { type: "vaultDue" });
    // The request's text has waited for this, and perhaps somebody who looks at the conversation.
    enqueueReceipt(core, next.id);
    onPeerReady(core, next.id);
  }
  endRemovedLink(core, next.id, change);
  if (change.removed.length > 0) enqueueForgetPast(core, group.id);
  else setTimer(core, "maintenance", PAST_EPOCH_MS);
}

/** Nothing is taken from, or sent to, a device that is no member any more. */
function endRemovedLink(core: Core, id: ConversationId, { removed }: EpochChange): void {
  const device = core.live.links.get(id)?.device;
  if (removed.some(({ credential }) => credential.device === device)) endLink(core, id);
}

/** A request is accepted by its recipient's first commit. */
function acceptedBy(
  core: Core,
  conversation: ConversationRecord,
  committer: string | undefined,
): ContactRecord | undefined {
  const contact = contactOf(core.state, conversation);
  if (conversation.state !== "pending" || contact === undefined || committer === undefined) return undefined;
  const recipient = contact.state === "outgoing" ? conversation.peer : core.state.identity.account;
  if (contact.state !== "outgoing" && contact.state !== "incoming" && contact.state !== "accepted")
    return undefined;
  return committer === recipient ? { ...contact, state: "accepted" } : undefined;
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

function* stop(
  core: Core,
  transaction: Transaction,
  conversation: ConversationRecord,
  state: "fork" | "undecided",
): Step<void> {
  yield* commit(core, transaction.conversation({ ...conversation, state }));
  emit(core, { type: "conversation", conversation: conversation.id, change: state });
}
