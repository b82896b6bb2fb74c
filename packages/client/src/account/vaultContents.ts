/** What an account keeps in its vault, and how it gets there: contacts, settings and profile keys. */
import type { CryptoProvider, VaultSections } from "@sotto/crypto";
import { openVault, sealVault, unwrapVaultKey } from "@sotto/crypto";
import type { AccountId } from "@sotto/protocol";
import { ID_BYTES, decodeCbor, encodeCbor, idBytes, idOf, toBase64Url } from "@sotto/protocol";
import type { ContactRecord } from "../engine/records/contact.ts";
import { decodeContact, encodeContact } from "../engine/records/contact.ts";
import type { OwnProfileKey, ProfileKey } from "../engine/records/profile.ts";
import {
  OWN_PROFILE_KEY,
  decodeOwnProfileKey,
  decodeProfileKey,
  encodeOwnProfileKey,
  encodeProfileKey,
} from "../engine/records/profile.ts";
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
const PROFILE = "profile";
const PROFILE_KEYS = "profileKeys";

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
  /** What opens the own profile, and those of others. */
  readonly ownProfile: OwnProfileKey | null;
  readonly profileKeys: ReadonlyMap<AccountId, ProfileKey>;
}

/** The sections that hold these contents; equal contents give equal bytes. */
export function sectionsOf({ contacts, settings, ownProfile, profileKeys }: VaultContents): VaultSections {
  const sorted = contacts.toSorted((a, b) => (a.account < b.account ? -1 : 1));
  const keys = [...profileKeys]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([account, key]) => [idBytes(account), encodeProfileKey(key)]);
  return new Map([
    [CONTACTS, encodeCbor(sorted.map(encodeContact))],
    [SETTINGS, encodeSettings(settings)],
    ...(ownProfile === null ? [] : [[PROFILE, encodeOwnProfileKey(ownProfile)] as const]),
    ...(keys.length === 0 ? [] : [[PROFILE_KEYS, encodeCbor(keys)] as const]),
  ]);
}

/** The contents of opened sections; what a later version wrote in another form is left out. */
export function contentsOf(sections: VaultSections): VaultContents {
  const settings = sections.get(SETTINGS);
  const profile = sections.get(PROFILE);
  return {
    contacts: contactsOf(sections),
    settings: (settings && decodeSettings(settings)) ?? DEFAULT_SETTINGS,
    ownProfile: (profile && decodeOwnProfileKey(profile)) ?? null,
    profileKeys: profileKeysOf(sections),
  };
}

function profileKeysOf(sections: VaultSections): ReadonlyMap<AccountId, ProfileKey> {
  const value = decodeCbor(sections.get(PROFILE_KEYS) ?? encodeCbor([]));
  if (!Array.isArray(value)) return new Map();
  return new Map(
    value.flatMap((entry: unknown) => {
      const [account, bytes] = Array.isArray(entry) ? (entry as readonly unknown[]) : [];
      const key = bytes instanceof Uint8Array ? decodeProfileKey(bytes) : undefined;
      const isAccount = account instanceof Uint8Array && account.length === ID_BYTES;
      return key && isAccount ? [[idOf<AccountId>(account), key] as const] : [];
    }),
  );
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
  const profile = await store.get(TABLE.meta, OWN_PROFILE_KEY);
  const known = [...(await store.load(TABLE.profileKey))].flatMap(([account, bytes]) => {
    const key = decodeProfileKey(bytes);
    return key === undefined ? [] : [[account, key]];
  });
  return {
    contacts: [...records.values()].flatMap((bytes) => decodeContact(bytes) ?? []),
    settings: (settings && decodeSettings(settings)) ?? DEFAULT_SETTINGS,
    ownProfile: (profile && decodeOwnProfileKey(profile)) ?? null,
    profileKeys: new Map(known as [AccountId, ProfileKey][]),
  };
}

/** What an account has that is new. */
export const NO_CONTENTS: VaultContents = {
  contacts: [],
  settings: DEFAULT_SETTINGS,
  ownProfile: null,
  profileKeys: new Map(),
};

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
