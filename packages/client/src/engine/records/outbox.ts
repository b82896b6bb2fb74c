import type { ConversationId, FileManifest, MessageId } from "@sotto/protocol";
import { bool, codecOf, idBytes, idOf, nullable, tuple, uint } from "@sotto/protocol";
import { fileFields, filesOf, filesShape } from "./files.ts";
import { FORMAT, FORMAT_WITH_FILES, blob, id, text } from "./shapes.ts";
import type { ConversationRecord } from "./conversation.ts";

/**
 * queued: waits · encrypted: ciphertext stored, to be posted · sent: the server has it · delivered: kept until it is read. A stored record may
 * be further than it says: see {@link stageIn}.
 */
export type OutboxStage = "queued" | "encrypted" | "sent" | "delivered";
const OUTBOX_STAGES: readonly OutboxStage[] = ["queued", "encrypted", "sent", "delivered"];

/** One own message from composing to reading. The content is fixed at first encryption and encrypted again when the epoch has moved on. */
export interface OutboxRecord {
  readonly conversation: ConversationId;
  readonly order: number;
  readonly id: MessageId;
  readonly text: string;
  /** Empty of a text. */
  readonly files: readonly FileManifest[];
  readonly replyTo: MessageId | null;
  readonly composedAtMs: number;
  readonly stage: OutboxStage;
  /** 0 before the first encryption. */
  readonly counter: number;
  /** Encoded content without padding; null before the first encryption and after delivery. */
  readonly content: Uint8Array | null;
  readonly ciphertext: Uint8Array | null;
  /** Handshake index of the ciphertext's epoch. */
  readonly index: number;
  /** direct: nothing of it has been posted · relay: the server may have had it · null: it has not been encrypted. */
  readonly path: "direct" | "relay" | null;
}

/**
 * The record as the conversation's watermarks make it: what a burst of messages has reached is written down once for all of them. A message that
 * has to be sent again is written anew, and `sentThrough` set back, in one transaction.
 */
export function stageIn(conversation: ConversationRecord, record: OutboxRecord): OutboxRecord {
  if (record.stage === "delivered") return record;
  if (record.counter > 0 && record.counter <= conversation.delivered)
    return { ...record, stage: "delivered", content: null, ciphertext: null };
  if (record.stage !== "encrypted" || record.path !== "relay") return record;
  if (record.order > conversation.sentThrough) return record;
  return { ...record, stage: "sent", ciphertext: null };
}

const outboxFields = [
  id,
  uint(),
  id,
  text,
  nullable(id),
  uint(),
  uint(OUTBOX_STAGES.length - 1),
  uint(),
  nullable(blob),
  nullable(blob),
  uint(),
  nullable(bool),
] as const;
const outboxCodec = codecOf(tuple(uint(FORMAT), ...outboxFields));
const filesCodec = codecOf(tuple(uint(FORMAT_WITH_FILES), ...outboxFields, filesShape));

export function encodeOutbox(o: OutboxRecord): Uint8Array {
  const fields = [
    idBytes(o.conversation),
    o.order,
    idBytes(o.id),
    o.text,
    o.replyTo && idBytes(o.replyTo),
    o.composedAtMs,
    OUTBOX_STAGES.indexOf(o.stage),
    o.counter,
    o.content,
    o.ciphertext,
    o.index,
    o.path && o.path === "direct",
  ] as const;
  return o.files.length === 0
    ? outboxCodec.encode([FORMAT, ...fields])
    : filesCodec.encode([FORMAT_WITH_FILES, ...fields, fileFields(o.files)]);
}

export function decodeOutbox(bytes: Uint8Array): OutboxRecord | undefined {
  const f = outboxCodec.decode(bytes) ?? filesCodec.decode(bytes);
  const stage = f && OUTBOX_STAGES[f[7]];
  if (f === undefined || stage === undefined) return undefined;
  return {
    conversation: idOf(f[1]),
    order: f[2],
    id: idOf(f[3]),
    text: f[4],
    replyTo: f[5] && idOf(f[5]),
    composedAtMs: f[6],
    stage,
    counter: f[8],
    content: f[9],
    ciphertext: f[10],
    index: f[11],
    files: f.length === 14 ? filesOf(f[13]) : [],
    path: f[12] === null ? null : f[12] ? "direct" : "relay",
  };
}
