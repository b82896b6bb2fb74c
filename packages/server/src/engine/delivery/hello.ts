/** RLY-1: hello takes the device's connection over; whatever an older connection still sends is refused with `replaced`. */
import type { DeviceRecord } from "../../ports/records.ts";
import type { HelloRequest, HelloValue, PairView } from "../../ports/requests.ts";
import type { Result } from "../../ports/result.ts";
import { accepted } from "../../ports/result.ts";
import type { StoreTx } from "../../ports/store.ts";
import { authoriseDevice } from "../authorise.ts";
import type { RuleContext } from "../context.ts";
import { visiblePeer } from "./pairs.ts";

export function hello(tx: StoreTx, request: HelloRequest, context: RuleContext): Result<HelloValue> {
  const authorised = authoriseDevice(tx, request.session, context);
  if (!authorised.ok) return authorised;
  const device = authorised.value;
  const connection = device.connection + 1;
  tx.updateDevice({
    ...device,
    connection,
    storeCounter: Math.max(device.storeCounter, request.storeCounter),
  });
  return accepted({
    store: tx.storeId,
    account: device.account,
    device: device.device,
    mailbox: device.mailbox,
    connection,
    highSequence: tx.highSequence(device.mailbox),
    storeCounter: device.storeCounter,
    keyPackages: tx.countKeyPackages(device.device),
    pairs: pairsOf(tx, device),
  });
}

function pairsOf(tx: StoreTx, { mailbox, account }: DeviceRecord): readonly PairView[] {
  return tx.groupsOf(mailbox).flatMap((group) => {
    if (group.kind !== "pair") return [];
    const peer = visiblePeer(group, tx.recipients(group.group), account);
    return peer === null ? [] : [{ group: group.group, peer }];
  });
}
