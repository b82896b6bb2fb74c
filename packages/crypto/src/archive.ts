/**
 * The cryptography of history archives (ARC-3, ARC-4): who made one, and the sealed form under a passphrase. A sealed archive is STREAM (Hoang et al.,
 * 2015) over AES-256-GCM: chunks under one key that is never used again, each with its number and whether it is the last in the nonce, so that
 * none can be left out, moved, repeated or cut off at the end.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import type { AccountId, Credential } from "@sotto/protocol";
import { LABELS, bytesEqual, labelled, parseCredential } from "@sotto/protocol";
import { verifyCredential } from "./account/credential.ts";
import { SEAL_KEY_BYTES } from "./aead.ts";
import type { CryptoProvider } from "./provider/port.ts";
import { deriveStoreKey } from "./records.ts";
import { streamNonce } from "./streamNonce.ts";

/** Plaintext of each chunk but the last, which has at most as much. */
export const ARCHIVE_CHUNK_BYTES: number = 64 * 1024;
/** What sealing adds to a chunk. */
export const ARCHIVE_TAG_BYTES = 16;
export const ARCHIVE_SALT_BYTES = 16;

/** 128 MiB and half a second of one core in JavaScript: an archive lies where others may copy it, and is opened rarely. */
const COST = { logN: 17, r: 8, p: 1 } as const;

/**
 * The key of one archive, of the passphrase (UTF-8, NFC) by scrypt (RFC 7914) and of the archive's first line: another first line is another key.
 */
export async function deriveArchiveKey(
  provider: CryptoProvider,
  passphrase: string,
  salt: Uint8Array,
  firstLine: Uint8Array,
): Promise<Uint8Array> {
  const secret = await deriveStoreKey(passphrase, { salt, ...COST });
  return provider.hkdfExpand("SHA-256", secret, labelled(LABELS.archiveKey, firstLine), SEAL_KEY_BYTES);
}

/** Seals chunk `index`, counted from 0. A key seals each index once. */
export async function sealArchiveChunk(
  provider: CryptoProvider,
  key: Uint8Array,
  index: number,
  isLast: boolean,
  plaintext: Uint8Array,
): Promise<Uint8Array> {
  return provider.aeadSeal(key, streamNonce(index, isLast), NO_DATA, plaintext);
}

/** The chunk, or `undefined` if it is not this one of this archive. */
export async function openArchiveChunk(
  provider: CryptoProvider,
  key: Uint8Array,
  index: number,
  isLast: boolean,
  sealed: Uint8Array,
): Promise<Uint8Array | undefined> {
  if (sealed.length < ARCHIVE_TAG_BYTES) return undefined;
  return provider.aeadOpen(key, streamNonce(index, isLast), NO_DATA, sealed);
}

const NO_DATA = new Uint8Array(0);

/** SHA-256 of what comes piece by piece. */
export interface RunningHash {
  update(bytes: Uint8Array): void;
  /** Of all that has come; nothing more may. 32 bytes. */
  digest(): Uint8Array;
}

export function createRunningHash(): RunningHash {
  const hash = sha256.create();
  return {
    update: (bytes) => void hash.update(bytes),
    digest: () => hash.digest(),
  };
}

/** The device's signature over an archive's digest. */
export async function signArchive(
  provider: CryptoProvider,
  leafPrivateKey: Uint8Array,
  digest: Uint8Array,
): Promise<Uint8Array> {
  return provider.ed25519Sign(leafPrivateKey, labelled(LABELS.archive, digest));
}

/** Who made an archive, as it says. */
export interface ArchiveSignature {
  /** Encoded credential of the device that made it. */
  readonly credential: Uint8Array;
  readonly leafKey: Uint8Array;
  readonly signature: Uint8Array;
}

/** True when a device of the account made it, one that the account key has signed for, be it revoked by now. */
export async function verifyArchive(
  provider: CryptoProvider,
  owner: { readonly account: AccountId; readonly accountKey: Uint8Array },
  digest: Uint8Array,
  { credential: encoded, leafKey, signature }: ArchiveSignature,
): Promise<boolean> {
  const credential = parseCredential(encoded);
  return (
    credential !== undefined &&
    isOwners(credential, owner) &&
    (await verifyCredential(provider, credential, leafKey)) &&
    provider.ed25519Verify(leafKey, labelled(LABELS.archive, digest), signature)
  );
}

function isOwners(
  credential: Credential,
  owner: { readonly account: AccountId; readonly accountKey: Uint8Array },
): boolean {
  return credential.account === owner.account && bytesEqual(credential.accountKey, owner.accountKey);
}
