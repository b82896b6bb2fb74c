/** RLY-25: who is on a delivery list, for those who are, so that members can compare it with their tree. */
import type { GroupMailboxesRequest, RequestValues } from "../../ports/requests.ts";
import type { Result } from "../../ports/result.ts";
import { accepted, refused } from "../../ports/result.ts";
import type { StoreTx } from "../../ports/store.ts";
import { authoriseDevice } from "../authorise.ts";
import type { RuleContext } from "../context.ts";

export function groupMailboxes(
  tx: StoreTx,
  request: GroupMailboxesRequest,
  context: RuleContext,
): Result<RequestValues["groupMailboxes"]> {
  const authorised = authoriseDevice(tx, request.session, context);
  if (!authorised.ok) return authorised;
  const { device, mailbox: own } = authorised.value;
  if (!context.limits.listQuestionsByDevice.take(device, context.nowMs)) return refused("slowDown");
  const group = tx.group(request.group);
  const mailboxes = tx.recipients(request.group).map(({ mailbox }) => mailbox);
  // The same answer for a group that does not exist.
  if (group === undefined || !mailboxes.includes(own)) return refused("notMember");
  return accepted({ index: group.index, mailboxes });
}
