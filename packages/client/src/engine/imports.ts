/**
 * Messages of an archive (ARC-5 to ARC-8): they take their places in the history by the orders that they had where they were stored, are there once
 * however often they come, and are never sent. No keys and no groups come back: a conversation that this device does not have is an ended one.
 */
import type { AccountId, ConversationId, MessageId } from "@sotto/protocol";
import { pairConversationId } from "./chain.ts";
import type { Command, CommandResult, ImportedMessage } from "./contract.ts";
import type { Core, Step } from "./core.ts";
import { commit, emit, read, refusal } from "./core.ts";
import type { ConversationRecord } from "./records/conversation.ts";
import type { HistoryRecord, SettledState } from "./records/history.ts";
import { decodeOrder, messageIdKey, orderKey } from "./records/keys.ts";
import { TABLE } from "./records/table.ts";
import { Transaction } from "./transaction.ts";

type ImportCommand = Extract<Command, { kind: "importMessages" }>;

/** Takes in one run of messages of one conversation; `added` says how many were not here. */
export function* importMessages(core: Core, command: ImportCommand): Step<CommandResult> {
  const { conversation: id, peer, peerName, messages } = command;
  if (id !== pairConversationId(core.sha256, core.state.identity.account, peer))
    return refusal("unknownConversation");
  const known = yield* knownOrders(id, messages);
  const placed = yield* place(id, messages, known);
  const before = core.state.conversations.get(id);
  if (placed.length === 0) return { ok: true, conversation: id, added: 0 };
  const conversation = before ?? endedConversation(id, peer);
  const transaction = new Transaction().imported(id, {
    peerName: peerName ?? core.state.imported.get(id)?.peerName ?? null,
  });
  for (const { message, order } of placed) transaction.history(historyOf(core, id, message, order));
  const highest = placed.at(-1)?.order ?? 0;
  transaction.conversation({ ...conversation, nextOrder: Math.max(conversation.nextOrder, highest + 1) });
  yield* commit(core, transaction);
  if (before === undefined) emit(core, { type: "conversation", conversation: id, change: "created" });
  return { ok: true, conversation: id, added: placed.length };
}

/** Senders and ids of those messages that are in the history. */
export function* storedAmong(
  conversation: ConversationId,
  messages: readonly { readonly from: AccountId; readonly id: MessageId }[],
): Step<ReadonlySet<string>> {
  const orders = yield* knownOrders(conversation, messages);
  return new Set(messages.flatMap(({ from, id }, i) => (orders[i] === undefined ? [] : [from + id])));
}

/** The orders of those messages that are here. */
function* knownOrders(
  conversation: ConversationId,
  messages: readonly { readonly from: AccountId; readonly id: MessageId }[],
): Step<readonly (number | undefined)[]> {
  const keys = messages.map(({ id, from }) => messageIdKey(conversation, id, from));
  return (yield* read(TABLE.messageId, keys)).map((value) => value && decodeOrder(value));
}

interface Placed {
  readonly message: ImportedMessage;
  readonly order: number;
}

/**
 * The messages that are not here, each with its own order or, where that is taken or would be before the message that it follows, with the
 * next one that is free.
 */
function* place(
  conversation: ConversationId,
  messages: readonly ImportedMessage[],
  known: readonly (number | undefined)[],
): Step<readonly Placed[]> {
  const placed: Placed[] = [];
  const taken = new Set<string>();
  const wanted = messages.map(({ order }) => orderKey(conversation, order));
  const occupants = yield* read(TABLE.history, wanted);
  let last = 0;
  for (const [i, message] of messages.entries()) {
    const here = known[i];
    if (here !== undefined) {
      last = Math.max(last, here);
      continue;
    }
    if (taken.has(message.from + message.id)) continue;
    taken.add(message.from + message.id);
    const isFree = message.order > last && occupants[i] === undefined;
    const order = isFree ? message.order : yield* nextFree(conversation, Math.max(message.order, last + 1));
    placed.push({ message, order });
    last = order;
  }
  return placed;
}

function* nextFree(conversation: ConversationId, from: number): Step<number> {
  for (let order = from; ; order++) {
    const [occupant] = yield* read(TABLE.history, [orderKey(conversation, order)]);
    if (occupant === undefined) return order;
  }
}

/** A pair of which this device knows nothing but its history: a contact request begins it anew. */
function endedConversation(id: ConversationId, peer: AccountId): ConversationRecord {
  return {
    id,
    peer,
    facts: null,
    state: "ended",
    group: null,
    headIndex: 0,
    headHash: ZERO_HASH,
    headHandshake: ZERO_HASH,
    pastHash: null,
    keysRenewedAtMs: 0,
    ownKeysAtMs: 0,
    stream: ZERO_ID,
    lastCounter: 0,
    lastHash: ZERO_HASH,
    base: 0,
    baseIndex: 0,
    baseTakenIndex: 0,
    takenIndex: 0,
    enteredIndex: 0,
    joinedIndex: 0,
    delivered: 0,
    read: 0,
    sentThrough: 0,
    streams: [],
    nextOrder: 1,
    unread: 0,
    readOrder: 0,
  };
}

const ZERO_HASH = new Uint8Array(32);
const ZERO_ID = "0".repeat(32) as ConversationRecord["stream"];

function historyOf(
  core: Core,
  conversation: ConversationId,
  { id, from, text, files, replyTo, sentAtMs, storedAtMs, path, state }: ImportedMessage,
  order: number,
): HistoryRecord {
  const mine = from === core.state.identity.account;
  const settled = mine ? ownState(state) : "read";
  const place = { conversation, order };
  return { ...place, id, from, text, files, event: null, replyTo, sentAtMs, storedAtMs, path, settled };
}

/** What was on its way when the archive was made is not sent from here. */
function ownState(state: ImportedMessage["state"]): SettledState {
  return state === "sending" ? "failed" : state;
}
