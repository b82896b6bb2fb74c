/**
 * A group's state behind the public value, and its stored parts.
 *
 * | part | rewritten | holds |
 * |---|---|---|
 * | `head` | per epoch | format, suite, activity, own leaf, current and past epoch |
 * | `keys` | per epoch | key schedule, private path, confirmation tag, signature key |
 * | `epoch/<n>` | once | group context, ratchet tree, sender data secret |
 * | `secrets/<n>` | per leaf that is used first | node secrets of the secret tree |
 * | `ratchet/<n>/<leaf>` | per message of that leaf | both ratchets of one sender |
 * | `handshakes` | per handshake, gone with the epoch | noted proposals, which places the device has sent handshakes for |
 * | `skipped/<n>/<leaf>` | per message out of order | keys of messages that have not come |
 *
 * Values are immutable and share structure: a transition makes new arrays and never writes into old ones, because the caller keeps the
 * old group until the new records are stored and repeats the operation on it if storing fails. Therefore only what no group value has
 * ever held is wiped (path secrets, message keys, joiner secrets); a consumed ratchet secret disappears with the last value and record.
 */
import { encode } from "ts-mls/codec/tlsEncoder.js";
import type { ClientState } from "ts-mls/clientState.js";
import type { GroupContext } from "ts-mls/groupContext.js";
import { decodeGroupContext, groupContextEncoder } from "ts-mls/groupContext.js";
import type { KeySchedule } from "ts-mls/keySchedule.js";
import { decodeKeySchedule, encodeKeySchedule } from "ts-mls/keySchedule.js";
import type { PrivateKeyPath } from "ts-mls/privateKeyPath.js";
import { decodePrivateKeyPath, privateKeyPathEncoder } from "ts-mls/privateKeyPath.js";
import type { RatchetTree } from "ts-mls/ratchetTree.js";
import { decodeRatchetTree, encodeRatchetTree } from "ts-mls/ratchetTree.js";
import { leafWidth } from "ts-mls/treemath.js";
import { bool, bytesEqual, bytesUpTo, codecOf, ID_BYTES, nullable, tuple, uint } from "@sotto/protocol";
import type { SecretTree } from "./secretTree.ts";
import { holdsLeaf } from "./secretTree.ts";
import { membersOf } from "./tsMlsAuth.ts";
import { attempt } from "./tsMlsCodec.ts";
import type { MlsContext } from "./tsMlsContext.ts";
import type { EpochHandshakes } from "./tsMlsProposals.ts";
import { decodeHandshakes, encodeHandshakes, NO_HANDSHAKES } from "./tsMlsProposals.ts";
import { dropSecrets, putSecrets, readSecrets } from "./tsMlsSecretParts.ts";
import { suiteIdOf } from "./tsMlsSuite.ts";
import type { GroupDelta, Member, SuiteId } from "./port.ts";
import { MlsInputError } from "./port.ts";

/** What reading messages of one epoch takes. */
export interface EpochState {
  readonly context: GroupContext;
  readonly tree: RatchetTree;
  readonly members: readonly Member[];
  readonly senderDataSecret: Uint8Array;
  readonly ratchets: SecretTree;
}

/** What taking part in the current epoch takes besides. */
export interface OwnKeys {
  readonly schedule: KeySchedule;
  readonly path: PrivateKeyPath;
  readonly confirmationTag: Uint8Array;
  readonly signaturePrivateKey: Uint8Array;
}

export interface GroupState {
  readonly suite: SuiteId;
  readonly ownLeaf: number;
  readonly current: EpochState;
  readonly past: EpochState | undefined;
  /** Of the current epoch. */
  readonly handshakes: EpochHandshakes;
  /** `undefined` after the device has been removed. */
  readonly keys: OwnKeys | undefined;
}

const FORMAT = 2;
const MAX_PART_BYTES = 16 * 1024 * 1024;
const blob = bytesUpTo(MAX_PART_BYTES);
const headCodec = codecOf(tuple(uint(255), uint(0xffff), bool, uint(), uint(), nullable(uint()), bool));
const keysCodec = codecOf(tuple(blob, blob, blob, blob));
const epochCodec = codecOf(tuple(blob, blob, blob));
const encodeContext = encode(groupContextEncoder);
const encodePath = encode(privateKeyPathEncoder);

/** An epoch of a tree. */
export function epochOf(
  context: GroupContext,
  tree: RatchetTree,
  senderDataSecret: Uint8Array,
  ratchets: SecretTree,
): EpochState {
  return { context, tree, members: membersOf(tree), senderDataSecret, ratchets };
}

export function epochNumber(epoch: EpochState): number {
  return Number(epoch.context.epoch);
}

/** The library's form of the current epoch. It never sees past epochs, standalone proposals or message keys. */
export function clientStateOf(state: GroupState, keys: OwnKeys, { config }: MlsContext): ClientState {
  return {
    groupContext: state.current.context,
    ratchetTree: state.current.tree,
    secretTree: [],
    keySchedule: keys.schedule,
    privatePath: keys.path,
    signaturePrivateKey: keys.signaturePrivateKey,
    confirmationTag: keys.confirmationTag,
    unappliedProposals: {},
    historicalReceiverData: new Map(),
    groupActiveState: { kind: "active" },
    clientConfig: config,
  };
}

/** Group, past and current, after a message moved a ratchet. */
export function withRatchets(state: GroupState, epoch: EpochState, ratchets: SecretTree): GroupState {
  const moved = { ...epoch, ratchets };
  return epoch.context === state.current.context ? { ...state, current: moved } : { ...state, past: moved };
}

/** The records that turn the stored `before` into `after`; `undefined` means that nothing is stored yet. */
export function deltaOf(before: GroupState | undefined, after: GroupState): GroupDelta {
  const put = new Map<string, Uint8Array>();
  const drop: string[] = [];
  if (before === undefined || headOf(before).some((field, i) => field !== headOf(after)[i]))
    put.set("head", headCodec.encode(headOf(after)));
  if (after.keys === undefined) {
    if (before?.keys !== undefined) drop.push("keys");
  } else if (before?.keys !== after.keys) put.set("keys", encodeKeys(after.keys));
  if (after.handshakes === NO_HANDSHAKES) {
    if (before !== undefined && before.handshakes !== NO_HANDSHAKES) drop.push("handshakes");
  } else if (before?.handshakes !== after.handshakes)
    put.set("handshakes", encodeHandshakes(after.handshakes));
  const known = epochsOf(before);
  const kept = epochsOf(after);
  for (const [number, epoch] of kept) putEpoch(number, known.get(number), epoch, put, drop);
  for (const [number, epoch] of known) if (!kept.has(number)) dropEpoch(number, epoch, drop);
  return { put, drop };
}

/** The state of stored parts. Throws {@link MlsInputError} `damagedState`. */
export function decodeState(parts: ReadonlyMap<string, Uint8Array>): GroupState {
  const state = attempt(() => readState(parts));
  if (state === undefined) throw new MlsInputError("damagedState", "stored parts do not make a group");
  return state;
}

/** The keys part: also used for a commit that has not won yet. */
export function encodeKeys(keys: OwnKeys): Uint8Array {
  return keysCodec.encode([
    encodeKeySchedule(keys.schedule),
    encodePath(keys.path),
    keys.confirmationTag,
    keys.signaturePrivateKey,
  ]);
}

export function decodeKeys(bytes: Uint8Array): OwnKeys | undefined {
  const fields = keysCodec.decode(bytes);
  const schedule = fields && decodeKeySchedule(fields[0], 0)?.[0];
  const path = fields && decodePrivateKeyPath(fields[1], 0)?.[0];
  return (
    fields &&
    schedule &&
    path && { schedule, path, confirmationTag: fields[2], signaturePrivateKey: fields[3] }
  );
}

/** The epoch part without its ratchets. */
export function encodeEpoch(epoch: EpochState): Uint8Array {
  return epochCodec.encode([
    encodeContext(epoch.context),
    encodeRatchetTree(epoch.tree),
    epoch.senderDataSecret,
  ]);
}

export function decodeEpoch(
  bytes: Uint8Array,
  secretsFor: (leafCount: number) => SecretTree | undefined,
): EpochState | undefined {
  const fields = epochCodec.decode(bytes);
  const context = fields && decodeGroupContext(fields[0], 0)?.[0];
  const tree = fields && decodeRatchetTree(fields[1], 0)?.[0];
  const ratchets = tree && secretsFor(leafWidth(tree.length));
  if (fields === undefined || context === undefined || tree === undefined || ratchets === undefined)
    return undefined;
  return epochOf(context, tree, fields[2], ratchets);
}

function headOf(state: GroupState): [number, number, boolean, number, number, number | null, boolean] {
  const { suite, ownLeaf, current, keys } = state;
  const past = state.past === undefined ? null : epochNumber(state.past);
  const hasHandshakes = state.handshakes !== NO_HANDSHAKES;
  return [FORMAT, suite, keys !== undefined, ownLeaf, epochNumber(current), past, hasHandshakes];
}

function epochsOf(state: GroupState | undefined): Map<number, EpochState> {
  const epochs = state === undefined ? [] : [state.past, state.current];
  return new Map(epochs.filter((epoch) => epoch !== undefined).map((epoch) => [epochNumber(epoch), epoch]));
}

function putEpoch(
  number: number,
  before: EpochState | undefined,
  after: EpochState,
  put: Map<string, Uint8Array>,
  drop: string[],
): void {
  const same =
    before?.tree === after.tree &&
    before.context === after.context &&
    before.senderDataSecret === after.senderDataSecret;
  if (!same) put.set(`epoch/${number}`, encodeEpoch(after));
  putSecrets(number, before?.ratchets, after.ratchets, put, drop);
}

function dropEpoch(number: number, epoch: EpochState, drop: string[]): void {
  drop.push(`epoch/${number}`);
  dropSecrets(number, epoch.ratchets, drop);
}

function readState(parts: ReadonlyMap<string, Uint8Array>): GroupState | undefined {
  const head = headCodec.decode(parts.get("head") ?? new Uint8Array());
  if (head === undefined || head[0] !== FORMAT) return undefined;
  const [, suite, active, ownLeaf, number, pastNumber, hasHandshakes] = head;
  const current = readEpoch(parts, number, active);
  const past = pastNumber === null ? undefined : readEpoch(parts, pastNumber, true);
  const keys = active ? decodeKeys(parts.get("keys") ?? new Uint8Array()) : undefined;
  const handshakes = hasHandshakes
    ? decodeHandshakes(parts.get("handshakes") ?? new Uint8Array())
    : NO_HANDSHAKES;
  if (current === undefined || (pastNumber !== null && past === undefined) || (active && keys === undefined))
    return undefined;
  if (handshakes === undefined) return undefined;
  if (suiteIdOf(current.context.cipherSuite) !== suite || (suite !== 1 && suite !== 83)) return undefined;
  const { groupId } = current.context;
  if (groupId.length !== ID_BYTES || (past && !bytesEqual(past.context.groupId, groupId))) return undefined;
  if (active && (keys?.path.leafIndex !== ownLeaf || current.members.every(({ leaf }) => leaf !== ownLeaf)))
    return undefined;
  return { suite, ownLeaf, current, past, handshakes, keys };
}

function readEpoch(
  parts: ReadonlyMap<string, Uint8Array>,
  number: number,
  complete: boolean,
): EpochState | undefined {
  const epoch = decodeEpoch(parts.get(`epoch/${number}`) ?? new Uint8Array(), (leafCount) =>
    readSecrets(parts, number, leafCount),
  );
  if (epoch === undefined || epochNumber(epoch) !== number) return undefined;
  return complete && !epoch.members.every(({ leaf }) => holdsLeaf(epoch.ratchets, leaf)) ? undefined : epoch;
}
