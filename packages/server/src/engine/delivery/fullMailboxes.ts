/**
 * RLY-26: a full mailbox does not hold up its group. Messages that do not fit are left out of it, and it is told so once; one that has no room for a
 * handshake either goes off the delivery list. In a pair the other side waits instead (RLY-15).
 */
import type { GroupId, MailboxId } from "@sotto/protocol";
import type { Recipient } from "../../ports/records.ts";
import type { StoreTx } from "../../ports/store.ts";
import type { RuleContext } from "../context.ts";
import { wholeBody } from "../frames/entryFrame.ts";
import { deliver, hasRoom, usageOf } from "./deliver.ts";

/** Tells the mailbox that messages were left out behind what it has; call it again only after it has got some. */
export function tellMissed(tx: StoreTx, context: RuleContext, group: GroupId, recipient: Recipient): void {
  const { mailbox, missed } = recipient;
  if (putMissed(tx, context, group, mailbox, 2) && !missed) tx.setMissed(group, mailbox, true);
}

/** Tells a mailbox that has gone off the list that something was left out. */
export function tellLeftOut(tx: StoreTx, context: RuleContext, group: GroupId, mailbox: MailboxId): void {
  putMissed(tx, context, group, mailbox, 3);
}

/** False when not even that fits. */
function putMissed(
  tx: StoreTx,
  context: RuleContext,
  group: GroupId,
  mailbox: MailboxId,
  share: 2 | 3,
): boolean {
  const body = wholeBody({ type: "missed", group });
  if (!hasRoom(tx.usage(mailbox), usageOf(body), context, share)) return false;
  deliver(tx, context, body, [mailbox]);
  return true;
}
