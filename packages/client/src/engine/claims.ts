/** Key packages of another account's devices, for adding them to a group. */
import type { Member } from "@sotto/crypto";
import type { DeviceId, DeviceList } from "@sotto/protocol";
import type { Step } from "./core.ts";
import { mls, request } from "./core.ts";
import { listedDevice } from "./peers.ts";

export interface ClaimedDevice {
  readonly keyPackage: Uint8Array;
  readonly member: Member;
}

/** One valid key package for each unrevoked device of the list. */
export function* claimDevices(list: DeviceList): Step<readonly ClaimedDevice[]> {
  const answer = yield* request({ kind: "claimKeyPackages", account: list.account });
  if (answer.kind !== "keyPackages") return [];
  const devices = new Map<DeviceId, ClaimedDevice>();
  for (const { keyPackage } of answer.packages) {
    const inspected = yield* mls({ op: "inspectKeyPackage", keyPackage });
    const listed = inspected.ok ? listedDevice(list, inspected.output) : undefined;
    if (inspected.ok && listed !== undefined)
      devices.set(listed.device, { keyPackage, member: inspected.output });
  }
  return [...devices.values()];
}
