/** Sotto's own frames (docs/protocol/frames.md) by field. Each is first decoded by the protocol package, then read by the table. */
import type { ClientFrame, GroupId, Payload, ServerFrame } from "@sotto/protocol";
import {
  bytesEqual,
  decodeClientFrame,
  decodeServerFrame,
  encodeClientFrame,
  encodeServerFrame,
} from "@sotto/protocol";
import type { CborField } from "./cborFields.ts";
import {
  boolField,
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
import { applicationMessage, handshakeMessage, welcomeMessage } from "./mlsFields.ts";

const UNUSED = "frame header: unused (zero)";
const STORE_COUNTER = uintField("frame: store counter");
const ID_BYTES = 16;
const HASH_BYTES = 32;

/** A frame from a device: all bytes of the reader. */
export function clientFrame(reader: FieldReader): void {
  const bytes = reader.view();
  const frame = decodeClientFrame(bytes);
  if (frame === undefined || !bytesEqual(encodeClientFrame(frame), bytes))
    throw new Undocumented("no frame of a device");
  frameHeader(reader, frame.type, {
    requestId: true,
    flags: frame.type === "post",
    ...CLIENT_HEADER[frame.type],
  });
  clientBody(frame)(reader);
}

/** A frame from the server: all bytes of the reader. */
export function serverFrame(reader: FieldReader): void {
  const bytes = reader.view();
  const frame = decodeServerFrame(bytes);
  if (frame === undefined || !bytesEqual(encodeServerFrame(frame), bytes))
    throw new Undocumented("no frame of the server");
  frameHeader(reader, frame.type, {
    flags: false,
    requestId: frame.type in REPLIES,
    ...SERVER_HEADER[frame.type],
  });
  serverBody(frame)(reader);
}

interface RouteAndNumber {
  readonly route?: string;
  readonly number?: string;
}
interface HeaderFields extends RouteAndNumber {
  readonly flags: boolean;
  readonly requestId: boolean;
}

const CLIENT_HEADER: Readonly<Record<ClientFrame["type"], RouteAndNumber>> = {
  hello: {},
  post: { route: "group id", number: "handshake index" },
  handshake: { route: "group id", number: "handshake index" },
  createGroup: { route: "group id", number: "handshake index" },
  ack: { number: "sequence" },
  leave: { route: "group id" },
  ping: {},
  presence: {},
};
const ENTRY: RouteAndNumber = { route: "group id", number: "sequence" };
const SERVER_HEADER: Readonly<Record<ServerFrame["type"], RouteAndNumber>> = {
  ready: { number: "highest sequence" },
  ok: { number: "handshake index" },
  refused: {},
  pong: {},
  message: ENTRY,
  handshake: ENTRY,
  welcome: ENTRY,
  departed: ENTRY,
  missed: ENTRY,
  presence: { route: "group id" },
  accountChanged: { route: "account id", number: "list version" },
};
const REPLIES = { ready: true, ok: true, refused: true, pong: true };

function frameHeader(
  reader: FieldReader,
  type: string,
  { flags, requestId, route, number }: HeaderFields,
): void {
  reader.take("frame header: version", 1);
  reader.take(`frame header: type ${type}`, 1);
  reader.take(flags ? "frame header: flags" : UNUSED, 2);
  reader.take(requestId ? "frame header: request id" : UNUSED, 4);
  reader.take(route === undefined ? UNUSED : `frame header: ${route}`, 16);
  reader.take(number === undefined ? UNUSED : `frame header: ${number}`, 8);
}

function clientBody(frame: ClientFrame): CborField {
  switch (frame.type) {
    case "hello":
      return tupleField(
        uintField("hello: lowest version"),
        uintField("hello: highest version"),
        bytesField("hello: session token", 32),
        STORE_COUNTER,
        textField("hello: client"),
        boolField("hello: hidden"),
      );
    case "post":
      return tupleField(nestedField("message", applicationMessage(frame)), STORE_COUNTER);
    case "handshake":
      return tupleField(...handshakeParts(frame.group, frame.index));
    case "createGroup": {
      const { group } = frame;
      return tupleField(
        bytesField("create group: conversation id", ID_BYTES),
        uintField("create group: kind"),
        nullableField("create group: predecessor", bytesField("create group: predecessor", ID_BYTES)),
        nullableField(
          "create group: first message",
          nestedField("first message", applicationMessage({ group, index: 1 })),
        ),
        ...handshakeParts(group, 1),
      );
    }
    case "ack":
      return tupleField(STORE_COUNTER);
    case "presence":
      return tupleField(boolField("presence: hidden"));
    case "leave":
    case "ping":
      return tupleField();
  }
}

function handshakeParts(group: GroupId, index: number): CborField[] {
  const mailboxes = (field: string): CborField => listField(bytesField(`handshake: ${field}`, ID_BYTES));
  const hash = (field: string): CborField => nullableField(field, bytesField(field, HASH_BYTES));
  return [
    nestedField("handshake", handshakeMessage({ group, index })),
    nullableField("handshake: welcome", nestedField("welcome", welcomeMessage)),
    mailboxes("welcomed mailboxes"),
    mailboxes("added mailboxes"),
    mailboxes("removed mailboxes"),
    nullableField("handshake: sealed group info", undocumentedYet),
    hash("handshake: door hash"),
    hash("handshake: door"),
    STORE_COUNTER,
  ];
}

/** No client uploads group info before rooms exist. */
const undocumentedYet: CborField = () => {
  throw new Undocumented("sealed group info has no documented form yet");
};

function serverBody(frame: ServerFrame): CborField {
  switch (frame.type) {
    case "ready":
      return tupleField(
        uintField("ready: version"),
        bytesField("ready: store id", ID_BYTES),
        bytesField("ready: account id", ID_BYTES),
        bytesField("ready: device id", ID_BYTES),
        STORE_COUNTER,
        uintField("ready: heartbeat in ms"),
        uintField("ready: key packages left"),
        uintField("ready: clock in ms"),
      );
    case "refused":
      return tupleField(
        textField("refused: code"),
        nullableField("refused: detail", textField("refused: detail")),
        nullableField("refused: index", uintField("refused: index")),
      );
    case "message":
      return tupleField(
        uintField("entry: handshake index"),
        nestedField("message", applicationMessage(frame)),
      );
    case "handshake":
      return tupleField(
        uintField("entry: handshake index"),
        ...payload(frame.handshake, handshakeMessage(frame)),
      );
    case "welcome":
      return tupleField(
        uintField("entry: handshake index"),
        bytesField("entry: conversation id", ID_BYTES),
        uintField("entry: kind"),
        nullableField("entry: predecessor", bytesField("entry: predecessor", ID_BYTES)),
        bytesField("entry: handshake hash", HASH_BYTES),
        ...payload(frame.welcome, welcomeMessage),
      );
    case "departed":
      return tupleField(bytesField("entry: mailbox id", ID_BYTES));
    case "presence":
      return tupleField(boolField("presence: online"));
    case "ok":
    case "pong":
    case "missed":
    case "accountChanged":
      return tupleField();
  }
}

function payload(given: Payload, parse: (reader: FieldReader) => void): CborField[] {
  const inline: CborField =
    "inline" in given ? nestedField("payload", parse) : nullableField("payload: bytes", undocumentedYet);
  return [
    inline,
    nullableField("payload: hash", bytesField("payload: hash", HASH_BYTES)),
    uintField("payload: size"),
  ];
}
