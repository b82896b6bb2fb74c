import type { AccountId, ConversationId, FileManifest, MessageId } from "@sotto/protocol";
import { bool, codecOf, idBytes, idOf, nullable, tuple, uint } from "@sotto/protocol";
import type { MessageState } from "../contract.ts";
import { fileFields, filesOf, filesShape } from "./files.ts";
import { FORMAT, FORMAT_WITH_FILES, id, text } from "./shapes.ts";

/** One message of the history. The state of own messages follows from outbox and receipts, so that a receipt rewrites no message. */
export interface HistoryRecord {
  readonly conversation: ConversationId;
  readonly order: number;
  readonly id: MessageId;
  readonly from: AccountId;
  readonly text: string;
  /** Empty of a text. */
  readonly files: readonly FileManifest[];
  readonly replyTo: MessageId | null;
  readonly sentAtMs: number;
  readonly storedAtMs: number;
  readonly path: "direct" | "relay";
  /** The state of a message that has no other to come: sending was given up, or it was imported. */
  readonly settled: SettledState | null;
}

export type SettledState = Exclude<MessageState, "sending">;
const SETTLED_STATES: readonly SettledState[] = ["failed", "sent", "delivered", "read"];

const historyFields = [
  id,
  uint(),
  id,
  id,
  text,
  nullable(id),
  uint(),
  uint(),
  bool,
  nullable(uint(SETTLED_STATES.length - 1)),
] as const;
const historyCodec = codecOf(tuple(uint(FORMAT), ...historyFields));
const filesCodec = codecOf(tuple(uint(FORMAT_WITH_FILES), ...historyFields, filesShape));

export function encodeHistory(h: HistoryRecord): Uint8Array {
  const fields = [
    idBytes(h.conversation),
    h.order,
    idBytes(h.id),
    idBytes(h.from),
    h.text,
    h.replyTo && idBytes(h.replyTo),
    h.sentAtMs,
    h.storedAtMs,
    h.path === "direct",
    h.settled && SETTLED_STATES.indexOf(h.settled),
  ] as const;
  return h.files.length === 0
    ? historyCodec.encode([FORMAT, ...fields])
    : filesCodec.encode([FORMAT_WITH_FILES, ...fields, fileFields(h.files)]);
}

export function decodeHistory(bytes: Uint8Array): HistoryRecord | undefined {
  const f = historyCodec.decode(bytes) ?? filesCodec.decode(bytes);
  if (f === undefined) return undefined;
  return {
    conversation: idOf(f[1]),
    order: f[2],
    id: idOf(f[3]),
    from: idOf(f[4]),
    text: f[5],
    replyTo: f[6] && idOf(f[6]),
    sentAtMs: f[7],
    storedAtMs: f[8],
    path: f[9] ? "direct" : "relay",
    files: f.length === 12 ? filesOf(f[11]) : [],
    settled: f[10] === null ? null : (SETTLED_STATES[f[10]] ?? null),
  };
}
