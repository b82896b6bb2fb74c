/** The stand-in's commits: making, adopting and judging them by the rules of the real engine. */
import {
  arrayOf,
  bytesEqual,
  bytesOf,
  bytesUpTo,
  codecOf,
  MAX_GROUP_DEVICES,
  tuple,
  uint,
} from "@sotto/protocol";
import type { CommitIntent, EpochChange, Member } from "../mls/port.ts";
import { MlsInputError } from "../mls/port.ts";
import type { RandomBytes } from "../provider/port.ts";
import { inspect, makeWelcome } from "./standInKeyPackage.ts";
import type { CommitFault } from "./standInMessage.ts";
import { commitCodec, open, parseMessage, seal } from "./standInMessage.ts";
import { mix } from "./standInSeal.ts";
import type { StandInEpoch, StandInState } from "./standInState.ts";
import {
  decodeEpochPart,
  encodeEpochPart,
  freshEpoch,
  memberFields,
  memberOfFields,
} from "./standInState.ts";

type CommitFields = NonNullable<ReturnType<typeof commitCodec.decode>>;

export interface StandInCommit {
  readonly state: StandInState;
  readonly handshake: Uint8Array;
  readonly welcome: Uint8Array | null;
  readonly pending: Uint8Array;
}

const leaves = arrayOf(uint(), 4096);
const pendingCodec = codecOf(tuple(bytesOf(32), bytesUpTo(2 * 1024 * 1024), uint(), leaves, leaves));

/** Throws {@link MlsInputError}. */
export function makeCommit(
  random: RandomBytes,
  state: StandInState,
  intent: CommitIntent,
  nowMs: number,
  fault?: CommitFault,
): StandInCommit {
  const { members } = state.current;
  if (intent.remove.some((leaf) => leaf === state.ownLeaf || members.every((member) => member.leaf !== leaf)))
    throw new MlsInputError("invalid", "only leaves of others can be removed");
  const packages = intent.add.map((bytes) => inspect(bytes, nowMs));
  if (packages.some(({ suite }) => suite !== state.suite))
    throw new MlsInputError("unsupported", "cipher suite");
  const added = packages.map(({ credential, leafKey }): Member => ({ leaf: 0, credential, leafKey }));
  const fields: CommitFields = [
    random(16),
    intent.remove,
    added.map(memberFields),
    fault?.kind === "invalid" ? 1 : 0,
    fault?.kind === "unreadable" ? fault.leaves : [],
  ];
  const roster = nextRoster(state.current, fields);
  if (roster === undefined) throw new MlsInputError("invalid", "roster");
  const next = { ...state, current: nextEpoch(state.current, fields, roster.members) };
  const body = commitCodec.encode(fields);
  const sealed = seal(state, "handshake", intent.authenticatedData, body);
  return {
    state: sealed.state,
    handshake: sealed.bytes,
    welcome: packages.length === 0 ? null : makeWelcome(next, packages, intent.joinerInfo),
    pending: pendingCodec.encode([
      mix("base", state.current.key),
      encodeEpochPart(next.current),
      state.ownLeaf,
      roster.added,
      intent.remove,
    ]),
  };
}

/** Throws {@link MlsInputError} `damagedState` or `wrongGroup`. */
export function adoptCommit(
  state: StandInState,
  pending: Uint8Array,
): { state: StandInState; change: EpochChange } {
  const fields = pendingCodec.decode(pending);
  const epoch = fields && decodeEpochPart(fields[1]);
  if (fields === undefined || epoch === undefined) throw new MlsInputError("damagedState", "pending commit");
  if (!bytesEqual(fields[0], mix("base", state.current.key)))
    throw new MlsInputError("wrongGroup", "another epoch");
  return entered(state, epoch, fields[2], fields[3], fields[4]);
}

export type StandInOutcome =
  | { readonly kind: "applied"; readonly state: StandInState; readonly change: EpochChange }
  | { readonly kind: "refused"; readonly state: StandInState; readonly reason: string }
  | { readonly kind: "undecided"; readonly reason: string };

export function judgeCommit(
  state: StandInState,
  handshake: Uint8Array,
  authenticatedData: Uint8Array,
): StandInOutcome {
  const refused = (reason: string, after: StandInState = state): StandInOutcome => ({
    kind: "refused",
    state: after,
    reason,
  });
  const message = parseMessage(handshake);
  if (message?.content !== "handshake") return refused("not a handshake");
  if (message.group !== state.id) return refused("another group");
  if (message.epoch !== state.current.number) return refused("another epoch");
  if (!bytesEqual(message.authenticatedData, authenticatedData)) return refused("another predecessor");
  const opened = open(state, state.current, message);
  if (!opened.ok) {
    const own = opened.leaf === state.ownLeaf && opened.reason === "replayed";
    return own
      ? { kind: "undecided", reason: "an own commit without its pending state" }
      : refused(opened.reason);
  }
  const fields = commitCodec.decode(opened.body);
  const roster = fields && !fields[1].includes(opened.leaf) ? nextRoster(state.current, fields) : undefined;
  if (fields === undefined || fields[3] === 1 || roster === undefined)
    return refused("invalid commit", opened.state);
  // Removed members read no secret, so none can fail them.
  const readable =
    fields[1].includes(state.ownLeaf) ||
    (!fields[4].includes(state.ownLeaf) && opened.leaf !== state.ownLeaf);
  if (!readable) return { kind: "undecided", reason: "the own path secret cannot be read" };
  const epoch = nextEpoch(state.current, fields, roster.members);
  return { kind: "applied", ...entered(opened.state, epoch, opened.leaf, roster.added, fields[1]) };
}

/** Enters an epoch; the one before is kept except after a Remove. A removed device keeps the roster and nothing to read with. */
function entered(
  state: StandInState,
  epoch: StandInEpoch,
  committer: number,
  added: readonly number[],
  removed: readonly number[],
): { state: StandInState; change: EpochChange } {
  const at = (members: readonly Member[], leaf: number): Member[] =>
    members.filter((member) => member.leaf === leaf);
  const change: EpochChange = {
    committer: at(epoch.members, committer)[0] ?? null,
    added: added.flatMap((leaf) => at(epoch.members, leaf)),
    removed: removed.flatMap((leaf) => at(state.current.members, leaf)),
  };
  if (removed.includes(state.ownLeaf)) {
    const last = { ...state.current, key: new Uint8Array(32), members: epoch.members, ratchets: [] };
    return { state: { ...state, active: false, current: last, past: undefined }, change };
  }
  return {
    state: { ...state, current: epoch, past: removed.length === 0 ? state.current : undefined },
    change,
  };
}

function nextEpoch(current: StandInEpoch, fields: CommitFields, members: readonly Member[]): StandInEpoch {
  return freshEpoch(current.number + 1, mix("epoch", current.key, fields[0]), members);
}

/** Members after the commit: removed first, then each added one at the leftmost blank leaf. `undefined` if the roster is impossible. */
function nextRoster(
  { members }: StandInEpoch,
  [, removed, added]: CommitFields,
): { readonly members: readonly Member[]; readonly added: readonly number[] } | undefined {
  const known = new Map(members.map((member) => [member.leaf, member]));
  for (const leaf of removed) if (!known.delete(leaf)) return undefined;
  const addedLeaves: number[] = [];
  for (const fields of added) {
    let leaf = 0;
    while (known.has(leaf)) leaf++;
    known.set(leaf, { ...memberOfFields(fields), leaf });
    addedLeaves.push(leaf);
  }
  const next = [...known.values()].toSorted((a, b) => a.leaf - b.leaf);
  const devices = new Set(next.map(({ credential }) => credential.device));
  return devices.size === next.length && next.length <= MAX_GROUP_DEVICES
    ? { members: next, added: addedLeaves }
    : undefined;
}
