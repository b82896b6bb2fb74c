import { bool, codecOf, tuple, uint } from "@sotto/protocol";
import { FORMAT, blob } from "./shapes.ts";

/** A key package of this device whose private half waits for a Welcome. */
export interface StoredKeyPackage {
  readonly publicBytes: Uint8Array;
  readonly privateBytes: Uint8Array;
  readonly lastResort: boolean;
}

const keyPackageCodec = codecOf(tuple(uint(FORMAT), blob, blob, bool));

export function encodeKeyPackage(stored: StoredKeyPackage): Uint8Array {
  return keyPackageCodec.encode([FORMAT, stored.publicBytes, stored.privateBytes, stored.lastResort]);
}

export function decodeKeyPackage(bytes: Uint8Array): StoredKeyPackage | undefined {
  const f = keyPackageCodec.decode(bytes);
  return f && { publicBytes: f[1], privateBytes: f[2], lastResort: f[3] };
}
