/**
 * The account key: Ed25519, made at registration, signs device lists and credentials. Its private half exists unsealed only while a
 * device registers, adds, revokes or rotates; whoever unwraps it wipes it (DESIGN §3).
 */
import type { AccountId } from "@sotto/protocol";
import { fromBase64Url, idBytes, LABELS, labelled } from "@sotto/protocol";
import { openLabelled, SEAL_KEY_BYTES, sealLabelled } from "../aead.ts";
import type { CryptoProvider } from "../provider/port.ts";

export interface KeyPair {
  /** Ed25519 seed, 32 bytes. The owner wipes it. */
  readonly privateKey: Uint8Array;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
}

/** OPAQUE's export key has 64 bytes; a shorter one would not carry the strength of the keys sealed under it. */
const MIN_EXPORT_KEY_BYTES = 32;

/** A new account key. */
export function createAccountKey(provider: CryptoProvider): KeyPair {
  const privateKey = provider.random(32);
  return { privateKey, publicKey: provider.ed25519PublicKey(privateKey) };
}

/**
 * Seals the private key under the OPAQUE export key (base64url text, as the OPAQUE library gives it), for this account alone.
 * Throws `RangeError` if the export key is no such text.
 */
export async function sealAccountKey(
  provider: CryptoProvider,
  account: AccountId,
  privateKey: Uint8Array,
  exportKey: string,
): Promise<Uint8Array> {
  const key = exportSealKey(provider, exportKey, LABELS.accountKeySeal);
  if (key === undefined) throw new RangeError("OPAQUE export key");
  const sealed = await sealLabelled(provider, key, LABELS.accountKeySeal, [idBytes(account)], privateKey);
  key.fill(0);
  return sealed;
}

/** The private key, or `undefined` for another password, another account or altered bytes. The caller wipes it. */
export async function openAccountKey(
  provider: CryptoProvider,
  account: AccountId,
  sealed: Uint8Array,
  exportKey: string,
): Promise<Uint8Array | undefined> {
  const key = exportSealKey(provider, exportKey, LABELS.accountKeySeal);
  if (key === undefined) return undefined;
  const privateKey = await openLabelled(provider, key, LABELS.accountKeySeal, [idBytes(account)], sealed);
  key.fill(0);
  return privateKey?.length === 32 ? privateKey : undefined;
}

/** AES-256 key of one purpose from the OPAQUE export key: HKDF-SHA-512, no salt, info = label. `undefined` if the text is no export key. */
export function exportSealKey(
  provider: CryptoProvider,
  exportKey: string,
  label: typeof LABELS.accountKeySeal | typeof LABELS.vaultWrapExport,
): Uint8Array | undefined {
  const secret = fromBase64Url(exportKey);
  if (secret === undefined || secret.length < MIN_EXPORT_KEY_BYTES) return undefined;
  const extracted = provider.hkdfExtract("SHA-512", new Uint8Array(), secret);
  const key = provider.hkdfExpand("SHA-512", extracted, labelled(label), SEAL_KEY_BYTES);
  secret.fill(0);
  extracted.fill(0);
  return key;
}
