/** What travels as bytes inside JSON bodies: lists, sealed records, OPAQUE messages. See docs/protocol/accounts.md. */
import { decodeSignedDeviceList, parseDeviceList } from "@sotto/protocol";
import {
  bytesField,
  listField,
  nestedField,
  nullableField,
  textField,
  tupleField,
  uintField,
} from "./cborFields.ts";
import type { FieldReader } from "./fieldReader.ts";
import { Undocumented } from "./fieldReader.ts";

/** Explains the bytes of one value. */
export type BlobParser = (reader: FieldReader) => void;

const GCM_NONCE_BYTES = 12;
const GCM_TAG_BYTES = 16;

/** Exactly the bytes of one field. */
export function plainBlob(field: string, sizeBytes: number): BlobParser {
  return (reader) => void reader.take(field, sizeBytes);
}

/** Fields of fixed sizes, one behind the other. */
function layout(...parts: readonly (readonly [field: string, sizeBytes: number])[]): BlobParser {
  return (reader) => {
    for (const [field, sizeBytes] of parts) reader.take(field, sizeBytes);
  };
}

/** AES-256-GCM under a key that the server does not have: nonce, ciphertext, tag. */
function sealed(field: string): BlobParser {
  return (reader) => {
    reader.take(`${field}: nonce`, GCM_NONCE_BYTES);
    if (reader.left < GCM_TAG_BYTES) throw new Undocumented(`${field} is too short`);
    reader.take(`${field}: ciphertext`, reader.left - GCM_TAG_BYTES);
    reader.take(`${field}: tag`, GCM_TAG_BYTES);
  };
}

/** ACC-3. */
export const sealedAccountKey: BlobParser = sealed("sealed account key");

/** ACC-18: the vault's contents. */
export const vaultContents: BlobParser = tupleField(
  uintField("vault: format", [1]),
  nullableField(
    "vault: device wraps",
    listField(tupleField(bytesField("vault: device wraps", 16), bytesField("vault: device wraps"))),
  ),
  nestedField("sealed vault", sealed("vault")),
);

/** PRO-2: nothing but its size class shows. */
export const sealedProfile: BlobParser = sealed("profile");

/** The vault key under the OPAQUE export key. */
export const vaultWrap: BlobParser = tupleField(
  uintField("vault wrap: format", [1]),
  nestedField("sealed vault key", sealed("vault wrap")),
);

const listBody: BlobParser = tupleField(
  uintField("device list: format", [1]),
  textField("device list: user name"),
  bytesField("device list: account id", 16),
  bytesField("device list: account key", 32),
  nullableField("device list: recovery signing key", bytesField("device list: recovery signing key", 32)),
  nullableField("device list: recovery HPKE key", bytesField("device list: recovery HPKE key")),
  nullableField("device list: vault key", bytesField("device list: vault key")),
  bytesField("device list: previous hash", 32),
  uintField("device list: version"),
  listField(
    tupleField(
      bytesField("device list: device id", 16),
      bytesField("device list: leaf signature key", 32),
      bytesField("device list: HPKE key"),
      bytesField("device list: mailbox id", 16),
      uintField("device list: added in"),
      nullableField("device list: revoked in", uintField("device list: revoked in")),
    ),
  ),
);

const signedList: BlobParser = tupleField(
  nestedField("device list", listBody),
  bytesField("device list: signature", 64),
);

/** ACC-4: a signed device list. */
export const signedDeviceList: BlobParser = (reader) => {
  const signed = decodeSignedDeviceList(reader.view());
  if (signed === undefined || parseDeviceList(signed.list) === undefined)
    throw new Undocumented("no device list");
  signedList(reader);
};

const NONCE: readonly [string, number] = ["opaque: nonce", 32];
const ELEMENT_BYTES = 32;
const KEY_SHARE: readonly [string, number] = ["opaque: key share", 32];
const ENVELOPE_BYTES = 96;
const MAC_BYTES = 64;

/** OPAQUE messages (RFC 9807 §4, §5, §6) with ristretto255 and SHA-512, by the name of their JSON field. */
export const OPAQUE: Readonly<Record<string, BlobParser>> = {
  registrationRequest: layout(["opaque: blinded message", ELEMENT_BYTES]),
  registrationResponse: layout(
    ["opaque: evaluated message", ELEMENT_BYTES],
    ["opaque: server public key", 32],
  ),
  registrationRecord: layout(
    ["opaque: client public key", 32],
    ["opaque: masking key", 64],
    ["opaque: envelope", ENVELOPE_BYTES],
  ),
  startLoginRequest: layout(["opaque: blinded message", ELEMENT_BYTES], NONCE, KEY_SHARE),
  loginResponse: layout(
    ["opaque: evaluated message", ELEMENT_BYTES],
    ["opaque: masking nonce", 32],
    ["opaque: masked response", 32 + ENVELOPE_BYTES],
    NONCE,
    KEY_SHARE,
    ["opaque: server mac", MAC_BYTES],
  ),
  finishLoginRequest: layout(["opaque: client mac", MAC_BYTES]),
};
