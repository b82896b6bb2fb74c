/** What an account keeps in its vault, and how it gets there: contacts for now. */
import type { CryptoProvider, VaultSections } from "@sotto/crypto";
import { openVault, sealVault, unwrapVaultKey } from "@sotto/crypto";
import type { AccountId } from "@sotto/protocol";
import { decodeCbor, encodeCbor, toBase64Url } from "@sotto/protocol";
import type { ContactRecord } from "../engine/records.ts";
import { TABLE, decodeContact, encodeContact } from "../engine/records.ts";
import type { RequestOf } from "../http/serverApi.ts";
import { bytesOfText } from "../http/text.ts";
import type { LocalStore } from "../ports/store.ts";
import type { SignedIn } from "./session.ts";

export type VaultBody = RequestOf<"putVault">;

const CONTACTS = "contacts";

/** An opened vault. */
export interface OpenedVault {
  readonly vaultKey: Uint8Array;
  readonly version: number;
  readonly sections: VaultSections;
}

/** The sections that hold these contacts; equal contacts give equal bytes. */
export function sectionsOf(contacts: readonly ContactRecord[]): VaultSections {
  const sorted = contacts.toSorted((a, b) => (a.account < b.account ? -1 : 1));
  return new Map([[CONTACTS, encodeCbor(sorted.map(encodeContact))]]);
}

/** The contacts of opened sections; entries that a later version wrote in another form are left out. */
export function contactsOf(sections: VaultSections): readonly ContactRecord[] {
  const value = decodeCbor(sections.get(CONTACTS) ?? encodeCbor([]));
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) => {
    const contact = entry instanceof Uint8Array ? decodeContact(entry) : undefined;
    return contact === undefined ? [] : [contact];
  });
}

/** The contacts that this device has stored. */
export async function storedContacts(store: LocalStore): Promise<readonly ContactRecord[]> {
  const records = await store.load(TABLE.contact);
  return [...records.values()].flatMap((bytes) => decodeContact(bytes) ?? []);
}

/** Opens the vault that a sign-in returned, or `undefined` if it is damaged or older than `knownVersion`. */
export async function openSignedInVault(
  crypto: CryptoProvider,
  { list, vault, exportKey }: SignedIn,
  knownVersion: number,
): Promise<OpenedVault | undefined> {
  const vaultKey = await unwrapVaultKey(crypto, list.account, bytesOfText(vault.wrapExport), exportKey);
  if (!vaultKey.ok) return undefined;
  const { version } = vault;
  const opened = await openVault(
    crypto,
    list.account,
    version,
    vaultKey.value,
    bytesOfText(vault.sealed),
    knownVersion,
  );
  return opened.ok ? { vaultKey: vaultKey.value, version, sections: opened.value } : undefined;
}

/** The body that writes `sections` as `version`. */
export async function vaultBody(
  crypto: CryptoProvider,
  vault: {
    readonly account: AccountId;
    readonly version: number;
    readonly vaultKey: Uint8Array;
    readonly wrapExport: Uint8Array;
  },
  sections: VaultSections,
): Promise<VaultBody> {
  const { account, version, vaultKey, wrapExport } = vault;
  const sealed = await sealVault(crypto, account, version, vaultKey, sections);
  return { version, sealed: toBase64Url(sealed), wrapExport: toBase64Url(wrapExport), wrapRecovery: null };
}
