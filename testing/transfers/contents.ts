/** Leaves without cryptography: each says at its beginning which one of which transfer it is, and whether somebody has changed it. */
import type { Parcel, TransferId } from "@sotto/protocol";
import { FILE_TAG_BYTES, idBytes, leafBytes, parcelBytes } from "@sotto/protocol";
import type { TransferRecord } from "sotto/simulation";

const INDEX_AT = 16;
const SPOILED_AT = 20;
/** Shared by all full leaves of a world, of which only the beginning differs: each is 1 MiB. */
const kept = new Map<string, Uint8Array>();

export function sealedLeaf(transfer: TransferId, sizeBytes: number, leaf: number): Uint8Array {
  const name = `${transfer}/${sizeBytes}/${leaf}`;
  const known = kept.get(name);
  if (known !== undefined) return known;
  const sealed = new Uint8Array(leafBytes(sizeBytes, leaf) + FILE_TAG_BYTES);
  sealed.set(idBytes(transfer));
  new DataView(sealed.buffer).setUint32(INDEX_AT, leaf);
  if (kept.size > 200) kept.clear();
  kept.set(name, sealed);
  return sealed;
}

export function parcelFor(record: TransferRecord, leaf: number, sealed: Uint8Array): Parcel {
  return { sealed, path: new Uint8Array(parcelBytes(record.sizeBytes, leaf) - sealed.length) };
}

export function isLeaf(transfer: TransferId, leaf: number, bytes: Uint8Array): boolean {
  const id = idBytes(transfer);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return (
    id.every((byte, i) => bytes[i] === byte) && view.getUint32(INDEX_AT) === leaf && bytes[SPOILED_AT] === 0
  );
}

/** The same with a bit changed. */
export function spoiled(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  copy[SPOILED_AT] = 1;
  return copy;
}
