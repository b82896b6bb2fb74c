/** The lines of a history archive (ARC-1, ARC-2): JSON objects with exactly the members that are named here, in any order when read. */
import type { AccountId, ConversationId, FileManifest, MessageId } from "@sotto/protocol";
import {
  HASH_BYTES,
  MAX_FILES_BODY_BYTES,
  MAX_FILES_IN_MESSAGE,
  MAX_TEXT_BYTES,
  SIGNATURE_BYTES,
  SIGNATURE_KEY_BYTES,
  fromUtf8,
  textSizeBytes,
  toHex,
  utf8,
} from "@sotto/protocol";
import type { ConversationState } from "../engine/records/conversation.ts";
import type { ImportedMessage, MessageState } from "../engine/contract.ts";
import { fileMembers, parseFiles } from "./fileLines.ts";
import type { Fields } from "./fields.ts";
import { bytesField, hasOnly, idField, isCount, isObject, isUserName } from "./fields.ts";

const ARCHIVE_FORMAT = "sotto-history";
/** 1: no message offers files. */
export type ArchiveVersion = 1 | 2;
const ARCHIVE_VERSION = 2;

/** What fits a message, each byte of it escaped with six characters, and what is around it and around each file. */
export const MAX_LINE_BYTES: number = 6 * MAX_FILES_BODY_BYTES + 512 * MAX_FILES_IN_MESSAGE + 1024;
/** Orders leave room for what is stored after an import. */
const MAX_ARCHIVE_ORDER: number = 2 ** 53 - 2 ** 32;

export interface ArchiveHeader {
  readonly version: ArchiveVersion;
  readonly account: AccountId;
  readonly userName: string;
  readonly exportedAtMs: number;
}

export interface ArchiveConversation {
  readonly type: "conversation";
  readonly id: ConversationId;
  readonly peer: { readonly account: AccountId; readonly userName: string | null };
  /** When the archive was made; nothing follows from it. */
  readonly state: ConversationState;
}

/** One message of the conversation named before it. */
export interface ArchiveMessage extends ImportedMessage {
  readonly type: "message";
}

export interface ArchiveEnd {
  readonly type: "end";
  readonly conversations: number;
  readonly messages: number;
  /** SHA-256 of every byte before this line. */
  readonly digest: Uint8Array;
  /** Encoded credential of the device that made the archive. */
  readonly credential: Uint8Array;
  readonly leafKey: Uint8Array;
  readonly signature: Uint8Array;
}

export type ArchiveEntry = ArchiveConversation | ArchiveMessage;

/** The first line. `later`: of a version that this program does not know; `undefined`: no archive. */
export function parseHeader(line: Uint8Array): ArchiveHeader | "later" | undefined {
  const fields = objectOf(line);
  if (fields?.["format"] !== ARCHIVE_FORMAT) return undefined;
  const { version, account, userName, exportedAtMs } = fields;
  if (isCount(version) && version > ARCHIVE_VERSION) return "later";
  if (!hasOnly(fields, HEADER_FIELDS) || (version !== 1 && version !== 2)) return undefined;
  const id = idField<AccountId>(account);
  if (id === undefined || !isUserName(userName) || !isCount(exportedAtMs)) return undefined;
  return { version, account: id, userName, exportedAtMs };
}

/** Any other line, or `undefined` if it is none. Nothing of it is verified against the rest of the archive. */
export function parseEntry(line: Uint8Array, version: ArchiveVersion): ArchiveEntry | ArchiveEnd | undefined {
  const fields = objectOf(line);
  if (fields === undefined) return undefined;
  switch (fields["type"]) {
    case "conversation":
      return conversationOf(fields);
    case "message":
      return messageOf(fields, version);
    case "end":
      return endOf(fields);
    default:
      return undefined;
  }
}

export function headerLine({ account, userName, exportedAtMs }: Omit<ArchiveHeader, "version">): Uint8Array {
  return lineOf({ format: ARCHIVE_FORMAT, version: ARCHIVE_VERSION, account, userName, exportedAtMs });
}

export function conversationLine({ id, peer, state }: Omit<ArchiveConversation, "type">): Uint8Array {
  return lineOf({ type: "conversation", id, kind: "pair", peer, state });
}

export function messageLine(message: ImportedMessage): Uint8Array {
  const { id, order, from, text, files, replyTo, sentAtMs, storedAtMs, path, state } = message;
  const offered = files.length > 0 && { files: files.map(fileMembers) };
  return lineOf({
    type: "message",
    id,
    order,
    from,
    text,
    ...offered,
    replyTo,
    sentAtMs,
    storedAtMs,
    path,
    state,
  });
}

export function endLine(end: Omit<ArchiveEnd, "type">): Uint8Array {
  const { conversations, messages, digest, credential, leafKey, signature } = end;
  return lineOf({
    type: "end",
    conversations,
    messages,
    sha256: toHex(digest),
    device: { credential: toHex(credential), leafKey: toHex(leafKey) },
    signature: toHex(signature),
  });
}

const HEADER_FIELDS = ["format", "version", "account", "userName", "exportedAtMs"];
const CONVERSATION_FIELDS = ["type", "id", "kind", "peer", "state"];
const MESSAGE_FIELDS = [
  "type",
  "id",
  "order",
  "from",
  "text",
  "replyTo",
  "sentAtMs",
  "storedAtMs",
  "path",
  "state",
];
const END_FIELDS = ["type", "conversations", "messages", "sha256", "device", "signature"];
const STATES: readonly ConversationState[] = ["pending", "active", "ended", "undecided", "fork"];
const MESSAGE_STATES: readonly MessageState[] = ["sending", "sent", "delivered", "read", "failed"];
/** An encoded credential has 150 bytes or so. */
const MAX_CREDENTIAL_BYTES = 256;

function conversationOf(fields: Fields): ArchiveConversation | undefined {
  const id = idField<ConversationId>(fields["id"]);
  const state = STATES.find((known) => known === fields["state"]);
  const peer = fields["peer"];
  if (!hasOnly(fields, CONVERSATION_FIELDS) || fields["kind"] !== "pair") return undefined;
  if (!isObject(peer) || !hasOnly(peer, ["account", "userName"])) return undefined;
  const account = idField<AccountId>(peer["account"]);
  const { userName } = peer;
  if (id === undefined || state === undefined || account === undefined) return undefined;
  if (userName !== null && !isUserName(userName)) return undefined;
  return { type: "conversation", id, peer: { account, userName }, state };
}

function messageOf(fields: Fields, version: ArchiveVersion): ArchiveMessage | undefined {
  const { order, text, sentAtMs, storedAtMs, path, replyTo } = fields;
  const id = idField<MessageId>(fields["id"]);
  const from = idField<AccountId>(fields["from"]);
  const answered = replyTo === null ? null : idField<MessageId>(replyTo);
  const state = MESSAGE_STATES.find((known) => known === fields["state"]);
  const offers = version > 1 && "files" in fields;
  if (!hasOnly(fields, offers ? [...MESSAGE_FIELDS, "files"] : MESSAGE_FIELDS)) return undefined;
  if (id === undefined || from === undefined) return undefined;
  if (answered === undefined || state === undefined) return undefined;
  if (!isCount(order) || order < 1 || order > MAX_ARCHIVE_ORDER) return undefined;
  if (!isCount(sentAtMs) || !isCount(storedAtMs)) return undefined;
  if (typeof text !== "string" || textSizeBytes(text) > MAX_TEXT_BYTES) return undefined;
  if (path !== "direct" && path !== "relay") return undefined;
  const files: readonly FileManifest[] | undefined = offers ? parseFiles(text, fields["files"]) : [];
  if (files === undefined) return undefined;
  return {
    type: "message",
    id,
    order,
    from,
    text,
    files,
    replyTo: answered,
    sentAtMs,
    storedAtMs,
    path,
    state,
  };
}

function endOf(fields: Fields): ArchiveEnd | undefined {
  const { conversations, messages, device } = fields;
  if (!hasOnly(fields, END_FIELDS) || !isCount(conversations) || !isCount(messages)) return undefined;
  if (!isObject(device) || !hasOnly(device, ["credential", "leafKey"])) return undefined;
  const digest = bytesField(fields["sha256"], HASH_BYTES);
  const credential = bytesField(device["credential"], 0, MAX_CREDENTIAL_BYTES);
  const leafKey = bytesField(device["leafKey"], SIGNATURE_KEY_BYTES);
  const signature = bytesField(fields["signature"], SIGNATURE_BYTES);
  if (digest === undefined || credential === undefined || leafKey === undefined || signature === undefined)
    return undefined;
  return { type: "end", conversations, messages, digest, credential, leafKey, signature };
}

function objectOf(line: Uint8Array): Fields | undefined {
  const text = fromUtf8(line);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    // The parser's own message quotes the text.
    return undefined;
  }
}

function lineOf(fields: Fields): Uint8Array {
  return utf8(`${JSON.stringify(fields)}\n`);
}
