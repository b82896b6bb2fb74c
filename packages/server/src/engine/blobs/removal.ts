/** When a file at the relay is no longer wanted (BLB-6): its row goes in the transaction of what ended it, its bytes afterwards. */
import type { AccountId, GroupId, MailboxId } from "@sotto/protocol";
import type { BlobRecord } from "../../ports/records.ts";
import type { StoreTx } from "../../ports/store.ts";
import type { RuleContext } from "../context.ts";

export function removeBlobs(tx: StoreTx, blobs: readonly BlobRecord[], context: RuleContext): void {
  if (blobs.length === 0) return;
  for (const { blob } of blobs) tx.deleteBlob(blob);
  context.notify({ type: "blobsRemoved", places: blobs.map(({ place }) => place) });
}

/** The mailbox waits for the blob no longer; without another that does, the blob goes. */
export function readerDone(tx: StoreTx, blob: BlobRecord, mailbox: MailboxId, context: RuleContext): void {
  if (tx.removeBlobReader(blob.blob, mailbox) === 0) removeBlobs(tx, [blob], context);
}

/** The mailbox is off the group's delivery list, or the group is about to go. */
export function readerLeft(tx: StoreTx, group: GroupId, mailbox: MailboxId, context: RuleContext): void {
  removeBlobs(tx, tx.removeGroupReader(group, mailbox), context);
}

export function removeBlobsOfGroup(tx: StoreTx, group: GroupId, context: RuleContext): void {
  removeBlobs(tx, tx.blobsOfGroup(group), context);
}

export function removeBlobsOfAccount(tx: StoreTx, account: AccountId, context: RuleContext): void {
  removeBlobs(tx, tx.blobsOfAccount(account), context);
}
