/** What only members of a room may do. */
import type { GroupId, MailboxId } from "@sotto/protocol";
import type { GroupRecord } from "../../ports/records.ts";
import type { Result } from "../../ports/result.ts";
import { accepted, refused } from "../../ports/result.ts";
import type { StoreTx } from "../../ports/store.ts";

/** Refused: notMember, with one answer for a group that does not exist; forbidden for a group that is no room. */
export function roomOfMember(tx: StoreTx, id: GroupId, own: MailboxId): Result<GroupRecord> {
  const group = tx.group(id);
  const isMember = tx.recipients(id).some(({ mailbox }) => mailbox === own);
  if (group === undefined || !isMember) return refused("notMember");
  return group.kind === "room" ? accepted(group) : refused("forbidden", { detail: "the group is no room" });
}
