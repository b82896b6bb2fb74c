/** ROOM-9: a device that is not on a room's delivery list comes in by an external commit, if it shows what opens the door. */
import type { MailboxId } from "@sotto/protocol";
import type { DeviceRecord, GroupRecord, Recipient } from "../../ports/records.ts";
import type { Done, HandshakeRequest } from "../../ports/requests.ts";
import type { Result } from "../../ports/result.ts";
import { accepted, refused } from "../../ports/result.ts";
import type { StoreTx } from "../../ports/store.ts";
import type { RuleContext } from "../context.ts";
import { checkParts } from "../delivery/handshakeParts.ts";
import { isDoor } from "./door.ts";

/**
 * Whether the handshake may take its index and bring its sender in. Refused: notMember without the door, staleEpoch, badRequest for what only members may do, forbidden for
 * taking another account's device out, tooLarge, slowDown. Whoever has the door learns no more of the list than it is told once it is on it.
 */
export function judgeEntry(
  tx: StoreTx,
  { index, parts }: HandshakeRequest,
  group: GroupRecord,
  before: readonly Recipient[],
  sender: DeviceRecord,
  context: RuleContext,
): Result<Done> {
  if (parts.door === null || !isDoor(group, parts.door, context)) return refused("notMember");
  if (index !== group.index + 1) return refused("staleEpoch", { index: group.index });
  if (parts.welcome !== null || parts.added.length > 0 || parts.doorHash !== null)
    return refused("badRequest", { detail: "who comes in adds nobody and leaves the door as it is" });
  if (parts.sealedGroupInfo === null)
    return refused("badRequest", { detail: "who comes in brings the group info for the next" });
  const checked = checkParts(tx, parts, [...before.map(({ mailbox }) => mailbox), sender.mailbox]);
  if (!checked.ok) return checked;
  if (before.some(({ mailbox, account }) => parts.removed.includes(mailbox) && account !== sender.account))
    return refused("forbidden", { detail: "who comes in takes only devices of the own account out" });
  const mayEnter = context.limits.roomJoinsByAccount.take(sender.account, context.nowMs);
  return mayEnter ? accepted({}) : refused("slowDown");
}

/** The handshake as one of a device that is on the list and stays: the leaf that it takes out may have had the mailbox that comes in. */
export function asEntry(request: HandshakeRequest, own: MailboxId): HandshakeRequest {
  const removed = request.parts.removed.filter((mailbox) => mailbox !== own);
  return { ...request, parts: { ...request.parts, removed } };
}
