/**
 * Mailboxes that went off a delivery list although their leaf is still in the tree: the device was revoked, or its mailbox is full. Until a
 * handshake removes or adds them, everybody in the group may bring in devices of their account (RLY-23).
 */
import type { GroupId, MailboxId } from "@sotto/protocol";
import type { StoreTx } from "../../ports/store.ts";

/** Of a device that still exists. */
export function noteAbsentee(tx: StoreTx, group: GroupId, mailbox: MailboxId): void {
  const device = tx.deviceByMailbox(mailbox);
  if (device === undefined) throw new Error("an absent mailbox is of no device");
  tx.addAbsentee(group, { mailbox, account: device.account });
}
