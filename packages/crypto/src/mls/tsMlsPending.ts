/**
 * A commit of ours between making and winning: the whole next epoch, sealed by the client beside the outgoing bytes. Nothing of the
 * current epoch is in it and nothing of the current epoch was wiped for it, so that losing costs nothing (defect 14).
 */
import { arrayOf, bytesEqual, bytesUpTo, codecOf, tuple, uint } from "@sotto/protocol";
import { attempt } from "./tsMlsCodec.ts";
import type { LeafChange } from "./tsMlsEpoch.ts";
import { advance } from "./tsMlsEpoch.ts";
import { MlsInputError } from "./port.ts";
import type { EpochState, GroupState, OwnKeys } from "./tsMlsState.ts";
import { decodeEpoch, decodeKeys, encodeEpoch, encodeKeys, encodeRatchets } from "./tsMlsState.ts";

export interface Pending {
  /** Confirmation tag of the epoch that the commit follows: equal exactly when the history is. */
  readonly baseTag: Uint8Array;
  readonly next: EpochState;
  readonly keys: OwnKeys;
  readonly change: LeafChange;
}

const FORMAT = 1;
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_LEAVES = 4096;
const leaves = arrayOf(uint(), MAX_LEAVES);
const codec = codecOf(
  tuple(
    uint(255),
    bytesUpTo(64),
    bytesUpTo(MAX_BYTES),
    bytesUpTo(MAX_BYTES),
    arrayOf(tuple(uint(), bytesUpTo(MAX_BYTES)), MAX_LEAVES),
    uint(),
    leaves,
    leaves,
  ),
);

export function encodePending({ baseTag, next, keys, change }: Pending): Uint8Array {
  return codec.encode([
    FORMAT,
    baseTag,
    encodeEpoch(next),
    encodeKeys(keys),
    encodeRatchets(next),
    change.committer,
    change.added,
    change.removed,
  ]);
}

/** The group in the epoch of its own commit. Throws {@link MlsInputError} `damagedState`, or `wrongGroup` for another epoch's commit. */
export function adoptPending(
  state: GroupState,
  ownTag: Uint8Array,
  bytes: Uint8Array,
): { state: GroupState; change: LeafChange } {
  const pending = attempt(() => decodePending(bytes));
  if (pending === undefined) throw new MlsInputError("damagedState", "pending commit");
  if (!bytesEqual(pending.baseTag, ownTag))
    throw new MlsInputError("wrongGroup", "the commit follows another epoch");
  return { state: advance(state, pending.next, pending.keys, pending.change), change: pending.change };
}

function decodePending(bytes: Uint8Array): Pending | undefined {
  const fields = codec.decode(bytes);
  if (fields === undefined || fields[0] !== FORMAT) return undefined;
  const [, baseTag, epochBytes, keysBytes, ratchetList, committer, added, removed] = fields;
  const ratchets = new Map(ratchetList);
  const next = decodeEpoch(epochBytes, (leaf) => ratchets.get(leaf));
  const keys = decodeKeys(keysBytes);
  return next && keys && { baseTag, next, keys, change: { committer, added, removed } };
}
