/**
 * A handshake of ours between making and winning. Of a commit it is the whole next epoch, sealed by the client beside the outgoing bytes:
 * nothing of the current epoch is in it and nothing of the current epoch was wiped for it, so that losing costs nothing (defect 14). Of a
 * request to leave it is the proposal to note.
 */
import { arrayOf, bytesEqual, bytesUpTo, codecOf, nullable, tuple, uint } from "@sotto/protocol";
import { attempt } from "./tsMlsCodec.ts";
import type { LeafChange } from "./tsMlsEpoch.ts";
import { advance } from "./tsMlsEpoch.ts";
import type { NotedProposal } from "./tsMlsProposals.ts";
import { leaversOf, notedFields, notedOf, withNoted } from "./tsMlsProposals.ts";
import { MlsInputError } from "./port.ts";
import type { EpochState, GroupState, OwnKeys } from "./tsMlsState.ts";
import { secretTreeOf } from "./secretTree.ts";
import { decodeSecretNodes, encodeSecretNodes } from "./tsMlsSecretParts.ts";
import { decodeEpoch, decodeKeys, encodeEpoch, encodeKeys } from "./tsMlsState.ts";

export interface Pending {
  /** Confirmation tag of the epoch that the commit follows: equal exactly when the history is. */
  readonly baseTag: Uint8Array;
  readonly next: EpochState;
  readonly keys: OwnKeys;
  readonly change: LeafChange;
}

interface PendingLeave {
  readonly baseTag: Uint8Array;
  readonly noted: NotedProposal;
}

/** First fields. */
const COMMIT = 1;
const LEAVE = 2;
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_LEAVES = 4096;
const leaves = arrayOf(uint(), MAX_LEAVES);
const codec = codecOf(
  tuple(
    uint(255),
    bytesUpTo(64),
    bytesUpTo(MAX_BYTES),
    bytesUpTo(MAX_BYTES),
    bytesUpTo(MAX_BYTES),
    uint(),
    leaves,
    leaves,
    leaves,
  ),
);
const leaveCodec = codecOf(
  tuple(uint(255), bytesUpTo(64), tuple(bytesUpTo(64), bytesUpTo(4096), nullable(uint()))),
);

export function encodePending({ baseTag, next, keys, change }: Pending): Uint8Array {
  return codec.encode([
    COMMIT,
    baseTag,
    encodeEpoch(next),
    encodeKeys(keys),
    encodeSecretNodes(next.ratchets),
    change.committer,
    change.added,
    change.removed,
    change.left,
  ]);
}

export function encodePendingLeave(baseTag: Uint8Array, noted: NotedProposal): Uint8Array {
  return leaveCodec.encode([LEAVE, baseTag, notedFields(noted)]);
}

/**
 * The group in the epoch of its own commit, or with its own leave noted; `change` is `undefined` then. Throws {@link MlsInputError}
 * `damagedState`, or `wrongGroup` for a handshake that does not follow the state.
 */
export function adoptPending(
  state: GroupState,
  ownTag: Uint8Array,
  bytes: Uint8Array,
): { state: GroupState; change: LeafChange | undefined } {
  const pending = attempt(() => decodePending(bytes) ?? decodePendingLeave(bytes));
  if (pending === undefined) throw new MlsInputError("damagedState", "pending handshake");
  if (!bytesEqual(pending.baseTag, ownTag))
    throw new MlsInputError("wrongGroup", "the handshake follows another epoch");
  const leavers = leaversOf(state.handshakes);
  if ("noted" in pending) {
    if (leavers.includes(state.ownLeaf)) throw new MlsInputError("wrongGroup", "the leave has been noted");
    return {
      state: { ...state, handshakes: withNoted(state.handshakes, pending.noted) },
      change: undefined,
    };
  }
  const { next, keys, change } = pending;
  if (leavers.some((leaf) => !change.removed.includes(leaf)))
    throw new MlsInputError("wrongGroup", "the commit omits a leave that came before it");
  return { state: advance(state, next, keys, change), change };
}

function decodePendingLeave(bytes: Uint8Array): PendingLeave | undefined {
  const fields = leaveCodec.decode(bytes);
  const noted = fields?.[0] === LEAVE ? notedOf(fields[2]) : undefined;
  return fields && noted && { baseTag: fields[1], noted };
}

function decodePending(bytes: Uint8Array): Pending | undefined {
  const fields = codec.decode(bytes);
  if (fields === undefined || fields[0] !== COMMIT) return undefined;
  const [, baseTag, epochBytes, keysBytes, secrets, committer, added, removed, left] = fields;
  const nodes = decodeSecretNodes(secrets);
  const next = nodes && decodeEpoch(epochBytes, (leafCount) => secretTreeOf(leafCount, nodes));
  const keys = decodeKeys(keysBytes);
  return (
    next && keys && { baseTag, next, keys, change: { committer, added, removed, left, external: false } }
  );
}
