/** Checks that handshakes and new groups share, before anything is written. */
import type { HandshakeParts, MailboxId } from "@sotto/protocol";
import { MAX_GROUP_DEVICES } from "@sotto/protocol";
import type { DeviceRecord } from "../../ports/records.ts";
import type { Result } from "../../ports/result.ts";
import { accepted, refused } from "../../ports/result.ts";
import type { StoreTx } from "../../ports/store.ts";

/**
 * The devices of the added mailboxes, once the parts fit each other (RLY-6). Refused: badRequest when they do not, conflict when an added
 * mailbox is gone (its device was revoked meanwhile: claim again), tooLarge for too long a delivery list.
 */
export function checkParts(
  tx: StoreTx,
  parts: HandshakeParts,
  members: readonly MailboxId[],
): Result<readonly DeviceRecord[]> {
  const { handshake, welcome, welcomeTo, added, removed } = parts;
  if (handshake.length === 0) return refused("badRequest", { detail: "the handshake is empty" });
  if (![welcomeTo, added, removed].every(isSet))
    return refused("badRequest", { detail: "a mailbox is named twice" });
  if (!welcomeTo.every((mailbox) => added.includes(mailbox)))
    return refused("badRequest", { detail: "a welcomed mailbox is not among the added" });
  if ((welcome === null) !== (welcomeTo.length === 0))
    return refused("badRequest", { detail: "a Welcome and whom it is for belong together" });
  const devices = added.map((mailbox) => tx.deviceByMailbox(mailbox));
  if (!devices.every((device) => device !== undefined))
    return refused("conflict", { detail: "an added mailbox does not exist" });
  const after = new Set([...members.filter((mailbox) => !removed.includes(mailbox)), ...added]);
  if (after.size > MAX_GROUP_DEVICES)
    return refused("tooLarge", { detail: "the group has too many devices" });
  return accepted(devices);
}

function isSet(list: readonly MailboxId[]): boolean {
  return new Set(list).size === list.length;
}
