/** MLS messages (RFC 9420 §6, §10, §12.4.3) by field, as far as the server can see: what is encrypted is one field. */
import { decodeHandshakeBinding, decodeMessageBinding, parseCredential, toHex } from "@sotto/protocol";
import { bytesField, tupleField, uintField } from "./cborFields.ts";
import type { FieldReader } from "./fieldReader.ts";
import { Undocumented } from "./fieldReader.ts";

const LENGTHS = "mls: lengths of vectors";
const MLS10 = 1;
const WIRE_FORMAT = { privateMessage: 2, welcome: 3, keyPackage: 5 } as const;
const CONTENT_TYPE = { application: 1, proposal: 2, commit: 3 } as const;
const HANDSHAKE_TYPES: readonly number[] = [CONTENT_TYPE.proposal, CONTENT_TYPE.commit];
/** The low byte of the wire format, behind the version. */
const WIRE_FORMAT_OFFSET = 3;
const SUITES: readonly number[] = [1, 83];
const BASIC_CREDENTIAL = 1;
const LEAF_OF_KEY_PACKAGE = 1;

/** What the frame around a message says of it; the message must agree. */
export interface MessagePlace {
  /** 32 hexadecimal characters. */
  readonly group: string;
  readonly index: number;
}

/** An application message (MLS-6). */
export function applicationMessage(place: MessagePlace): (reader: FieldReader) => void {
  return (reader) => {
    const authenticated = privateMessage(reader, "message", place, [CONTENT_TYPE.application]);
    if (decodeMessageBinding(authenticated)?.index !== place.index)
      throw new Undocumented("message bound to another index");
  };
}

/** A commit or a standalone proposal (MLS-3, MLS-5). */
export function handshakeMessage(place: MessagePlace): (reader: FieldReader) => void {
  return (reader) => {
    const authenticated = privateMessage(reader, "handshake", place, HANDSHAKE_TYPES);
    if (decodeHandshakeBinding(authenticated)?.index !== place.index)
      throw new Undocumented("handshake bound to another index");
  };
}

/** RFC 9420 §12.4.3.1. */
export function welcomeMessage(reader: FieldReader): void {
  header(reader, "welcome", WIRE_FORMAT.welcome);
  suite(reader, "welcome");
  vector(reader, "welcome: secrets", (secrets) => {
    while (secrets.left > 0) {
      opaque(secrets, "welcome: key package reference");
      opaque(secrets, "welcome: KEM output");
      opaque(secrets, "welcome: encrypted group secrets");
    }
  });
  opaque(reader, "welcome: encrypted group info");
}

/** What `GET /v1/bodies/{hash}` gives: the handshake or the Welcome of a mailbox entry that names it by its hash (RLY-14). */
export function referencedPayload(reader: FieldReader): void {
  const isWelcome = reader.view()[WIRE_FORMAT_OFFSET] === WIRE_FORMAT.welcome;
  if (isWelcome) welcomeMessage(reader);
  else privateMessage(reader, "handshake", undefined, HANDSHAKE_TYPES);
}

/** RFC 9420 §10, its leaf with our credential (MLS-2). */
export function keyPackageMessage(reader: FieldReader): void {
  header(reader, "key package", WIRE_FORMAT.keyPackage);
  expect(reader, "key package: version", 2, [MLS10]);
  suite(reader, "key package");
  opaque(reader, "key package: init key");
  opaque(reader, "leaf: encryption key");
  opaque(reader, "leaf: signature key");
  expect(reader, "leaf: credential type", 2, [BASIC_CREDENTIAL]);
  vector(reader, "credential", credential);
  for (const kind of ["versions", "cipher suites", "extensions", "proposals", "credentials"])
    vector(
      reader,
      `leaf: ${kind} supported`,
      (list) => void list.take(`leaf: ${kind} supported`, list.left - (list.left % 2)),
    );
  expect(reader, "leaf: source", 1, [LEAF_OF_KEY_PACKAGE]);
  reader.take("leaf: lifetime", 16);
  extensions(reader, "leaf: extensions");
  opaque(reader, "leaf: signature");
  extensions(reader, "key package: extensions");
  opaque(reader, "key package: signature");
}

const credentialFields = tupleField(
  uintField("credential: format", [1]),
  bytesField("credential: account id", 16),
  bytesField("credential: device id", 16),
  bytesField("credential: mailbox id", 16),
  bytesField("credential: account key", 32),
  uintField("credential: list version"),
  bytesField("credential: signature", 64),
);
const messageBindingFields = tupleField(
  uintField("authenticated data: handshake index"),
  bytesField("authenticated data: chain hash", 32),
  uintField("authenticated data: base"),
  uintField("authenticated data: taken"),
);
const handshakeBindingFields = tupleField(
  bytesField("authenticated data: conversation id", 16),
  uintField("authenticated data: handshake index"),
  bytesField("authenticated data: chain hash", 32),
);

function credential(reader: FieldReader): void {
  if (parseCredential(reader.view()) === undefined) throw new Undocumented("no credential");
  credentialFields(reader);
}

/** RFC 9420 §6.3; returns the authenticated data. */
function privateMessage(
  reader: FieldReader,
  name: "message" | "handshake",
  place: MessagePlace | undefined,
  types: readonly number[],
): Uint8Array {
  header(reader, name, WIRE_FORMAT.privateMessage);
  const group = opaque(reader, `${name}: group id`);
  if (place !== undefined && toHex(group) !== place.group)
    throw new Undocumented(`${name} of another group than its frame`);
  reader.take(`${name}: epoch`, 8);
  expect(reader, `${name}: content type`, 1, types);
  const authenticated = vector(
    reader,
    "authenticated data",
    name === "message" ? messageBindingFields : handshakeBindingFields,
  );
  opaque(reader, `${name}: encrypted sender data`);
  opaque(reader, `${name}: ciphertext`);
  return authenticated;
}

function header(reader: FieldReader, name: string, wireFormat: number): void {
  expect(reader, `${name}: MLS version`, 2, [MLS10]);
  expect(reader, `${name}: wire format`, 2, [wireFormat]);
}

function suite(reader: FieldReader, name: string): void {
  expect(reader, `${name}: cipher suite`, 2, SUITES);
}

function extensions(reader: FieldReader, field: string): void {
  vector(reader, field, (list) => {
    if (list.left > 0) throw new Undocumented(`${field} are there`);
  });
}

function expect(reader: FieldReader, field: string, sizeBytes: number, allowed: readonly number[]): void {
  const value = reader.uint(field, sizeBytes);
  if (!allowed.includes(value)) throw new Undocumented(`${field} is ${value}`);
}

/** A vector without parts. */
function opaque(reader: FieldReader, field: string): Uint8Array {
  return vector(reader, field, (bytes) => void bytes.take(field, bytes.left));
}

/** RFC 9420 §2.1.2: a length in 1, 2 or 4 bytes, then so many bytes; returns them. */
function vector(reader: FieldReader, place: string, parse: (part: FieldReader) => void): Uint8Array {
  const first = reader.uint(LENGTHS, 1);
  const width = [1, 2, 4][first >> 6];
  if (width === undefined) throw new Undocumented(`${place} has no length`);
  const length = (first & 63) * 256 ** (width - 1) + (width === 1 ? 0 : reader.uint(LENGTHS, width - 1));
  const bytes = reader.view().subarray(0, length);
  reader.within(place, length, parse);
  return bytes;
}
