import type { AccountId, ConversationId, FileManifest, MessageId, ShapeOf } from "@sotto/protocol";
import { bool, codecOf, idBytes, idOf, nullable, tuple, uint } from "@sotto/protocol";
import type { GroupEvent, MessageState } from "../contract.ts";
import { fileFields, filesOf, filesShape } from "./files.ts";
import { groupEventFields, groupEventOf, groupEventShape } from "./groupEvent.ts";
import { FORMAT, FORMAT_OF_EVENTS, FORMAT_WITH_FILES, id, text } from "./shapes.ts";

/** One message of the history, or one line about a group. The state of own messages follows from outbox and receipts, so that a receipt rewrites no message. */
export interface HistoryRecord {
  readonly conversation: ConversationId;
  readonly order: number;
  readonly id: MessageId;
  readonly from: AccountId;
  readonly text: string;
  /** Empty of a text. */
  readonly files: readonly FileManifest[];
  /** Of a line: what `from` has done. It has neither text nor files. */
  readonly event: GroupEvent | null;
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
const messageShape = tuple(uint(FORMAT), ...historyFields);
type Fields = ShapeOf<typeof messageShape>;
const historyCodec = codecOf(messageShape);
const filesCodec = codecOf(tuple(uint(FORMAT_WITH_FILES), ...historyFields, filesShape));
const eventCodec = codecOf(tuple(uint(FORMAT_OF_EVENTS), ...historyFields, groupEventShape));

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
  if (h.event !== null) return eventCodec.encode([FORMAT_OF_EVENTS, ...fields, groupEventFields(h.event)]);
  return h.files.length === 0
    ? historyCodec.encode([FORMAT, ...fields])
    : filesCodec.encode([FORMAT_WITH_FILES, ...fields, fileFields(h.files)]);
}

export function decodeHistory(bytes: Uint8Array): HistoryRecord | undefined {
  const message = historyCodec.decode(bytes);
  if (message !== undefined) return { ...recordOf(message), files: [], event: null };
  const offer = filesCodec.decode(bytes);
  if (offer !== undefined) return { ...recordOf(offer), files: filesOf(offer[11]), event: null };
  const line = eventCodec.decode(bytes);
  const event = line && groupEventOf(line[11]);
  return line && event && { ...recordOf(line), files: [], event };
}

function recordOf(f: { readonly [K in 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10]: Fields[K] }): Omit<
  HistoryRecord,
  "files" | "event"
> {
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
    settled: f[10] === null ? null : (SETTLED_STATES[f[10]] ?? null),
  };
}
