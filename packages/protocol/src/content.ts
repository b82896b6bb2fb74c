/**
 * What an MLS application message carries (MSG-1): signed and encrypted as a whole. Counted contents have a place in their sender's
 * stream, from 1 without gaps; receipts, signals, invitations and profile keys are uncounted (counter 0).
 */
import type { MessageId, StreamId, TransferId } from "./ids.ts";
import { idBytes, idOf } from "./ids.ts";
import {
  HASH_BYTES,
  ID_BYTES,
  MAX_CONTENT_BYTES,
  MAX_ROOM_PASSWORD_BYTES,
  MAX_TEXT_BYTES,
  PROFILE_KEY_BYTES,
  ROOM_CODE_PATTERN,
} from "./limits.ts";
import { arrayOf, bytesOf, bytesUpTo, codecOf, nullable, textUpTo, tuple, uint } from "./schema.ts";
import type { CborValue } from "./cbor.ts";
import { decodeCbor, encodeCbor } from "./cbor.ts";
import { utf8 } from "./bytes.ts";
import type { FileBody } from "./fileManifest.ts";
import { fileBodyFields, fileBodyOf } from "./fileManifest.ts";
import type { SignalBody } from "./signal.ts";
import { signalFields, signalOf } from "./signal.ts";

/** A text message. */
export interface TextBody {
  readonly kind: "text";
  readonly text: string;
  /** The message that this one answers. */
  readonly replyTo: MessageId | null;
}

/** How far one stream has been received and read: cumulative counters. */
export interface StreamReceipt {
  readonly stream: StreamId;
  readonly delivered: number;
  /** 0 when read receipts are switched off. */
  readonly read: number;
}

/** Delivered and read receipts of the sender for others' streams, and for files (FIL-19). */
export interface ReceiptBody {
  readonly kind: "receipt";
  readonly receipts: readonly StreamReceipt[];
  /** Files of others that the sender has whole, each verified to its root; at most {@link MAX_FILES_IN_RECEIPT}. */
  readonly whole: readonly TransferId[];
  /** Own files of which the sender wants to hear whether they are whole with others; as many. */
  readonly asked: readonly TransferId[];
}

/** Tells receivers that nothing will come for these counters. */
export interface SkipBody {
  readonly kind: "skip";
  readonly counters: readonly number[];
}

/** What lets others into a room by themselves (ROOM-17): among its members, whoever made it. */
export interface InvitationBody {
  readonly kind: "invitation";
  /** 12 characters of Crockford's base32. */
  readonly code: string;
  readonly password: string;
  /** Of the link's fragment; null: the link is not required. */
  readonly linkSecret: Uint8Array | null;
  /** The handshake whose join secret it opens. */
  readonly k: number;
  /** Counts the invitations for one `k`. */
  readonly version: number;
}

/** What a person has written or offered: has a place in the history, an id by which it is known again, and is receipted. */
export type MessageBody = TextBody | FileBody;

/** What opens the sender's account's profile at the server (PRO-3). */
export interface ProfileKeyBody {
  readonly kind: "profileKey";
  /** Of the profile that it opens; later ones have it too until another key is told. */
  readonly version: number;
  readonly key: Uint8Array;
}

export type ContentBody = MessageBody | ReceiptBody | SkipBody | SignalBody | InvitationBody | ProfileKeyBody;

export interface Content {
  readonly id: MessageId;
  readonly stream: StreamId;
  /** 0: uncounted. */
  readonly counter: number;
  /** Hash of the sender's previous counted content; zeros before the first. */
  readonly previousHash: Uint8Array;
  /** Sender's clock in milliseconds since 1970; for display only. */
  readonly sentAtMs: number;
  /** Version of the sender's own device list. */
  readonly listVersion: number;
  /** Head of the key log as the sender knows it. */
  readonly logHead: Uint8Array | null;
  /** From time to time: RFC 9420 §8.7, so that a split group shows. */
  readonly epochAuthenticator: Uint8Array | null;
  readonly body: ContentBody;
}

const FORMAT = 1;
const KIND = { text: 1, receipt: 2, skip: 3, signal: 4, file: 5, invitation: 6, profileKey: 7 } as const;
const MAX_STREAMS_IN_RECEIPT = 256;
/** Of each list of files: 1.1 KB. */
export const MAX_FILES_IN_RECEIPT = 64;
const MAX_SKIPPED = 1000;

const envelope = tuple(
  uint(255),
  uint(255),
  bytesOf(ID_BYTES),
  bytesOf(ID_BYTES),
  uint(),
  bytesOf(HASH_BYTES),
  uint(),
  uint(),
  nullable(bytesOf(HASH_BYTES)),
  nullable(bytesUpTo(64)),
  (value: CborValue) => value,
);
const textShape = tuple(textUpTo(MAX_TEXT_BYTES), nullable(bytesOf(ID_BYTES)));
const transferList = arrayOf(bytesOf(ID_BYTES), MAX_FILES_IN_RECEIPT);
const receiptShape = tuple(
  arrayOf(tuple(bytesOf(ID_BYTES), uint(), uint()), MAX_STREAMS_IN_RECEIPT),
  transferList,
  transferList,
);
const skipShape = tuple(arrayOf(uint(), MAX_SKIPPED));
/** So that counting on from what a member has named stays within numbers. */
const MAX_INVITATION_VERSION = 2 ** 32;
const invitationShape = tuple(
  textUpTo(64),
  textUpTo(MAX_ROOM_PASSWORD_BYTES),
  nullable(bytesOf(HASH_BYTES)),
  uint(),
  uint(MAX_INVITATION_VERSION),
);
const profileKeyShape = tuple(uint(), bytesOf(PROFILE_KEY_BYTES));

/** UTF-8 size of a message's text, to compare with `MAX_TEXT_BYTES` before it is accepted for sending. */
export function textSizeBytes(text: string): number {
  return utf8(text).length;
}

/** The bytes to pad and encrypt. Throws `RangeError` if the text is longer than the limit, or the files do not fit. */
export function encodeContent(content: Content): Uint8Array {
  if (content.body.kind === "text" && textSizeBytes(content.body.text) > MAX_TEXT_BYTES)
    throw new RangeError("text too long");
  return encodeCbor([
    FORMAT,
    KIND[content.body.kind],
    idBytes(content.id),
    idBytes(content.stream),
    content.counter,
    content.previousHash,
    content.sentAtMs,
    content.listVersion,
    content.logHead,
    content.epochAuthenticator,
    bodyFields(content.body),
  ]);
}

/** The content, or `undefined` for anything else. An unknown kind of a later version is `undefined` too and shown as such. */
export function decodeContent(bytes: Uint8Array): Content | undefined {
  if (bytes.length > MAX_CONTENT_BYTES) return undefined;
  const value = decodeCbor(bytes);
  const fields = value === undefined ? undefined : envelope(value);
  if (fields === undefined || fields[0] !== FORMAT) return undefined;
  const [
    ,
    kind,
    id,
    stream,
    counter,
    previousHash,
    sentAtMs,
    listVersion,
    logHead,
    epochAuthenticator,
    rawBody,
  ] = fields;
  const body = bodyOf(kind, rawBody);
  if (body === undefined || isCounted(body) !== counter > 0) return undefined;
  return {
    id: idOf(id),
    stream: idOf(stream),
    counter,
    previousHash,
    sentAtMs,
    listVersion,
    logHead,
    epochAuthenticator,
    body,
  };
}

export function isMessageBody(body: ContentBody): body is MessageBody {
  return body.kind === "text" || body.kind === "file";
}

/** Receipts, signals, invitations and profile keys are of the moment: one that is lost is made again, or means nothing any more. */
export function isCounted(body: ContentBody): boolean {
  return isMessageBody(body) || body.kind === "skip";
}

function bodyFields(body: ContentBody): CborValue {
  switch (body.kind) {
    case "text":
      return [body.text, body.replyTo && idBytes(body.replyTo)];
    case "receipt":
      return [
        body.receipts.map(({ stream, delivered, read }) => [idBytes(stream), delivered, read]),
        body.whole.map(idBytes),
        body.asked.map(idBytes),
      ];
    case "skip":
      return [body.counters];
    case "signal":
      return signalFields(body);
    case "file":
      return fileBodyFields(body);
    case "invitation":
      return [body.code, body.password, body.linkSecret, body.k, body.version];
    case "profileKey":
      return [body.version, body.key];
  }
}

function bodyOf(kind: number, raw: CborValue): ContentBody | undefined {
  switch (kind) {
    case KIND.text: {
      const fields = textShape(raw);
      if (fields === undefined || textSizeBytes(fields[0]) > MAX_TEXT_BYTES) return undefined;
      return { kind: "text", text: fields[0], replyTo: fields[1] && idOf(fields[1]) };
    }
    case KIND.receipt: {
      const fields = receiptShape(raw);
      return (
        fields && {
          kind: "receipt",
          receipts: fields[0].map(([stream, delivered, read]) => ({ stream: idOf(stream), delivered, read })),
          whole: fields[1].map(idOf<TransferId>),
          asked: fields[2].map(idOf<TransferId>),
        }
      );
    }
    case KIND.skip: {
      const fields = skipShape(raw);
      return fields && { kind: "skip", counters: fields[0] };
    }
    case KIND.signal:
      return signalOf(raw);
    case KIND.file:
      return fileBodyOf(raw);
    case KIND.invitation: {
      const fields = invitationShape(raw);
      if (fields === undefined || !ROOM_CODE_PATTERN.test(fields[0]) || fields[1].length === 0)
        return undefined;
      const [code, password, linkSecret, k, version] = fields;
      return { kind: "invitation", code, password, linkSecret, k, version };
    }
    case KIND.profileKey: {
      const fields = profileKeyShape(raw);
      return fields && { kind: "profileKey", version: fields[0], key: fields[1] };
    }
    default:
      return undefined;
  }
}

/** The authenticated_data of a handshake (MLS-5). `previousHash` is the chain hash of the handshake before. */
export interface HandshakeBinding {
  readonly conversation: Uint8Array;
  readonly index: number;
  readonly previousHash: Uint8Array;
}

/** The authenticated_data of an application message (MLS-6). */
export interface MessageBinding {
  /** Of the sender's last handshake, with its chain hash. */
  readonly index: number;
  readonly headHash: Uint8Array;
  /** Contents of the sender's stream that the server had taken before the last handshake that added somebody. */
  readonly base: number;
  /** The handshake in whose epoch the server took the last of these; 0 if there is none. Members who were there by then have had it, or miss it. */
  readonly takenIndex: number;
}

const handshakeBinding = codecOf(tuple(bytesOf(ID_BYTES), uint(), bytesOf(HASH_BYTES)));
const messageBinding = codecOf(tuple(uint(), bytesOf(HASH_BYTES), uint(), uint()));

export function encodeHandshakeBinding(binding: HandshakeBinding): Uint8Array {
  return handshakeBinding.encode([binding.conversation, binding.index, binding.previousHash]);
}

export function decodeHandshakeBinding(bytes: Uint8Array): HandshakeBinding | undefined {
  const fields = handshakeBinding.decode(bytes);
  return fields && { conversation: fields[0], index: fields[1], previousHash: fields[2] };
}

export function encodeMessageBinding(binding: MessageBinding): Uint8Array {
  return messageBinding.encode([binding.index, binding.headHash, binding.base, binding.takenIndex]);
}

export function decodeMessageBinding(bytes: Uint8Array): MessageBinding | undefined {
  const fields = messageBinding.decode(bytes);
  return fields && { index: fields[0], headHash: fields[1], base: fields[2], takenIndex: fields[3] };
}
