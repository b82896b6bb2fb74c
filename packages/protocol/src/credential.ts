/** The MLS credential of a leaf (ACC-6): the identity bytes of a basic credential (RFC 9420 §5.3). */
import type { AccountId, DeviceId, MailboxId } from "./ids.ts";
import { idBytes, idOf } from "./ids.ts";
import { ID_BYTES, SIGNATURE_BYTES, SIGNATURE_KEY_BYTES } from "./limits.ts";
import { bytesOf, codecOf, tuple, uint } from "./schema.ts";

export interface Credential {
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly mailbox: MailboxId;
  /** Ed25519. */
  readonly accountKey: Uint8Array;
  /** Version of the device list that lists the device. */
  readonly listVersion: number;
  /** Account key's signature over {@link credentialClaim}. */
  readonly signature: Uint8Array;
}

const FORMAT = 1;
const claim = [
  uint(255),
  bytesOf(ID_BYTES),
  bytesOf(ID_BYTES),
  bytesOf(ID_BYTES),
  bytesOf(SIGNATURE_KEY_BYTES),
  uint(),
] as const;
const claimCodec = codecOf(tuple(...claim, bytesOf(SIGNATURE_KEY_BYTES)));
const credentialCodec = codecOf(tuple(...claim, bytesOf(SIGNATURE_BYTES)));

/** What the account key signs: every field and the leaf's signature key. */
export function credentialClaim(credential: Omit<Credential, "signature">, leafKey: Uint8Array): Uint8Array {
  return claimCodec.encode([...claimFields(credential), leafKey]);
}

export function encodeCredential(credential: Credential): Uint8Array {
  return credentialCodec.encode([...claimFields(credential), credential.signature]);
}

/** The credential, its signature **not yet verified**. */
export function parseCredential(bytes: Uint8Array): Credential | undefined {
  const fields = credentialCodec.decode(bytes);
  if (fields === undefined || fields[0] !== FORMAT) return undefined;
  const [, account, device, mailbox, accountKey, listVersion, signature] = fields;
  return {
    account: idOf(account),
    device: idOf(device),
    mailbox: idOf(mailbox),
    accountKey,
    listVersion,
    signature,
  };
}

function claimFields(
  credential: Omit<Credential, "signature">,
): [number, Uint8Array, Uint8Array, Uint8Array, Uint8Array, number] {
  return [
    FORMAT,
    idBytes(credential.account),
    idBytes(credential.device),
    idBytes(credential.mailbox),
    credential.accountKey,
    credential.listVersion,
  ];
}
