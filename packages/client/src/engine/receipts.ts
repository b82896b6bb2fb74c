/**
 * Delivered and read receipts (MSG-6): uncounted, cumulative, at most one per conversation in 2 s, or 250 ms over a link, never to somebody whose request has not been
 * accepted. A receipt that is lost is made again from the records, so none is kept in the outbox.
 */
import type { ConversationId, ReceiptBody, StreamReceipt } from "@sotto/protocol";
import { outboxOf } from "./conversations.ts";
import type { ClientEvent } from "./contract.ts";
import type { Core, Step } from "./core.ts";
import { commit, leftOfSpan, setTimer } from "./core.ts";
import { carryReceipt } from "./direct/carry.ts";
import { routeNow, routeOf } from "./direct/route.ts";
import { openLink } from "./direct/state.ts";
import { nextWords, settleWords } from "./fileReceipts.ts";
import { post } from "./posts.ts";
import type { ConversationRecord } from "./records/conversation.ts";
import { deliveredUpTo, withReceipted } from "./streams.ts";
import { Transaction } from "./transaction.ts";
import { sealUncounted } from "./uncounted.ts";

const RECEIPT_INTERVAL_MS = 2000;
/** Over a link a receipt costs nobody but the two devices anything. */
const DIRECT_INTERVAL_MS = 250;

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
  if (conversation.state !== "active") return [];
  return conversation.streams
    .map((stream) => ({ record: stream, delivered: deliveredUpTo(stream) }))
    .filter(
      ({ record, delivered }) => delivered > record.receiptedDelivered || record.read > record.receiptedRead,
    )
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

/** Takes in what the others' receipts say of this device's stream: adds the change to the transaction and says which states changed. */
export function applyReceipts(
  core: Core,
  transaction: Transaction,
  conversation: ConversationRecord,
  receipts: readonly StreamReceipt[],
): { conversation: ConversationRecord; events: readonly ClientEvent[] } {
  const mine = receipts.filter(({ stream }) => stream === conversation.stream);
  if (mine.length === 0) return { conversation, events: [] };
  // A receipt cannot confirm what was never sent.
  const delivered = Math.max(
    conversation.delivered,
    Math.min(conversation.lastCounter, Math.max(...mine.map((r) => r.delivered))),
  );
  const read = Math.max(conversation.read, Math.min(delivered, Math.max(...mine.map((r) => r.read))));
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
