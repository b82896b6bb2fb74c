/** The stand-in's handshakes: making, adopting and judging commits and requests to leave by the rules of the real engine. */
import { arrayOf, bytesEqual, bytesOf, bytesUpTo, codecOf, ID_BYTES, tuple, uint } from "@sotto/protocol";
import type {
  CommitIntent,
  EpochChange,
  HandshakeExpectation,
  CommitEffect,
  KnownPsk,
  Member,
} from "../mls/port.ts";
import { MlsInputError, OTHER_PREDECESSOR } from "../mls/port.ts";
import type { RandomBytes } from "../provider/port.ts";
import { inspect, makeWelcome } from "./standInKeyPackage.ts";
import type { CommitFault, StandInCommitBody } from "./standInMessage.ts";
import {
  decodeCommitBody,
  encodeCommitBody,
  leaveCodec,
  open,
  parseMessage,
  seal,
  tagOfKey,
} from "./standInMessage.ts";
import { mixPsks, pskFault, usablePsks } from "./standInPsk.ts";
import type { StandInChange } from "./standInRoster.ts";
import { changeOf, entered, nextRoster } from "./standInRoster.ts";
import { mix } from "./standInSeal.ts";
import type { StandInState } from "./standInState.ts";
import {
  checkedAppData,
  decodeEpochPart,
  encodeEpochPart,
  freshEpoch,
  memberFields,
} from "./standInState.ts";

export interface StandInHandshake {
  readonly state: StandInState;
  readonly handshake: Uint8Array;
  readonly pending: Uint8Array;
}

const leaves = arrayOf(uint(), 4096);
const pendingCodec = codecOf(tuple(bytesOf(32), bytesUpTo(2 * 1024 * 1024), uint(), leaves, leaves, leaves));
const pendingLeaveCodec = codecOf(tuple(bytesOf(32), bytesOf(ID_BYTES)));

/** Throws {@link MlsInputError}. */
export function makeCommit(
  random: RandomBytes,
  state: StandInState,
  intent: CommitIntent,
  nowMs: number,
  fault?: CommitFault,
): StandInHandshake & { readonly welcome: Uint8Array | null } {
  const { members } = state.current;
  if (hasLeft(state)) throw new TypeError("the device has asked to leave");
  if (intent.remove.some((leaf) => leaf === state.ownLeaf || members.every((member) => member.leaf !== leaf)))
    throw new MlsInputError("invalid", "only leaves of others can be removed");
  const packages = intent.add.map((bytes) => inspect(bytes, nowMs));
  if (packages.some(({ suite }) => suite !== state.suite))
    throw new MlsInputError("unsupported", "cipher suite");
  const added = packages.map(({ credential, leafKey }): Member => ({ leaf: 0, credential, leafKey }));
  const leavers = state.noted.map(({ leaf }) => leaf);
  const psks = usablePsks(intent.psks);
  const body: StandInCommitBody = {
    id: random(16),
    removed: intent.remove.filter((leaf) => !leavers.includes(leaf)),
    added: added.map(memberFields),
    invalid: fault?.kind === "invalid",
    unreadable: fault?.kind === "unreadable" ? fault.leaves : [],
    references: state.noted.map(({ reference }) => reference),
    psks: psks.map(({ id }) => id),
    appData: usableAppData(state, intent.appData),
    tag: new Uint8Array(),
  };
  const removed = [...leavers, ...body.removed];
  const roster = nextRoster(state.current, removed, body.added);
  if (roster === undefined) throw new MlsInputError("invalid", "roster");
  const key = nextKey(state, body, psks);
  const current = freshEpoch(state.current.number + 1, key, roster.members, nextAppData(state, body));
  const next = { ...state, current };
  const signed = encodeCommitBody({ ...body, tag: tagOfKey(key) });
  const sealed = seal(state, "handshake", intent.authenticatedData, signed);
  return {
    state: sealed.state,
    handshake: sealed.bytes,
    welcome: packages.length === 0 ? null : makeWelcome(next, packages, intent.joinerInfo, psks),
    pending: pendingCodec.encode([
      baseOf(state),
      encodeEpochPart(next.current),
      state.ownLeaf,
      roster.added,
      removed,
      leavers,
    ]),
  };
}

export function makeLeave(
  random: RandomBytes,
  state: StandInState,
  authenticatedData: Uint8Array,
): StandInHandshake {
  if (hasLeft(state)) throw new TypeError("the device has asked to leave already");
  const reference = random(ID_BYTES);
  const sealed = seal(state, "handshake", authenticatedData, leaveCodec.encode([reference]));
  return {
    state: sealed.state,
    handshake: sealed.bytes,
    pending: pendingLeaveCodec.encode([baseOf(state), reference]),
  };
}

/** Throws {@link MlsInputError} `damagedState` or `wrongGroup`. */
export function adoptPending(
  state: StandInState,
  pending: Uint8Array,
): { state: StandInState; change: EpochChange } {
  const leave = pendingLeaveCodec.decode(pending);
  const fields = pendingCodec.decode(pending);
  const epoch = fields && decodeEpochPart(fields[1]);
  const base = leave?.[0] ?? fields?.[0];
  if (base === undefined || (leave === undefined && epoch === undefined))
    throw new MlsInputError("damagedState", "pending handshake");
  if (!bytesEqual(base, baseOf(state))) throw new MlsInputError("wrongGroup", "another epoch");
  if (leave !== undefined) {
    if (hasLeft(state)) throw new MlsInputError("wrongGroup", "the leave has been noted");
    return {
      state: withLeave(state, state.ownLeaf, leave[1]),
      change: { committer: null, added: [], removed: [], left: [], external: false },
    };
  }
  if (fields === undefined || epoch === undefined) throw new MlsInputError("damagedState", "pending commit");
  if (state.noted.some(({ leaf }) => !fields[4].includes(leaf)))
    throw new MlsInputError("wrongGroup", "the commit omits a leave");
  const [, , committer, added, removed, left] = fields;
  return entered(state, epoch, { committer, added, removed, left, external: false });
}

export type StandInOutcome =
  | {
      readonly kind: "applied";
      readonly state: StandInState;
      readonly change: EpochChange;
      readonly without: StandInState;
    }
  | { readonly kind: "proposed"; readonly state: StandInState; readonly leaver: Member }
  | { readonly kind: "refused"; readonly state: StandInState; readonly reason: string }
  | { readonly kind: "undecided"; readonly reason: string; readonly effect?: StandInEffect };

/** The port's, before its group is made. */
export interface StandInEffect extends Omit<CommitEffect, "without"> {
  readonly without: StandInState;
}

export function judgeHandshake(
  state: StandInState,
  handshake: Uint8Array,
  { authenticatedData, psks }: HandshakeExpectation,
): StandInOutcome {
  const refused = (reason: string): StandInOutcome => ({ kind: "refused", state, reason });
  const message = parseMessage(handshake);
  if (message?.content !== "handshake") return refused("not a handshake");
  if (message.group !== state.id) return refused("another group");
  if (message.epoch !== state.current.number) return refused("another epoch");
  if (!bytesEqual(message.authenticatedData, authenticatedData)) return refused(OTHER_PREDECESSOR);
  const opened = open(state, state.current, message);
  const { leaf } = opened;
  if (leaf === state.ownLeaf && (opened.ok || opened.reason === "replayed")) {
    const digest = mix("sent", authenticatedData);
    return opened.ok || state.sent.some((other) => bytesEqual(other, digest))
      ? { kind: "undecided", reason: "an own handshake without its pending state" }
      : refused("not of this device");
  }
  if (!opened.ok) return refused(opened.reason);
  const leave = leaveCodec.decode(opened.body);
  if (leave !== undefined) return judgeLeave(opened.state, opened.leaf, leave[0]);
  const body = decodeCommitBody(opened.body);
  return body === undefined
    ? { kind: "refused", state: opened.state, reason: "malformed" }
    : judgeCommit(opened.state, opened.leaf, body, psks ?? []);
}

function judgeLeave(state: StandInState, leaf: number, reference: Uint8Array): StandInOutcome {
  const leaver = state.current.members.find((member) => member.leaf === leaf);
  return leaver === undefined || state.noted.some((noted) => noted.leaf === leaf)
    ? { kind: "refused", state, reason: "the leave has been noted" }
    : { kind: "proposed", state: withLeave(state, leaf, reference), leaver };
}

function judgeCommit(
  state: StandInState,
  committer: number,
  body: StandInCommitBody,
  known: readonly KnownPsk[],
): StandInOutcome {
  const refused = (reason: string): StandInOutcome => ({ kind: "refused", state, reason });
  const referenced = body.references.map((reference) =>
    state.noted.find((noted) => bytesEqual(noted.reference, reference)),
  );
  if (referenced.includes(undefined)) return refused("proposal reference is unknown");
  if (new Set(referenced).size < state.noted.length) return refused("commit omits a leave");
  const pskProblem = pskFault(known, body.psks);
  if (pskProblem !== undefined) return refused(pskProblem);
  const psks = body.psks.flatMap((id) => known.find((psk) => bytesEqual(psk.id, id)) ?? []);
  if (body.appData !== null && state.current.appData === null)
    return refused("GroupContextExtensions in a group without app data");
  const left = referenced.map((noted) => noted?.leaf ?? 0);
  const removed = [...left, ...body.removed];
  const roster = removed.includes(committer) ? undefined : nextRoster(state.current, removed, body.added);
  if (body.invalid || roster === undefined) return refused("invalid commit");
  const number = state.current.number + 1;
  const appData = nextAppData(state, body);
  const { members, added } = roster;
  const leaves: StandInChange = { committer, added, removed, left, external: false };
  // Removed members read no secret, so none can fail them.
  if (removed.includes(state.ownLeaf)) {
    const last = freshEpoch(number, new Uint8Array(32), members, appData);
    return { kind: "applied", ...entered(state, last, leaves), without: state };
  }
  const effect = { change: changeOf(state, members, leaves), members, appData, without: state };
  if (psks.some(({ secret }) => secret === null))
    return { kind: "undecided", reason: "a pre-shared key is missing", effect };
  if (body.unreadable.includes(state.ownLeaf))
    return { kind: "undecided", reason: "the own path secret cannot be read", effect };
  const key = nextKey(state, body, psks);
  if (!bytesEqual(tagOfKey(key), body.tag)) return refused("confirmation tag");
  const epoch = freshEpoch(number, key, members, appData);
  return { kind: "applied", ...entered(state, epoch, leaves), without: state };
}

function nextKey(state: StandInState, body: StandInCommitBody, psks: readonly KnownPsk[]): Uint8Array {
  const appData = nextAppData(state, body) ?? new Uint8Array();
  return mix("epoch", state.current.key, body.id, mixPsks(psks), appData);
}

function nextAppData({ current }: StandInState, { appData }: StandInCommitBody): Uint8Array | null {
  return appData ?? current.appData;
}

/** Throws {@link MlsInputError} `invalid` as the real engine does. */
function usableAppData({ current }: StandInState, appData: Uint8Array | undefined): Uint8Array | null {
  if (appData === undefined) return null;
  if (current.appData === null) throw new MlsInputError("invalid", "the group has no app data");
  return checkedAppData(appData);
}

/** Equal exactly when the epoch is. */
function baseOf({ current }: StandInState): Uint8Array {
  return mix("base", current.key);
}

function hasLeft({ noted, ownLeaf }: StandInState): boolean {
  return noted.some(({ leaf }) => leaf === ownLeaf);
}

function withLeave(state: StandInState, leaf: number, reference: Uint8Array): StandInState {
  return { ...state, noted: [...state.noted, { leaf, reference }] };
}
