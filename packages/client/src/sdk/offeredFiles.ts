/** Files of messages, as transfers keep them. */
import type { ConversationId, FileManifest, MessageId } from "@sotto/protocol";
import type { StoredMessage } from "../engine/contract.ts";
import type { TransferRecord } from "../transfers/record.ts";
import type { Transfers } from "../transfers/runtime.ts";

/** What a message offers. A file that came with an archive (ARC-9) has nothing that opens it: it is none to transfers. */
export function learnFiles(
  transfers: Pick<Transfers, "learn" | "record" | "store">,
  message: StoredMessage,
): void {
  if (message.files.length === 0) return;
  for (const manifest of message.files.filter(({ key }) => key.length > 0)) {
    const record = recordOf(manifest, message.conversation, message.id, message.mine, "offered");
    // In the transaction that says that the message has been seen: it is not looked at again.
    if (transfers.record(record.transfer) === undefined) transfers.store.put(record);
    transfers.learn(record);
  }
  transfers.store.markSeen(message.conversation, message.order);
}

export function recordOf(
  { transfer, path, sizeBytes, key, root }: FileManifest,
  conversation: ConversationId,
  message: MessageId,
  mine: boolean,
  state: TransferRecord["state"],
): TransferRecord {
  return {
    transfer,
    conversation,
    message,
    mine,
    path,
    sizeBytes,
    key,
    root,
    state,
    paused: false,
    reason: null,
    relay: "none",
    relayUntilMs: 0,
    peerBelow: 0,
    owed: null,
    receipt: "none",
    losses: 0,
  };
}
