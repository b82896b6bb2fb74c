/** Records of conversations: how one begins, moves to another group, and what state an own message is in. */
import type { ConversationId, GroupId, StreamId } from "@sotto/protocol";
import { newStreamId } from "./chain.ts";
import type { MessageState, StoredMessage } from "./contract.ts";
import type { Core, Step } from "./core.ts";
import { commit, emit } from "./core.ts";
import { endLink } from "./direct/state.ts";
import type { ContactRecord } from "./records/contact.ts";
import type { ConversationRecord } from "./records/conversation.ts";
import type { HistoryRecord, SettledState } from "./records/history.ts";
import type { OutboxRecord } from "./records/outbox.ts";
import type { StoredState } from "./state.ts";
import type { Transaction } from "./transaction.ts";

const ZERO_HASH = new Uint8Array(32);

/** Where a group stands when this device enters it. */
export interface GroupEntry {
  readonly group: GroupId;
  readonly index: number;
  /** Chain hash. */
  readonly hash: Uint8Array;
  /** SHA-256 of the handshake itself. */
  readonly handshake: Uint8Array;
}

/** The conversation carried by `entry` from now on: with its history if there is one, and with a fresh own stream. */
export function enterGroup(
  core: Core,
  id: ConversationId,
  { peer, facts }: Pick<ConversationRecord, "peer" | "facts">,
  state: ConversationRecord["state"],
  entry: GroupEntry,
): ConversationRecord {
  const before = core.state.conversations.get(id);
  return {
    id,
    peer,
    facts,
    state,
    group: entry.group,
    headIndex: entry.index,
    headHash: entry.hash,
    headHandshake: entry.handshake,
    pastHash: null,
    keysRenewedAtMs: core.now(),
    ownKeysAtMs: core.now(),
    stream: newStream(core, id),
    lastCounter: 0,
    lastHash: ZERO_HASH,
    base: 0,
    baseIndex: entry.index,
    baseTakenIndex: 0,
    takenIndex: 0,
    enteredIndex: entry.index,
    joinedIndex: entry.index,
    delivered: 0,
    read: 0,
    sentThrough: 0,
    streams: before?.streams ?? [],
    nextOrder: before?.nextOrder ?? 1,
    unread: before?.unread ?? 0,
    readOrder: before?.readOrder ?? 0,
  };
}

function newStream({ sha256, random, state }: Core, id: ConversationId): StreamId {
  return newStreamId(sha256, random, id, state.identity);
}

/** A fresh own stream in the same group: for members who were not there when the old one began. */
export function withNewStream(core: Core, conversation: ConversationRecord): ConversationRecord {
  return {
    ...conversation,
    stream: newStream(core, conversation.id),
    lastCounter: 0,
    lastHash: ZERO_HASH,
    base: 0,
    baseIndex: conversation.headIndex,
    baseTakenIndex: 0,
    takenIndex: 0,
    delivered: 0,
    read: 0,
    sentThrough: 0,
  };
}

/** Puts what the other side has not confirmed back into the queue: it goes out again in the new group, under the same message ids. */
export function requeueOutbox(core: Core, transaction: Transaction, conversation: ConversationId): void {
  for (const record of outboxOf(core.state, conversation)) {
    if (record.stage === "delivered") transaction.outbox({ ...record, counter: 0 });
    else
      transaction.outbox({
        ...record,
        stage: "queued",
        counter: 0,
        content: null,
        ciphertext: null,
        index: 0,
      });
  }
}

/**
 * The same for a group that is entered anew: what the server has is with its members, and keeps the state that it has reached; only the rest goes
 * out again.
 */
export function requeueUnsent(core: Core, transaction: Transaction, conversation: ConversationId): void {
  requeueOutbox(core, transaction, conversation);
  settleTaken(core, transaction, outboxOf(core.state, conversation));
}

/** Messages that the server has taken and nobody waits for any more. */
function settleTaken(core: Core, transaction: Transaction, records: readonly OutboxRecord[]): void {
  for (const record of records)
    if (record.stage === "sent" || record.stage === "delivered")
      transaction.dropOutbox(record).history(historyOf(core, record, record.stage));
}

/** True when nothing more can be received in the conversation's group. */
export function isStopped(conversation: ConversationRecord): boolean {
  return (
    conversation.state === "ended" || conversation.state === "undecided" || conversation.state === "fork"
  );
}

/** Nothing more goes out; what was not confirmed has failed, in a group what the server does not have. Returns the failed messages. */
function endConversation(
  core: Core,
  transaction: Transaction,
  conversation: ConversationRecord,
  keepsGroup: boolean,
): readonly OutboxRecord[] {
  const records = outboxOf(core.state, conversation.id);
  const isLost = ({ stage }: OutboxRecord): boolean =>
    stage !== "delivered" && (conversation.peer !== null || stage !== "sent");
  const failed = records.filter(isLost);
  for (const record of records) transaction.dropOutbox(record);
  for (const record of failed) transaction.history(historyOf(core, record, "failed"));
  const kept = records.filter((record) => !isLost(record));
  settleTaken(core, transaction, kept);
  if (keepsGroup) transaction.conversation({ ...conversation, state: "ended" });
  else {
    if (conversation.group !== null) transaction.dropGroup(conversation.group, core.state);
    transaction.conversation({ ...conversation, state: "ended", group: null, pastHash: null });
  }
  return failed;
}

/** What was posted to a group that no longer carries the conversation: answers that are still on their way mean nothing any more, nor does its link. */
export function forgetPosts(core: Core, id: ConversationId): void {
  const { live } = core;
  endLink(core, id);
  live.signals.delete(id);
  for (const [requestId, { conversation }] of live.inflight)
    if (conversation === id) live.inflight.delete(requestId);
  live.acknowledged.delete(id);
  live.held.delete(id);
  live.resume.delete(id);
}

/**
 * Stores the end of a conversation together with what else is in the transaction, then says so. `keepsGroup`: what it has of the group is still
 * needed to get out of it.
 */
export function* commitEnd(
  core: Core,
  transaction: Transaction,
  conversation: ConversationRecord,
  keepsGroup = false,
): Step<void> {
  const failed = endConversation(core, transaction, conversation, keepsGroup);
  yield* commit(core, transaction);
  forgetPosts(core, conversation.id);
  emit(core, { type: "conversation", conversation: conversation.id, change: "ended" });
  for (const { id } of failed)
    emit(core, { type: "state", conversation: conversation.id, id, state: "failed" });
}

/** The contact of a pair. */
export function contactOf(
  { contacts }: Pick<StoredState, "contacts">,
  { peer }: Pick<ConversationRecord, "peer">,
): ContactRecord | undefined {
  return peer === null ? undefined : contacts.get(peer);
}

/** Somebody in it is shown with other keys than those that are known: nothing is sent until the user has decided (CON-3). */
export function isPaused(
  { contacts }: Pick<StoredState, "contacts">,
  { peer, facts }: Pick<ConversationRecord, "peer" | "facts">,
): boolean {
  const accounts = facts?.members ?? (peer === null ? [] : [peer]);
  return accounts.some((account) => {
    const contact = contacts.get(account);
    return contact?.keysChanged === true && (facts === null || !OUTSIDERS.includes(contact.state));
  });
}

/** Of those whom the user wants nothing to do with nothing is decided. */
const OUTSIDERS: readonly ContactRecord["state"][] = ["removed", "blocked"];

/** The history record of an own message. `settled`: no other state will come. */
export function historyOf(core: Core, record: OutboxRecord, settled: SettledState | null): HistoryRecord {
  return {
    conversation: record.conversation,
    order: record.order,
    id: record.id,
    from: core.state.identity.account,
    text: record.text,
    files: record.files,
    event: null,
    replyTo: record.replyTo,
    sentAtMs: record.composedAtMs,
    storedAtMs: record.composedAtMs,
    path: record.path ?? "relay",
    settled,
  };
}

/** A record whose ciphertext the other side can open now. */
export type SealedRecord = OutboxRecord & { readonly ciphertext: Uint8Array };

/** It is encrypted under the conversation's epoch. */
export function isSealed(record: OutboxRecord, conversation: ConversationRecord): record is SealedRecord {
  return record.ciphertext !== null && record.index === conversation.headIndex;
}

export function outboxOf(state: StoredState, conversation: ConversationId): readonly OutboxRecord[] {
  return [...(state.outbox.get(conversation)?.values() ?? [])];
}

/** Those that the server is not known to have, in their order. */
export function unsentOf(state: StoredState, conversation: ConversationId): readonly OutboxRecord[] {
  return inOrder(state.unsent.get(conversation));
}

/** Those that the other side has not confirmed, in their order. */
export function unconfirmedOf(state: StoredState, conversation: ConversationId): readonly OutboxRecord[] {
  return inOrder(state.unconfirmed.get(conversation));
}

/** Some may have been put back behind later ones. */
function inOrder(index: ReadonlyMap<number, OutboxRecord> | undefined): readonly OutboxRecord[] {
  const records = [...(index?.values() ?? [])];
  const isInOrder = records.every(({ order }, i) => order > (records[i - 1]?.order ?? 0));
  return isInOrder ? records : records.toSorted((a, b) => a.order - b.order);
}

/** A history record as applications see it. */
export function messageOf(state: StoredState, record: HistoryRecord): StoredMessage {
  const mine = record.from === state.identity.account;
  const { settled, path, ...message } = record;
  return {
    ...message,
    mine,
    path: (mine ? state.outbox.get(record.conversation)?.get(record.order)?.path : null) ?? path,
    state: settled ?? (mine ? ownState(state, record) : receivedState(state, record)),
  };
}

/** An own message is read when it has left the outbox: it stays there until then. */
function ownState(state: StoredState, { conversation, order }: HistoryRecord): MessageState {
  switch (state.outbox.get(conversation)?.get(order)?.stage) {
    case "queued":
    case "encrypted":
      return "sending";
    case "sent":
      return "sent";
    case "delivered":
      return "delivered";
    case undefined:
      return "read";
  }
}

function receivedState(state: StoredState, { conversation, order }: HistoryRecord): MessageState {
  return order <= (state.conversations.get(conversation)?.readOrder ?? 0) ? "read" : "delivered";
}
