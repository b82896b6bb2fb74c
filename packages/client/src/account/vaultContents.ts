/** What an account keeps in its vault, and how it gets there: contacts and settings. */
import type { CryptoProvider, VaultSections } from "@sotto/crypto";
import { openVault, sealVault, unwrapVaultKey } from "@sotto/crypto";
import type { AccountId } from "@sotto/protocol";
import { decodeCbor, encodeCbor, toBase64Url } from "@sotto/protocol";
import type { ContactRecord } from "../engine/records/contact.ts";
import { decodeContact, encodeContact } from "../engine/records/contact.ts";
import { TABLE } from "../engine/records/table.ts";
import { DEFAULT_SETTINGS, SETTINGS_KEY, decodeSettings, encodeSettings } from "../engine/settings.ts";
import type { Settings } from "../engine/settings.ts";
import type { RequestOf } from "../http/serverApi.ts";
import { bytesOfText } from "../http/text.ts";
import type { LocalStore } from "../ports/store.ts";
import type { SignedIn } from "./session.ts";

export type VaultBody = RequestOf<"putVault">;

const CONTACTS = "contacts";
const SETTINGS = "settings";

/** An opened vault. */
export interface OpenedVault {
  readonly vaultKey: Uint8Array;
  readonly version: number;
  readonly sections: VaultSections;
}

/** What an account keeps in its vault. */
export interface VaultContents {
  readonly contacts: readonly ContactRecord[];
  readonly settings: Settings;
}

/** The sections that hold these contents; equal contents give equal bytes. */
export function sectionsOf({ contacts, settings }: VaultContents): VaultSections {
  const sorted = contacts.toSorted((a, b) => (a.account < b.account ? -1 : 1));
  return new Map([
    [CONTACTS, encodeCbor(sorted.map(encodeContact))],
    [SETTINGS, encodeSettings(settings)],
  ]);
}

/** The contents of opened sections; what a later version wrote in another form is left out. */
export function contentsOf(sections: VaultSections): VaultContents {
  const settings = sections.get(SETTINGS);
  return {
    contacts: contactsOf(sections),
    settings: (settings && decodeSettings(settings)) ?? DEFAULT_SETTINGS,
  };
}

function contactsOf(sections: VaultSections): readonly ContactRecord[] {
  const value = decodeCbor(sections.get(CONTACTS) ?? encodeCbor([]));
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) => {
    const contact = entry instanceof Uint8Array ? decodeContact(entry) : undefined;
    return contact === undefined ? [] : [contact];
  });
}

/** The contents that this device has stored. */
export async function storedContents(store: LocalStore): Promise<VaultContents> {
  const records = await store.load(TABLE.contact);
  const settings = await store.get(TABLE.meta, SETTINGS_KEY);
  return {
    contacts: [...records.values()].flatMap((bytes) => decodeContact(bytes) ?? []),
    settings: (settings && decodeSettings(settings)) ?? DEFAULT_SETTINGS,
  };
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
