/**
 * The server's store is another one than before (NET-3): it was restored from a backup. Its mailbox counts anew, and what it had taken since
 * may be gone: messages that nobody has confirmed go out again, and so do receipts and the leaving of groups. Links end: who goes on over one
 * would not learn that the server has forgotten the group's last handshakes.
 */
import { outboxOf } from "./conversations.ts";
import type { Core, Step } from "./core.ts";
import { commit } from "./core.ts";
import { callAfresh } from "./direct/calls.ts";
import { endLink } from "./direct/state.ts";
import { enqueueLeave } from "./leaving.ts";
import { enqueueDispatch } from "./posts.ts";
import type { OutboxRecord } from "./records/outbox.ts";
import { enqueueDueReceipts } from "./receipts.ts";
import { isForeignStore } from "./serverStore.ts";
import { Transaction } from "./transaction.ts";

export function enqueueStoreChange(core: Core): void {
  if (isForeignStore(core)) core.enqueue({ key: "store", run: () => adoptStore(core) });
}

/** Part of a job: takes the server's store for its own, before anything of it is taken in. Does nothing if it is. */
export function* adoptStore(core: Core): Step<void> {
  const { serverStore } = core.live;
  if (serverStore === null || !isForeignStore(core)) return;
  const transaction = new Transaction().store(serverStore);
  const isAnother = core.state.position.store !== null;
  if (isAnother) {
    transaction.cursor(0);
    sendAgain(core, transaction);
  }
  yield* commit(core, transaction);
  for (const group of core.state.leaving) enqueueLeave(core, group);
  for (const id of core.state.conversations.keys()) {
    if (isAnother && endLink(core, id) !== undefined) callAfresh(core, id);
    enqueueDispatch(core, id);
  }
  enqueueDueReceipts(core);
}

function sendAgain(core: Core, transaction: Transaction): void {
  core.live.acknowledged.clear();
  for (const group of core.state.left) transaction.leaving(group);
  for (const conversation of core.state.conversations.values()) {
    const streams = conversation.streams.map((stream) => ({
      ...stream,
      receiptedDelivered: 0,
      receiptedRead: 0,
    }));
    const records = outboxOf(core.state, conversation.id);
    // A server that has forgotten those has forgotten the handshake behind them, and the group is lost.
    const isSafe = ({ counter }: OutboxRecord): boolean => counter > 0 && counter <= conversation.base;
    const sentThrough = records.findLast(isSafe)?.order ?? 0;
    transaction.conversation({ ...conversation, streams, sentThrough });
    for (const record of records) {
      if (record.stage === "sent" && !isSafe(record))
        transaction.outbox({ ...record, stage: "queued", ciphertext: null });
    }
  }
}
