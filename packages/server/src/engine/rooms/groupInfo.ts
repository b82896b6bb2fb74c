/** ROOM-7, ROOM-8: a room's sealed group info, for whoever opens the door, and put right by members. */
import type { Done, GroupInfoRequest, PutGroupInfoRequest, RequestValues } from "../../ports/requests.ts";
import type { GroupInfoRecord } from "../../ports/records.ts";
import type { Result } from "../../ports/result.ts";
import { accepted, refused } from "../../ports/result.ts";
import type { StoreTx } from "../../ports/store.ts";
import { authoriseDevice } from "../authorise.ts";
import type { RuleContext } from "../context.ts";
import { isDoor } from "./door.ts";
import { roomOfMember } from "./membership.ts";

export function groupInfo(
  tx: StoreTx,
  request: GroupInfoRequest,
  context: RuleContext,
): Result<RequestValues["groupInfo"]> {
  const authorised = authoriseDevice(tx, request.session, context);
  if (!authorised.ok) return authorised;
  if (!context.limits.groupInfosByDevice.take(authorised.value.device, context.nowMs))
    return refused("slowDown");
  const isOpen = isDoor(tx.group(request.group), request.door, context);
  const info = isOpen ? tx.groupInfo(request.group) : undefined;
  return info === undefined ? refused("forbidden") : accepted({ index: info.index, sealed: info.sealed });
}

export function putGroupInfo(tx: StoreTx, request: PutGroupInfoRequest, context: RuleContext): Result<Done> {
  const authorised = authoriseDevice(tx, request.session, context);
  if (!authorised.ok) return authorised;
  const { device, account, mailbox } = authorised.value;
  if (!context.limits.groupInfosByDevice.take(device, context.nowMs)) return refused("slowDown");
  const room = roomOfMember(tx, request.group, mailbox);
  if (!room.ok) return room;
  const { group, index } = room.value;
  if (request.index !== index) return refused("staleEpoch", { index });
  const stored = tx.groupInfo(group);
  if (stored !== undefined && !mayReplace(stored, index, account))
    return refused("conflict", { detail: "the group info has been put right, or is the account's own" });
  tx.putGroupInfo(group, { index, sealed: request.sealed, by: null });
  return accepted({});
}

/** An older one gives way; one of the same handshake once, and not to the account that has brought it. */
function mayReplace(stored: GroupInfoRecord, index: number, account: string): boolean {
  return stored.index < index || (stored.by !== null && stored.by !== account);
}
