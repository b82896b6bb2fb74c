/** Accounts for tests: real keys and signed device lists, as a client would make them. */
import { generateKeyPairSync, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { AccountId, DeviceId, DeviceList, ListedDevice, MailboxId } from "@sotto/protocol";
import {
  encodeDeviceList,
  encodeSignedDeviceList,
  fromHex,
  LABELS,
  labelled,
  toHex,
  utf8,
} from "@sotto/protocol";
import { nodeCrypto } from "../adapters/crypto/nodeCrypto.ts";
import type { RegisterRequest, SessionKey, VaultParts } from "../ports/requests.ts";

export interface TestDevice extends ListedDevice {
  readonly leafPrivate: KeyObject;
  /** The hash of a token made up for the device. */
  readonly session: SessionKey;
}

export interface TestAccount {
  readonly userName: string;
  readonly account: AccountId;
  readonly accountKey: Uint8Array;
  readonly accountPrivate: KeyObject;
  readonly device: TestDevice;
  readonly list: DeviceList;
}

/** 32 hexadecimal characters that depend on the text alone. */
export function testId<T extends string>(text: string): T {
  return toHex(nodeCrypto.sha256(utf8(text)).slice(0, 16)) as T;
}

/** The session key of a token that depends on the text alone. */
export function testSession(text: string): SessionKey {
  return toHex(nodeCrypto.sha256(utf8(text)));
}

export function makeDevice(name: string, addedIn = 1): TestDevice {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  return {
    device: testId<DeviceId>(`${name} device`),
    mailbox: testId<MailboxId>(`${name} mailbox`),
    leafKey: rawKey(publicKey),
    hpkeKey: utf8(`${name} hpke`),
    addedIn,
    revokedIn: null,
    leafPrivate: privateKey,
    session: testSession(name),
  };
}

export function makeAccount(userName: string): TestAccount {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const account = testId<AccountId>(userName);
  const accountKey = rawKey(publicKey);
  const device = makeDevice(userName);
  const list: DeviceList = {
    userName,
    account,
    accountKey,
    recoverySigningKey: null,
    recoveryHpkeKey: null,
    vaultKey: null,
    previousHash: new Uint8Array(32),
    version: 1,
    devices: [device],
  };
  return { userName, account, accountKey, accountPrivate: privateKey, device, list };
}

/** The encoded list, signed by the account's key. */
export function signList({ accountPrivate }: TestAccount, list: DeviceList): Uint8Array {
  const bytes = encodeDeviceList(list);
  const signature = new Uint8Array(sign(null, labelled(LABELS.deviceList, bytes), accountPrivate));
  return encodeSignedDeviceList({ list: bytes, signature });
}

/** The list that follows, with these devices. */
export function successor(list: DeviceList, devices: readonly ListedDevice[]): DeviceList {
  const previousHash = nodeCrypto.sha256(labelled(LABELS.deviceListHash, encodeDeviceList(list)));
  return { ...list, version: list.version + 1, previousHash, devices };
}

/** The proof that binds a session to the device. */
export function proveDevice({ leafPrivate }: TestDevice, session: SessionKey): Uint8Array {
  const claim = labelled(LABELS.sessionDevice, fromHex(session) as Uint8Array);
  return new Uint8Array(sign(null, claim, leafPrivate));
}

export function testVault(version: number): VaultParts {
  return { version, sealed: utf8(`vault ${version}`), wrapExport: utf8("wrap"), wrapRecovery: null };
}

export function registration(person: TestAccount): RegisterRequest {
  return {
    type: "register",
    userName: person.userName,
    registrationRecord: `record of ${person.userName}`,
    account: person.account,
    deviceList: signList(person, person.list),
    sealedAccountKey: utf8("sealed"),
    vault: testVault(1),
    keyPackages: {
      packages: [utf8(`${person.userName} 1`), utf8(`${person.userName} 2`)],
      lastResort: utf8(`${person.userName} last`),
    },
    session: person.device.session,
  };
}

function rawKey(key: KeyObject): Uint8Array {
  return new Uint8Array(key.export({ format: "der", type: "spki" }).subarray(-32));
}
