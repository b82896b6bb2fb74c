import type { SuiteId } from "@sotto/crypto";
import type { AccountId, Credential, DeviceId, MailboxId } from "@sotto/protocol";
import { codecOf, encodeCredential, idBytes, idOf, parseCredential, tuple, uint } from "@sotto/protocol";
import { FORMAT, blob, hash, id, text } from "./shapes.ts";

/** Everything that makes this device this device. Its private keys leave the store only into the MLS engine. */
export interface Identity {
  readonly account: AccountId;
  readonly userName: string;
  readonly device: DeviceId;
  readonly mailbox: MailboxId;
  readonly credential: Credential;
  readonly leafPrivateKey: Uint8Array;
  readonly leafPublicKey: Uint8Array;
  readonly hpkePrivateKey: Uint8Array;
  readonly hpkePublicKey: Uint8Array;
  /** Signed device list as last sent or seen. */
  readonly deviceList: Uint8Array;
  readonly suite: SuiteId;
  readonly server: string;
  readonly token: Uint8Array;
  readonly vaultKey: Uint8Array;
  readonly vaultVersion: number;
}

const identityCodec = codecOf(
  tuple(uint(FORMAT), id, text, id, id, blob, hash, hash, blob, blob, blob, uint(), text, hash, hash, uint()),
);

export function encodeIdentity(identity: Identity): Uint8Array {
  return identityCodec.encode([
    FORMAT,
    idBytes(identity.account),
    identity.userName,
    idBytes(identity.device),
    idBytes(identity.mailbox),
    encodeCredential(identity.credential),
    identity.leafPrivateKey,
    identity.leafPublicKey,
    identity.hpkePrivateKey,
    identity.hpkePublicKey,
    identity.deviceList,
    identity.suite,
    identity.server,
    identity.token,
    identity.vaultKey,
    identity.vaultVersion,
  ]);
}

/** `undefined` for a damaged record, as in every decoder here: the store then says "damaged". */
export function decodeIdentity(bytes: Uint8Array): Identity | undefined {
  const f = identityCodec.decode(bytes);
  const credential = f && parseCredential(f[5]);
  if (f === undefined || credential === undefined || (f[11] !== 1 && f[11] !== 83)) return undefined;
  return {
    account: idOf(f[1]),
    userName: f[2],
    device: idOf(f[3]),
    mailbox: idOf(f[4]),
    credential,
    leafPrivateKey: f[6],
    leafPublicKey: f[7],
    hpkePrivateKey: f[8],
    hpkePublicKey: f[9],
    deviceList: f[10],
    suite: f[11],
    server: f[12],
    token: f[13],
    vaultKey: f[14],
    vaultVersion: f[15],
  };
}
