/**
 * The vault: what an account's devices share (contacts, profile keys, archive key, join secrets), readable by none but them. A random
 * data key seals the contents; the data key is wrapped under the OPAQUE export key, later also under the recovery key and under each
 * device's HPKE key. The version is bound to the contents, so that a server cannot pass off an older vault under a newer number; the
 * wraps carry none, so that a device that holds the data key writes new versions without the password.
 *
 * | bytes | form |
 * |---|---|
 * | contents | CBOR `[1, device wraps or null, sealed]`; sealed: AES-256-GCM over CBOR `[[name, bytes] …]`, additional data: label, account, version u64 |
 * | wrap under the export key | CBOR `[1, sealed]`; additional data: label, account |
 * | wrap under the recovery key | as a field of its own on the wire; null until there is such a key |
 */
import type { AccountId } from "@sotto/protocol";
import {
  arrayOf,
  bytesOf,
  bytesUpTo,
  codecOf,
  ID_BYTES,
  idBytes,
  LABELS,
  MAX_DEVICES,
  MAX_SEALED_KEY_BYTES,
  MAX_VAULT_BYTES,
  nullable,
  textUpTo,
  tuple,
  uint,
} from "@sotto/protocol";
import { exportSealKey } from "./account/accountKey.ts";
import { openLabelled, SEAL_KEY_BYTES, sealLabelled } from "./aead.ts";
import type { CryptoProvider } from "./provider/port.ts";

/** Named parts, each in its owner's encoding. Unknown ones are kept when the vault is written again. */
export type VaultSections = ReadonlyMap<string, Uint8Array>;

/** older: below the version already seen · unsupported: of a newer program · damaged: altered, of another account or version, or another key. */
export type VaultFailure = "older" | "unsupported" | "damaged";

export type VaultResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: VaultFailure };

const FORMAT = 1;
const MAX_SECTIONS = 64;
const MAX_NAME = 64;
const ENVELOPE_BYTES = 64;
const sectionsCodec = codecOf(arrayOf(tuple(textUpTo(MAX_NAME), bytesUpTo(MAX_VAULT_BYTES)), MAX_SECTIONS));
const deviceWraps = arrayOf(tuple(bytesOf(ID_BYTES), bytesUpTo(4 * MAX_SEALED_KEY_BYTES)), MAX_DEVICES);
const contentsCodec = codecOf(tuple(uint(255), nullable(deviceWraps), bytesUpTo(MAX_VAULT_BYTES)));
const wrapCodec = codecOf(tuple(uint(255), bytesUpTo(MAX_SEALED_KEY_BYTES)));

/** A new data key, 32 random bytes; renewed at every revocation. */
export function createVaultKey(provider: CryptoProvider): Uint8Array {
  return provider.random(SEAL_KEY_BYTES);
}

/** Seals the sections as `version` of the account's vault. Throws `RangeError` above the limits of size and number. */
export async function sealVault(
  provider: CryptoProvider,
  account: AccountId,
  version: number,
  vaultKey: Uint8Array,
  sections: VaultSections,
): Promise<Uint8Array> {
  const contents = sectionsCodec.encode([...sections]);
  if (contents.length > MAX_VAULT_BYTES - ENVELOPE_BYTES) throw new RangeError("vault too large");
  const sealed = await sealLabelled(
    provider,
    vaultKey,
    LABELS.vaultSeal,
    contextOf(account, version),
    contents,
  );
  contents.fill(0);
  return contentsCodec.encode([FORMAT, null, sealed]);
}

/** The sections of a vault that claims to be `version`; `knownVersion` is the highest that this device has seen (0: none). */
export async function openVault(
  provider: CryptoProvider,
  account: AccountId,
  version: number,
  vaultKey: Uint8Array,
  bytes: Uint8Array,
  knownVersion: number,
): Promise<VaultResult<VaultSections>> {
  if (version < knownVersion) return failed("older");
  const envelope = contentsCodec.decode(bytes);
  if (envelope === undefined) return failed("damaged");
  if (envelope[0] !== FORMAT) return failed("unsupported");
  const contents = await openLabelled(
    provider,
    vaultKey,
    LABELS.vaultSeal,
    contextOf(account, version),
    envelope[2],
  );
  const entries = contents && sectionsCodec.decode(contents);
  contents?.fill(0);
  if (entries === undefined || new Set(entries.map(([name]) => name)).size !== entries.length)
    return failed("damaged");
  return { ok: true, value: new Map(entries) };
}

/** Wraps the data key under the OPAQUE export key (base64url text). Throws `RangeError` if that is none. */
export async function wrapVaultKey(
  provider: CryptoProvider,
  account: AccountId,
  vaultKey: Uint8Array,
  exportKey: string,
): Promise<Uint8Array> {
  const key = exportSealKey(provider, exportKey, LABELS.vaultWrapExport);
  if (key === undefined) throw new RangeError("OPAQUE export key");
  const sealed = await sealLabelled(provider, key, LABELS.vaultWrapExport, [idBytes(account)], vaultKey);
  key.fill(0);
  return wrapCodec.encode([FORMAT, sealed]);
}

/** The data key of a wrap. */
export async function unwrapVaultKey(
  provider: CryptoProvider,
  account: AccountId,
  wrap: Uint8Array,
  exportKey: string,
): Promise<VaultResult<Uint8Array>> {
  const fields = wrapCodec.decode(wrap);
  const key = exportSealKey(provider, exportKey, LABELS.vaultWrapExport);
  if (fields === undefined || key === undefined) return failed("damaged");
  if (fields[0] !== FORMAT) return failed("unsupported");
  const vaultKey = await openLabelled(provider, key, LABELS.vaultWrapExport, [idBytes(account)], fields[1]);
  key.fill(0);
  return vaultKey?.length === SEAL_KEY_BYTES ? { ok: true, value: vaultKey } : failed("damaged");
}

function contextOf(account: AccountId, version: number): readonly [Uint8Array, Uint8Array] {
  const versionBytes = new Uint8Array(8);
  new DataView(versionBytes.buffer).setBigUint64(0, BigInt(version));
  return [idBytes(account), versionBytes];
}

function failed(reason: VaultFailure): { readonly ok: false; readonly reason: VaultFailure } {
  return { ok: false, reason };
}
