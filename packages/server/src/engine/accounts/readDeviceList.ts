/** A device list as the server takes it (ACC-4): well formed and signed by the account key that it names. */
import type { DeviceList } from "@sotto/protocol";
import { decodeSignedDeviceList, LABELS, labelled, parseDeviceList } from "@sotto/protocol";
import type { RuleCrypto } from "../../ports/crypto.ts";

export interface ReadDeviceList {
  readonly list: DeviceList;
  /** What the successor names as its previous hash. */
  readonly hash: Uint8Array;
}

/** The list, its signature verified, or `undefined`. Clients verify it again against the key they pinned. */
export function readDeviceList(bytes: Uint8Array, crypto: RuleCrypto): ReadDeviceList | undefined {
  const signed = decodeSignedDeviceList(bytes);
  const list = signed && parseDeviceList(signed.list);
  if (signed === undefined || list === undefined) return undefined;
  if (!crypto.verifyEd25519(list.accountKey, labelled(LABELS.deviceList, signed.list), signed.signature))
    return undefined;
  return { list, hash: crypto.sha256(labelled(LABELS.deviceListHash, signed.list)) };
}
