/** What a device keeps of each file that it has offered or been offered: enough to go on with it after a restart without its message. */
import type { ConversationId, MessageId, TransferId } from "@sotto/protocol";
import {
  arrayOf,
  bool,
  bytesOf,
  codecOf,
  FILE_KEY_BYTES,
  HASH_BYTES,
  idBytes,
  idOf,
  ID_BYTES,
  MAX_FILE_BYTES,
  MAX_FILE_LEAVES,
  MAX_FILE_NAME_BYTES,
  MAX_FILE_PATH_PARTS,
  nullable,
  textUpTo,
  tuple,
  uint,
} from "@sotto/protocol";
import type { FileReason } from "../api.ts";

/** Keys `file/<transfer>`: {@link TransferRecord}; `hash/<transfer>`: the leaf hashes of an own file, one after the other; `seen/<conversation>`: see transferStore.ts. */
export const TRANSFER_TABLE = "transfer";

/**
 * preparing: own, its message is not known to be stored · offered: own, or the other's and not asked for · wanted: asked for and not whole · done · failed ·
 * cancelled · removed: no copy is here.
 */
export type RecordState = "preparing" | "offered" | "wanted" | "done" | "failed" | "cancelled" | "removed";
const STATES: readonly RecordState[] = [
  "preparing",
  "offered",
  "wanted",
  "done",
  "failed",
  "cancelled",
  "removed",
];

/**
 * What is known of the file's place at the relay. none · begun: it is made, of an own file by this device · uploaded: own, all that the other side lacks is
 * there · gone: it was there, and is not any more · tooLarge: the relay takes no file of this size · lost: own, it was there too often and is not any more.
 */
export type RelayState = "none" | "begun" | "uploaded" | "gone" | "tooLarge" | "lost";
const RELAY_STATES: readonly RelayState[] = ["none", "begun", "uploaded", "gone", "tooLarge", "lost"];

/** What the other side has to be told on a link, until it is known to have heard it. */
export type Owed = "done" | "cancelled";
const OWED: readonly Owed[] = ["done", "cancelled"];

/** Of another's file that is whole here, whether its sender has been told inside MLS (FIL-19). due: not yet, or it has asked · told: a receipt has got away. */
export type ReceiptState = "none" | "due" | "told";
const RECEIPT_STATES: readonly ReceiptState[] = ["none", "due", "told"];

const REASONS: readonly FileReason[] = [
  "peerOffline",
  "noWay",
  "relayFull",
  "uploaded",
  "byPeer",
  "changed",
  "diskFull",
  "invalid",
  "unknown",
  "expired",
  "failed",
  "lost",
];

export interface TransferRecord {
  readonly transfer: TransferId;
  readonly conversation: ConversationId;
  readonly message: MessageId;
  readonly mine: boolean;
  /** As in the manifest. */
  readonly path: readonly string[];
  readonly sizeBytes: number;
  readonly key: Uint8Array;
  readonly root: Uint8Array;
  readonly state: RecordState;
  /** By this device's user, or because its disk is full. */
  readonly paused: boolean;
  /** Why it is paused, failed or cancelled, where that says more than the state. */
  readonly reason: FileReason | null;
  readonly relay: RelayState;
  /** When the relay drops it, by what it said last; 0 if it has said nothing. */
  readonly relayUntilMs: number;
  /** Own: the other side has all leaves below this one (FIL-12). */
  readonly peerBelow: number;
  readonly owed: Owed | null;
  readonly receipt: ReceiptState;
  /** Own: how often the relay has lost it before its time, since the user last said that it is to go. */
  readonly losses: number;
}

const codec = codecOf(
  tuple(
    uint(1),
    bytesOf(ID_BYTES),
    bytesOf(ID_BYTES),
    bytesOf(ID_BYTES),
    bool,
    arrayOf(textUpTo(MAX_FILE_NAME_BYTES), MAX_FILE_PATH_PARTS),
    uint(MAX_FILE_BYTES),
    bytesOf(FILE_KEY_BYTES),
    bytesOf(HASH_BYTES),
    uint(STATES.length - 1),
    bool,
    nullable(uint(REASONS.length - 1)),
    uint(RELAY_STATES.length - 1),
    uint(),
    uint(MAX_FILE_LEAVES),
    nullable(uint(OWED.length - 1)),
    uint(RECEIPT_STATES.length - 1),
    uint(),
  ),
);

export function encodeTransfer(r: TransferRecord): Uint8Array {
  return codec.encode([
    1,
    idBytes(r.transfer),
    idBytes(r.conversation),
    idBytes(r.message),
    r.mine,
    r.path,
    r.sizeBytes,
    r.key,
    r.root,
    STATES.indexOf(r.state),
    r.paused,
    r.reason && REASONS.indexOf(r.reason),
    RELAY_STATES.indexOf(r.relay),
    r.relayUntilMs,
    r.peerBelow,
    r.owed && OWED.indexOf(r.owed),
    RECEIPT_STATES.indexOf(r.receipt),
    r.losses,
  ]);
}

/** `undefined` for a damaged record. */
export function decodeTransfer(bytes: Uint8Array): TransferRecord | undefined {
  const f = codec.decode(bytes);
  const state = f && STATES[f[9]];
  const relay = f && RELAY_STATES[f[12]];
  const receipt = f && RECEIPT_STATES[f[16]];
  if (f === undefined || state === undefined || relay === undefined || receipt === undefined)
    return undefined;
  return {
    transfer: idOf(f[1]),
    conversation: idOf(f[2]),
    message: idOf(f[3]),
    mine: f[4],
    path: f[5],
    sizeBytes: f[6],
    key: f[7],
    root: f[8],
    state,
    paused: f[10],
    reason: f[11] === null ? null : (REASONS[f[11]] ?? null),
    relay,
    relayUntilMs: f[13],
    peerBelow: f[14],
    owed: f[15] === null ? null : (OWED[f[15]] ?? null),
    receipt,
    losses: f[17],
  };
}
