/** From the parts of a new device to its records, first provisional, then its own. */
import type { SuiteId } from "@sotto/crypto";
import { TOKEN_BYTES } from "@sotto/protocol";
import type { Identity } from "../engine/records/identity.ts";
import { encodeContact } from "../engine/records/contact.ts";
import { encodeKeyPackage } from "../engine/records/keyPackage.ts";
import { OWN_PROFILE_KEY, encodeOwnProfileKey, encodeProfileKey } from "../engine/records/profile.ts";
import { TABLE } from "../engine/records/table.ts";
import { SETTINGS_KEY, encodeSettings } from "../engine/settings.ts";
import type { LocalStore } from "../ports/store.ts";
import type { Credentials } from "./context.ts";
import type { Provisional, PutWrite } from "./deviceRecords.ts";
import { dropDeparted, dropProvisional, identityWrite, vaultRecordWrite } from "./deviceRecords.ts";
import type { DeviceKeyPackages, NewDevice } from "./newDevice.ts";
import type { VaultContents } from "./vaultContents.ts";

export interface DeviceParts {
  readonly device: NewDevice;
  readonly suite: SuiteId;
  readonly credentials: Pick<Credentials, "userName" | "server">;
  readonly deviceList: Uint8Array;
  readonly keyPackages: DeviceKeyPackages;
  readonly vault: {
    readonly vaultKey: Uint8Array;
    readonly version: number;
    readonly wrapExport: Uint8Array;
  };
  readonly contents: VaultContents;
}

/** The device's records, its session's token still missing. */
export function assembleDevice(parts: DeviceParts): Provisional {
  const { device, suite, credentials, deviceList, vault, contents } = parts;
  const { userName, server } = credentials;
  const identity: Identity = {
    ...device,
    account: device.credential.account,
    userName,
    deviceList,
    suite,
    server,
    token: new Uint8Array(TOKEN_BYTES),
    vaultKey: vault.vaultKey,
    vaultVersion: vault.version,
  };
  const records = [
    ...keyPackageWrites(parts.keyPackages),
    ...contents.contacts.map((contact) => ({
      put: TABLE.contact,
      key: contact.account,
      value: encodeContact(contact),
    })),
    { put: TABLE.meta, key: SETTINGS_KEY, value: encodeSettings(contents.settings) },
    ...(contents.ownProfile === null
      ? []
      : [{ put: TABLE.meta, key: OWN_PROFILE_KEY, value: encodeOwnProfileKey(contents.ownProfile) }]),
    ...[...contents.profileKeys].map(([account, key]) => ({
      put: TABLE.profileKey,
      key: account,
      value: encodeProfileKey(key),
    })),
    vaultRecordWrite({ wrapExport: vault.wrapExport, writtenHash: null }),
  ];
  return { identity, records };
}

/** The server knows the device: it becomes this home's own, in one transaction. */
export async function adoptProvisional(
  store: LocalStore,
  provisional: Provisional,
  token: Uint8Array,
): Promise<Identity> {
  const identity = { ...provisional.identity, token };
  await store.commit([...provisional.records, identityWrite(identity), dropProvisional, dropDeparted]);
  return identity;
}

function keyPackageWrites({ single, lastResort }: DeviceKeyPackages): readonly PutWrite[] {
  return [...single, lastResort].map((bundle) => ({
    put: TABLE.keyPackage,
    key: bundle.ref,
    value: encodeKeyPackage({
      publicBytes: bundle.publicBytes,
      privateBytes: bundle.privateBytes,
      lastResort: bundle === lastResort,
    }),
  }));
}
