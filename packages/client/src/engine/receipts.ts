/**
 * Delivered and read receipts (MSG-6): uncounted, cumulative, at most one per conversation in 2 s, or 250 ms over a link, never to somebody whose request has not been
 * accepted, nor in a group of more than 20 accounts. A receipt that is lost is made again from the records, so none is kept in the outbox.
 */
import type { AccountId, ConversationId, ReceiptBody, StreamReceipt } from "@sotto/protocol";
import { historyOf, outboxOf } from "./conversations.ts";
import type { ClientEvent } from "./contract.ts";
import type { Core, Step } from "./core.ts";
import { commit, leftOfSpan, setTimer } from "./core.ts";
import { carryReceipt } from "./direct/carry.ts";
import { routeNow, routeOf } from "./direct/route.ts";
import { openLink } from "./direct/state.ts";
import { nextWords, settleWords } from "./fileReceipts.ts";
import { hasReceipts, leastOf, withConfirmed } from "./group/watermarks.ts";
import { post } from "./posts.ts";
import type { ConversationRecord } from "./records/conversation.ts";
import { stageIn } from "./records/outbox.ts";
import { isUnsent } from "./state.ts";
import { deliveredUpTo, withReceipted } from "./streams.ts";
import { Transaction } from "./transaction.ts";
import { sealUncounted } from "./uncounted.ts";

const RECEIPT_INTERVAL_MS = 2000;
/** Over a link a receipt costs nobody but the two devices anything. */
const DIRECT_INTERVAL_MS = 250;
/** As many as fit one receipt; others follow. */
const MAX_STREAMS = 256;
/** Own messages in a group whose receipts are waited for. */
const MAX_FOLLOWED = 200;

/** Sends a receipt for the conversation if one is due, now or when the interval is over. */
export function enqueueReceipt(core: Core, id: ConversationId): void {
  const sentAtMs = core.live.receiptSentAtMs.get(id) ?? Number.NEGATIVE_INFINITY;
  const intervalMs = routeNow(core, id) === "direct" ? DIRECT_INTERVAL_MS : RECEIPT_INTERVAL_MS;
  const waitMs = leftOfSpan(core, sentAtMs, intervalMs);
  if (waitMs > 0) setTimer(core, "receipts", waitMs);
  else core.enqueue({ key: `receipt/${id}`, run: () => sendReceipt(core, id) });
}

/** All conversations that owe a receipt. */
export function enqueueDueReceipts(core: Core): void {
  for (const conversation of core.state.conversations.values()) {
    if (dueReceipt(core, conversation) !== undefined) enqueueReceipt(core, conversation.id);
  }
}

function* sendReceipt(core: Core, id: ConversationId): Step<void> {
  const conversation = core.state.conversations.get(id);
  if (conversation === undefined || routeOf(core, conversation) === undefined) return;
  const body = dueReceipt(core, conversation);
  if (body === undefined) return;
  core.live.receiptSentAtMs.set(id, core.now());
  const [ciphertext] = yield* sealUncounted(core, conversation, [body]);
  // The way may have changed meanwhile: what is not sent now is due still.
  const route = routeOf(core, conversation);
  const link = openLink(core, id);
  const { headIndex: index } = conversation;
  if (route === "direct" && link !== undefined)
    carryReceipt(core, link, conversation, ciphertext as Uint8Array, body);
  else if (route === "relay")
    post(core, conversation, index, ciphertext as Uint8Array, {
      kind: "receipt",
      conversation: id,
      index,
      body,
    });
}

function dueReceipt(core: Core, conversation: ConversationRecord): ReceiptBody | undefined {
  const receipts = dueReceipts(conversation);
  const { whole, asked } = nextWords(core, conversation.id);
  if (receipts.length + whole.length + asked.length === 0) return undefined;
  return { kind: "receipt", receipts, whole, asked };
}

function dueReceipts(conversation: ConversationRecord): readonly StreamReceipt[] {
  const { facts } = conversation;
  if (conversation.state !== "active" || !hasReceipts(conversation)) return [];
  return conversation.streams
    .filter(({ account }) => facts === null || facts.members.includes(account))
    .map((stream) => ({ record: stream, delivered: deliveredUpTo(stream) }))
    .filter(
      ({ record, delivered }) => delivered > record.receiptedDelivered || record.read > record.receiptedRead,
    )
    .slice(0, MAX_STREAMS)
    .map(({ record, delivered }) => ({ stream: record.stream, delivered, read: record.read }));
}

/** The server, or the other device, has stored a receipt: what it said is not said again. */
export function settleReceipt(core: Core, id: ConversationId, body: ReceiptBody): void {
  const { receipts } = body;
  settleWords(core, id, body);
  core.enqueue({
    key: `receipted/${id}/${receipts.map(({ delivered, read }) => `${delivered}.${read}`).join()}`,
    run: function* () {
      const conversation = core.state.conversations.get(id);
      if (conversation === undefined) return;
      const said = new Map(receipts.map((receipt) => [receipt.stream, receipt]));
      const streams = conversation.streams.map((stream) => {
        const receipt = said.get(stream.stream);
        return receipt === undefined ? stream : withReceipted(stream, receipt.delivered, receipt.read);
      });
      yield* commit(core, new Transaction().conversation({ ...conversation, streams }));
      enqueueReceipt(core, id);
    },
  });
}

/** What a device of that account says of streams. */
export interface Confirmation {
  readonly account: AccountId;
  readonly receipt: StreamReceipt;
}

/** A conversation as it is now, and which states of messages have changed with it. */
export interface Advanced {
  readonly conversation: ConversationRecord;
  readonly events: readonly ClientEvent[];
}

/** Takes in what the others' receipts say of this device's stream: adds the change to the transaction and says which states changed. */
export function applyReceipts(
  core: Core,
  transaction: Transaction,
  conversation: ConversationRecord,
  confirmations: readonly Confirmation[],
): Advanced {
  const mine = confirmations.filter(({ receipt }) => receipt.stream === conversation.stream);
  if (mine.length === 0) return { conversation, events: [] };
  const { facts, lastCounter } = conversation;
  if (facts === null) {
    const [delivered, read] = [mine.map((m) => m.receipt.delivered), mine.map((m) => m.receipt.read)];
    const reached = { delivered: Math.max(...delivered), read: Math.max(...read) };
    return advance(core, transaction, conversation, reached);
  }
  let next = facts;
  for (const { account, receipt } of mine)
    if (facts.members.includes(account) && account !== core.state.identity.account)
      next = withConfirmed(next, { account, ...receipt }, lastCounter);
  return advanceGroup(core, transaction, { ...conversation, facts: next });
}

/** After who is in a group has changed, what they have confirmed, or what the server has: the states that follow. Those of a pair are its receipts'. */
export function advanceGroup(
  core: Core,
  transaction: Transaction,
  conversation: ConversationRecord,
): Advanced {
  const { facts } = conversation;
  if (facts === null) return { conversation, events: [] };
  const advanced = advance(core, transaction, conversation, leastOf(core.state, conversation, facts));
  settleOld(core, transaction, advanced.conversation);
  return advanced;
}

function advance(
  core: Core,
  transaction: Transaction,
  conversation: ConversationRecord,
  said: Pick<ConversationRecord, "delivered" | "read">,
): Advanced {
  // A receipt cannot confirm what was never sent.
  const delivered = Math.max(conversation.delivered, Math.min(conversation.lastCounter, said.delivered));
  const read = Math.max(conversation.read, Math.min(delivered, said.read));
  const events: ClientEvent[] = [];
  for (const record of outboxOf(core.state, conversation.id)) {
    if (record.counter === 0 || record.counter > delivered) continue;
    const reached = (state: "delivered" | "read"): void => {
      events.push({ type: "state", conversation: conversation.id, id: record.id, state });
    };
    if (record.stage !== "delivered") reached("delivered");
    if (record.counter <= read) {
      transaction.dropOutbox(record);
      reached("read");
    }
  }
  return { conversation: { ...conversation, delivered, read }, events };
}

/**
 * In a group nobody waits for ever for the last one: messages that the server has, and that are many behind the newest or are not confirmed at all,
 * keep the state that they have.
 */
function settleOld(core: Core, transaction: Transaction, conversation: ConversationRecord): void {
  const kept = hasReceipts(conversation) ? MAX_FOLLOWED : 0;
  const held = outboxOf(core.state, conversation.id)
    .map((record) => stageIn(conversation, record))
    .filter((record) => !isUnsent(record) && record.counter > conversation.read);
  for (const record of held.slice(0, Math.max(0, held.length - kept))) {
    const state = record.stage === "delivered" ? "delivered" : "sent";
    transaction.dropOutbox(record).history(historyOf(core, record, state));
  }
}
