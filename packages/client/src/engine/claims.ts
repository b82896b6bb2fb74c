/** Key packages of another account's devices, for adding them to a group. */
import type { Member } from "@sotto/crypto";
import type { DeviceId, DeviceList } from "@sotto/protocol";
import type { Step } from "./core.ts";
import { mls, request } from "./core.ts";
import { isOfAccount, listedDevice } from "./peers.ts";

export interface ClaimedDevice {
  readonly keyPackage: Uint8Array;
  readonly member: Member;
}

export interface Claim {
  /** One valid key package for each unrevoked device of the list. */
  readonly devices: readonly ClaimedDevice[];
  /** The server also handed out what the account key has not signed. */
  readonly forged: boolean;
}

export function* claimDevices(list: DeviceList): Step<Claim> {
  const answer = yield* request({ kind: "claimKeyPackages", account: list.account });
  const devices = new Map<DeviceId, ClaimedDevice>();
  let forged = false;
  for (const { keyPackage } of answer.kind === "keyPackages" ? answer.packages : []) {
    const inspected = yield* mls({ op: "inspectKeyPackage", keyPackage });
    // One that has expired, or is of a suite that this device does not know, is no forgery.
    if (!inspected.ok) continue;
    const listed = listedDevice(list, inspected.output);
    // The list may have changed since it was fetched: what the account key has signed is no forgery either.
    if (listed === undefined) forged ||= !isOfAccount(list, inspected.output);
    else devices.set(listed.device, { keyPackage, member: inspected.output });
  }
  return { devices: [...devices.values()], forged };
}
