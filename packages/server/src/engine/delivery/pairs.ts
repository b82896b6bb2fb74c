/** Presence follows accepted pairs (RLY-17): each side sees the other while both are on the delivery list. */
import type { AccountId, MailboxId } from "@sotto/protocol";
import type { GroupRecord, Recipient } from "../../ports/records.ts";
import type { StoreTx } from "../../ports/store.ts";
import type { RuleContext } from "../context.ts";

/** The account whose presence `account` sees in the group, or null. */
export function visiblePeer(
  group: GroupRecord,
  recipients: readonly Recipient[],
  account: AccountId,
): AccountId | null {
  if (group.kind !== "pair" || group.state !== "open") return null;
  return recipients.find((recipient) => recipient.account !== account)?.account ?? null;
}

/** Tells what every mailbox of a pair sees after its state or delivery list has changed. */
export function notifyPair(
  tx: StoreTx,
  context: RuleContext,
  group: GroupRecord,
  gone: readonly MailboxId[],
): void {
  if (group.kind !== "pair") return;
  const recipients = tx.recipients(group.group);
  for (const mailbox of gone) context.notify({ type: "pair", mailbox, group: group.group, peer: null });
  for (const { mailbox, account } of recipients) {
    context.notify({
      type: "pair",
      mailbox,
      group: group.group,
      peer: visiblePeer(group, recipients, account),
    });
  }
}
