/** Leaving: a mailbox goes off a delivery list, by its own wish or because its device is gone (RLY-10). */
import type { DeviceRecord, GroupRecord } from "../../ports/records.ts";
import type { Done, LeaveRequest } from "../../ports/requests.ts";
import type { Result } from "../../ports/result.ts";
import { accepted, refused } from "../../ports/result.ts";
import type { StoreTx } from "../../ports/store.ts";
import { authoriseSender } from "../authorise.ts";
import { readerLeft, removeBlobsOfGroup } from "../blobs/removal.ts";
import type { RuleContext } from "../context.ts";
import { tellDeparted } from "./departed.ts";
import { notifyPair } from "./pairs.ts";

export function leave(tx: StoreTx, request: LeaveRequest, context: RuleContext): Result<Done> {
  const sender = authoriseSender(tx, request.sender, context);
  if (!sender.ok) return sender;
  const group = tx.groupsOf(sender.value.mailbox).find((record) => record.group === request.group);
  if (group === undefined) return refused("notMember");
  depart(tx, group, sender.value, context);
  return accepted({});
}

/** Takes the device of an account that is going away off every list. */
export function departEverywhere(tx: StoreTx, device: DeviceRecord, context: RuleContext): void {
  for (const group of tx.groupsOf(device.mailbox)) depart(tx, group, device, context);
}

/** Takes a device off every list whose account stays, and stays its contacts' contact (RLY-23). */
export function revokeEverywhere(tx: StoreTx, device: DeviceRecord, context: RuleContext): void {
  for (const group of tx.groupsOf(device.mailbox)) {
    if (group.kind === "pair") tx.addAbsentee(group.group, device);
    depart(tx, group, device, context);
  }
}

function depart(tx: StoreTx, group: GroupRecord, { mailbox }: DeviceRecord, context: RuleContext): void {
  tx.removeMember(group.group, mailbox);
  readerLeft(tx, group.group, mailbox, context);
  const remaining = tx.recipients(group.group);
  const withdrawn = group.state === "pending" && new Set(remaining.map(({ account }) => account)).size < 2;
  const next: GroupRecord = withdrawn ? { ...group, state: "declined" } : group;
  if (remaining.length === 0) {
    removeBlobsOfGroup(tx, group.group, context);
    tx.deleteGroup(group.group);
  }
  if (remaining.length > 0 && withdrawn) tx.updateGroup(next);
  tellDeparted(
    tx,
    context,
    group.group,
    mailbox,
    remaining.map((recipient) => recipient.mailbox),
  );
  notifyPair(tx, context, next, [mailbox]);
}
