import type { ConversationId, DepartedEntry, GroupId, HandshakeEntry, MessageEntry } from "@sotto/protocol";
import { codecOf, idBytes, idOf, tuple, uint } from "@sotto/protocol";
import { FORMAT, blob, hash, id } from "./shapes.ts";

/** A Welcome that cannot be opened before the conversation's key is entered (PSK-5). Nothing of it is verified. */
export interface WaitingWelcome {
  readonly group: GroupId;
  readonly conversation: ConversationId;
  readonly index: number;
  readonly handshakeHash: Uint8Array;
  readonly welcome: Uint8Array;
  /** Names the key: whatever is entered must have this name. */
  readonly keyId: Uint8Array;
  readonly sinceMs: number;
  /** Entries of the group that have come since and are kept, and their bytes. */
  readonly entries: number;
  readonly sizeBytes: number;
}

/** An entry of a group that waits, with all its bytes. */
export type KeptEntry =
  | Omit<MessageEntry, "sequence">
  | Omit<HandshakeEntry, "sequence">
  | Omit<DepartedEntry, "sequence">;

const waitingCodec = codecOf(tuple(uint(FORMAT), id, id, uint(), hash, blob, hash, uint(), uint(), uint()));

export function encodeWaiting(w: WaitingWelcome): Uint8Array {
  return waitingCodec.encode([
    FORMAT,
    idBytes(w.group),
    idBytes(w.conversation),
    w.index,
    w.handshakeHash,
    w.welcome,
    w.keyId,
    w.sinceMs,
    w.entries,
    w.sizeBytes,
  ]);
}

export function decodeWaiting(bytes: Uint8Array): WaitingWelcome | undefined {
  const fields = waitingCodec.decode(bytes);
  if (fields === undefined) return undefined;
  const [, group, conversation, index, handshakeHash, welcome, keyId, sinceMs, entries, sizeBytes] = fields;
  return {
    group: idOf(group),
    conversation: idOf(conversation),
    index,
    handshakeHash,
    welcome,
    keyId,
    sinceMs,
    entries,
    sizeBytes,
  };
}

/** Their places are what is stored. */
const KINDS = ["message", "handshake", "departed"] as const;
const keptCodec = codecOf(tuple(uint(FORMAT), uint(KINDS.length - 1), id, uint(), blob));

/** Throws for a handshake whose bytes are elsewhere. */
export function encodeKept(entry: KeptEntry): Uint8Array {
  return keptCodec.encode([
    FORMAT,
    KINDS.indexOf(entry.type),
    idBytes(entry.group),
    entry.type === "departed" ? 0 : entry.index,
    bytesOf(entry),
  ]);
}

/** `undefined`: damaged. */
export function decodeKept(bytes: Uint8Array): KeptEntry | undefined {
  const fields = keptCodec.decode(bytes);
  if (fields === undefined) return undefined;
  const [, kind, groupBytes, index, content] = fields;
  const group: GroupId = idOf(groupBytes);
  switch (KINDS[kind]) {
    case "message":
      return { type: "message", group, index, ciphertext: content };
    case "handshake":
      return { type: "handshake", group, index, handshake: { inline: content } };
    default:
      return content.length === 16 ? { type: "departed", group, mailbox: idOf(content) } : undefined;
  }
}

function bytesOf(entry: KeptEntry): Uint8Array {
  if (entry.type === "message") return entry.ciphertext;
  if (entry.type === "departed") return idBytes(entry.mailbox);
  if ("inline" in entry.handshake) return entry.handshake.inline;
  throw new Error("a handshake is kept with its bytes");
}
