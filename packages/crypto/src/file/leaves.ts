/**
 * Sealing and opening the leaves of a file (FIL-3, FIL-5, FIL-6). A file is read twice by its sender: once for the hashes from which the manifest is made, and
 * again for what is sent. Between the two it may have changed, and the same key and nonce must never seal two contents that anybody gets
 * to see: what is sent has the hash of the first reading, or is not sent.
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

/**
 * The hash of leaf `index` once it is sealed: the first reading. Nothing sealed comes out, so a file that is read for another manifest needs no new care.
 * Throws `RangeError` unless `content` is as long as that leaf is (`leafContentBytes`).
 */
export async function hashFileLeaf(
  provider: CryptoProvider,
  cipher: FileCipher,
  index: number,
  content: Uint8Array,
): Promise<Uint8Array> {
  return fileLeafHash(provider, await seal(provider, cipher, index, content));
}

/**
 * What travels of leaf `index`. `undefined` if the content is not the one that the tree was made of; the transfer
 * has then ended, and what was sealed just now is gone.
 */
export async function sealFileParcel(
  provider: CryptoProvider,
  cipher: FileCipher,
  tree: FileTree,
  index: number,
  content: Uint8Array,
): Promise<Parcel | undefined> {
  if (content.length !== leafContentBytes(cipher.sizeBytes, index)) return undefined;
  const sealed = await seal(provider, cipher, index, content);
  const hash = await fileLeafHash(provider, sealed);
  return bytesEqual(hash, leafHashOf(tree, index)) ? { sealed, path: auditPath(tree, index) } : undefined;
}

/**
 * The content of leaf `index`, or `undefined` if the parcel is not that of this leaf in the file with this root: its length, its place in the tree, its tag and
 * the zeros behind the content are checked. Hash and tag are computed at the same time where the platform can.
 */
export async function openFileParcel(
  provider: CryptoProvider,
  cipher: FileCipher,
  root: Uint8Array,
  index: number,
  parcel: Uint8Array,
): Promise<Uint8Array | undefined> {
  const { sizeBytes, key } = cipher;
  const leafCount = fileLeafCount(sizeBytes);
  if (!(index >= 0 && index < leafCount) || parcel.length !== parcelBytes(sizeBytes, index)) return undefined;
  const sealedBytes = leafBytes(sizeBytes, index) + FILE_TAG_BYTES;
  const sealed = parcel.subarray(0, sealedBytes);
  const path = parcel.slice(sealedBytes);
  const [hash, opened] = await Promise.all([
    fileLeafHash(provider, sealed),
    provider.aeadOpen(key, streamNonce(index, index === leafCount - 1), NO_DATA, sealed),
  ]);
  if (opened === undefined || !verifyAuditPath(provider, root, leafCount, index, hash, path))
    return undefined;
  const contentBytes = leafContentBytes(sizeBytes, index);
  return opened.subarray(contentBytes).every((byte) => byte === 0)
    ? opened.subarray(0, contentBytes)
    : undefined;
}

async function seal(
  provider: CryptoProvider,
  { key, sizeBytes }: FileCipher,
  index: number,
  content: Uint8Array,
): Promise<Uint8Array> {
  if (content.length !== leafContentBytes(sizeBytes, index))
    throw new RangeError("not the length of this leaf");
  const nonce = streamNonce(index, index === fileLeafCount(sizeBytes) - 1);
  return provider.aeadSeal(key, nonce, NO_DATA, padded(content, leafBytes(sizeBytes, index)));
}

function padded(content: Uint8Array, size: number): Uint8Array {
  if (content.length === size) return content;
  const bytes = new Uint8Array(size);
  bytes.set(content);
  return bytes;
}

const NO_DATA = new Uint8Array(0);
