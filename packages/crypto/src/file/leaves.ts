/**
 * Sealing and opening the leaves of a file (FIL-3, FIL-5, FIL-6). A sender reads its file once and keeps what it has sealed: what it sends afterwards comes from that copy, so that no
 * key and nonce ever seal two contents, whatever becomes of the file meanwhile.
 */
import type { Parcel, TransferId } from "@sotto/protocol";
import {
  bytesEqual,
  FILE_KEY_BYTES,
  FILE_TAG_BYTES,
  fileLeafCount,
  idBytes,
  LABELS,
  labelled,
  leafBytes,
  leafContentBytes,
  parcelBytes,
} from "@sotto/protocol";
import type { CryptoProvider } from "../provider/port.ts";
import { streamNonce } from "../streamNonce.ts";
import type { FileTree } from "./tree.ts";
import { auditPath, fileLeafHash, leafHashOf, verifyAuditPath } from "./tree.ts";

/** What seals and opens one file; its owner wipes the key. */
export interface FileCipher {
  readonly key: Uint8Array;
  readonly sizeBytes: number;
}

/** A key for one transfer. The caller wipes it. */
export function createFileKey(provider: CryptoProvider): Uint8Array {
  return provider.random(FILE_KEY_BYTES);
}

/**
 * From a manifest's key: HKDF-SHA-256 with the transfer id as salt, as age derives its payload key from file key and nonce, and the size as context. So a key
 * that is used for a second transfer by mistake is another key there, and so it is under another size, of which audit paths prove nothing.
 * Throws `RangeError` for what is no key or no size.
 */
export function createFileCipher(
  provider: CryptoProvider,
  file: { readonly transfer: TransferId; readonly key: Uint8Array; readonly sizeBytes: number },
): FileCipher {
  if (file.key.length !== FILE_KEY_BYTES) throw new RangeError("the key of a file has 32 bytes");
  fileLeafCount(file.sizeBytes);
  const size = new Uint8Array(8);
  new DataView(size.buffer).setBigUint64(0, BigInt(file.sizeBytes));
  const secret = provider.hkdfExtract("SHA-256", idBytes(file.transfer), file.key);
  const key = provider.hkdfExpand("SHA-256", secret, labelled(LABELS.fileLeaves, size), FILE_KEY_BYTES);
  secret.fill(0);
  return { key, sizeBytes: file.sizeBytes };
}

/** A leaf as its sender keeps it, and its leaf hash for the tree. */
export interface SealedLeaf {
  readonly sealed: Uint8Array;
  readonly hash: Uint8Array;
}

/**
 * Seals leaf `index`, once for each cipher: a file that is read again gets a new key and a new transfer id. Throws `RangeError` unless `content` is as long as that
 * leaf is (`leafContentBytes`).
 */
export async function sealFileLeaf(
  provider: CryptoProvider,
  { key, sizeBytes }: FileCipher,
  index: number,
  content: Uint8Array,
): Promise<SealedLeaf> {
  if (content.length !== leafContentBytes(sizeBytes, index))
    throw new RangeError("not the length of this leaf");
  const plain = padded(content, leafBytes(sizeBytes, index));
  const sealed = await provider.aeadSeal(key, nonceOf(sizeBytes, index), NO_DATA, plain);
  return { sealed, hash: await fileLeafHash(provider, sealed) };
}

/** What travels of leaf `index`, or `undefined` if the copy is not what the tree was made of: a disk has lost it. */
export async function fileParcel(
  provider: CryptoProvider,
  tree: FileTree,
  index: number,
  sealed: Uint8Array,
): Promise<Parcel | undefined> {
  const hash = await fileLeafHash(provider, sealed);
  return bytesEqual(hash, leafHashOf(tree, index)) ? { sealed, path: auditPath(tree, index) } : undefined;
}

/**
 * True when the parcel is that of leaf `index` in the file with this root, by its length and its place in the tree. That it opens shows when it is opened: whoever has signed the root has
 * sealed what is under it, and a relay cannot put anything there.
 */
export async function isFileParcel(
  provider: CryptoProvider,
  sizeBytes: number,
  root: Uint8Array,
  index: number,
  parcel: Uint8Array,
): Promise<boolean> {
  const leafCount = fileLeafCount(sizeBytes);
  if (!(index >= 0 && index < leafCount) || parcel.length !== parcelBytes(sizeBytes, index)) return false;
  const sealedBytes = leafBytes(sizeBytes, index) + FILE_TAG_BYTES;
  const path = parcel.slice(sealedBytes);
  const hash = await fileLeafHash(provider, parcel.subarray(0, sealedBytes));
  return verifyAuditPath(provider, root, leafCount, index, hash, path);
}

/**
 * The content of a sealed leaf that this device has verified and kept, or `undefined` if it is not leaf `index` under this key any more: length, tag and
 * the zeros behind the content are checked, its place in a tree is not.
 */
export async function openFileLeaf(
  provider: CryptoProvider,
  { key, sizeBytes }: FileCipher,
  index: number,
  sealed: Uint8Array,
): Promise<Uint8Array | undefined> {
  if (sealed.length !== leafBytes(sizeBytes, index) + FILE_TAG_BYTES) return undefined;
  const opened = await provider.aeadOpen(key, nonceOf(sizeBytes, index), NO_DATA, sealed);
  if (opened === undefined) return undefined;
  const contentBytes = leafContentBytes(sizeBytes, index);
  return opened.subarray(contentBytes).every((byte) => byte === 0)
    ? opened.subarray(0, contentBytes)
    : undefined;
}

function nonceOf(sizeBytes: number, index: number): Uint8Array {
  return streamNonce(index, index === fileLeafCount(sizeBytes) - 1);
}

function padded(content: Uint8Array, size: number): Uint8Array {
  if (content.length === size) return content;
  const bytes = new Uint8Array(size);
  bytes.set(content);
  return bytes;
}

const NO_DATA = new Uint8Array(0);
