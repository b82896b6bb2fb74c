/**
 * Coming into a room by itself, while nobody needs to be there (ROOM-15). The external commit, and the epoch that it makes, are stored before they are sent
 * (NET-4): a device that dies in between brings the same bytes again, and is in or cleanly out. One that lost its place is made anew.
 */
import type { ConversationId, ErrorCode, GroupId, HandshakeEntry } from "@sotto/protocol";
import { MAX_GROUP_DEVICES, bytesEqual, encodeHandshakeBinding, idBytes } from "@sotto/protocol";
import { nextHandshakeHash } from "../chain.ts";
import type { Command, CommandProblem, CommandResult } from "../contract.ts";
import { enterGroup, forgetPosts, requeueUnsent } from "../conversations.ts";
import type { Core, Step } from "../core.ts";
import { TryLater, ask, commit, emit, isPassing, mls, mlsOrThrow, refusal } from "../core.ts";
import { imitated, isIdOfPair } from "../group/enter.ts";
import { psksOf } from "../group/keys.ts";
import { showLines, withLines } from "../group/lines.ts";
import { scheduleListCheck } from "../group/list.ts";
import { enqueuePeople } from "../group/people.ts";
import type { Standing } from "../group/policy.ts";
import { policyFault } from "../group/policy.ts";
import { devicesOf, factsOf, hasKey, standingOf } from "../group/standing.ts";
import { isLeaving } from "../group/wishState.ts";
import { handshakeFrame } from "../handshakeFrame.ts";
import { fetchPayload } from "../handshakes.ts";
import { decodeJoinerInfo } from "../joinerInfo.ts";
import { settleLeaving } from "../leaving.ts";
import { enqueueDispatch } from "../posts.ts";
import type { PendingCommit } from "../records/pending.ts";
import type { RoomRecord } from "../records/room.ts";
import { isForeignStore } from "../serverStore.ts";
import { reopened } from "../streams.ts";
import { submitFrame } from "../submit.ts";
import { Transaction } from "../transaction.ts";
import { roomCodeOf, roomPasswordOf } from "./code.ts";
import { newRoom } from "./room.ts";
import { sealInfo } from "./secret.ts";
import { enqueueRoom } from "./tend.ts";

/** After so many others were first it is for the user to try again. */
const MAX_TRIES = 12;

export function* joinRoom(
  core: Core,
  { code: typed, password: typedPassword, linkSecret }: Extract<Command, { kind: "joinRoom" }>,
): Step<CommandResult> {
  const code = roomCodeOf(typed);
  if (code === undefined) return refusal("wrongRoomPassword");
  if (core.live.phase !== "online" || isForeignStore(core)) return refusal("offline");
  const password = roomPasswordOf(typedPassword);
  const answer = yield* ask({ kind: "openRoom", code, password });
  if (answer.kind === "refused") return refusal(problemOf(answer.code));
  if (answer.kind !== "room") return refusal("refused");
  const { group, sealedSecret, exportKey } = answer;
  const key = { exportKey, linkSecret, code, group };
  const opened = yield* mls({ op: "openJoinSecret", room: key, sealed: sealedSecret });
  if (!opened.ok) return refusal("wrongRoomPassword");
  const { conversation, k, secret } = opened.output;
  const invitation = { code, password, linkSecret, k, version: 0 };
  const room = newRoom(group, conversation, { k, secret }, invitation);
  const before = core.state.conversations.get(conversation);
  if (before?.state === "active" && before.group === group) return { ok: true, conversation };
  const problem = yield* enter(core, room);
  return problem === undefined ? { ok: true, conversation } : refusal(problem);
}

function problemOf(code: ErrorCode): CommandProblem {
  switch (code) {
    case "wrongCredentials":
    case "forbidden":
    case "notMember":
      return "wrongRoomPassword";
    case "tooLarge":
      return "roomFull";
    case "slowDown":
      return "slowDown";
    default:
      return isPassing(code) ? "offline" : "refused";
  }
}

/** Tries until the device is in, or it is known why not. `undefined`: in. */
function* enter(core: Core, room: RoomRecord): Step<CommandProblem | undefined> {
  // What it has to leave it leaves first; and it does not go on with what it is leaving.
  if (core.state.leaving.has(room.group)) yield* settleLeaving(core);
  if (isLeaving(core.state, room.conversation)) return "roomBusy";
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const problem = yield* prepareJoin(core, room);
    if (problem !== undefined) return problem;
    const outcome = yield* submitJoin(core, room.group);
    if (outcome !== "lost") return outcome;
  }
  return "roomBusy";
}

/** A commit that waits since before this device was last online: what the server has sent it decides first. */
export function enqueueJoin(core: Core, group: GroupId): void {
  core.enqueue({ key: `join/${group}`, run: () => resumeJoin(core, group) });
}

function* resumeJoin(core: Core, group: GroupId): Step<void> {
  const { phase, inbox, readySequence } = core.live;
  if (phase !== "online" || inbox.length > 0 || core.state.position.cursor < readySequence) return;
  const room = core.state.rooms.get(group);
  if (room === undefined || !isJoining(core, group)) return;
  if ((yield* submitJoin(core, group)) === "lost") yield* enter(core, { ...room, joiningHash: null });
}

/** Stores an external commit for the room's next index, and what brings it to the server. */
function* prepareJoin(core: Core, room: RoomRecord): Step<CommandProblem | undefined> {
  const { group: id, conversation } = room;
  const door = yield* mlsOrThrow({ op: "roomDoor", group: id, secret: room.secret });
  const info = yield* fetchInfo(core, room, door);
  if ("problem" in info) return info.problem;
  const index = info.index + 1;
  const authenticatedData = encodeHandshakeBinding({
    conversation: idBytes(conversation),
    index,
    previousHash: info.hash,
  });
  const joined = yield* mls({
    op: "joinExternal",
    groupInfo: info.groupInfo,
    intent: { authenticatedData, psks: psksOf(core, conversation, info) },
  });
  if (!joined.ok) return "refused";
  const { handshake, pending: next } = joined.output;
  const { group, change } = yield* mlsOrThrow({ op: "adoptExternal", pending: next });
  if (policyFault(info.standing, change, info.standing.charter) !== undefined) return "notAllowed";
  const hash = nextHandshakeHash(core.sha256, info.hash, id, index, core.sha256(handshake));
  const sealedGroupInfo = yield* sealInfo(group, room, { conversation, index, hash });
  const { mailbox } = core.state.identity;
  const removed = change.removed.flatMap(({ credential }) =>
    credential.mailbox === mailbox ? [] : [credential.mailbox],
  );
  const frame = handshakeFrame(core, id, index, { handshake, removed, sealedGroupInfo, door });
  const pending = { group: id, index, reason: "join", handshake, next, frame, takenBy: null } as const;
  yield* commit(core, new Transaction().pending(pending).room({ ...room, joiningHash: hash }));
  return undefined;
}

interface SoundInfo {
  readonly index: number;
  readonly hash: Uint8Array;
  readonly groupInfo: Uint8Array;
  readonly standing: Standing;
  readonly appData: Uint8Array | null;
}

/** The room as the server's group info shows it, after all checks. What is wrong with it is a member's doing: the server cannot seal one. */
function* fetchInfo(
  core: Core,
  { group, conversation, secret }: RoomRecord,
  door: Uint8Array,
): Step<SoundInfo | { readonly problem: CommandProblem }> {
  const answer = yield* ask({ kind: "groupInfo", group, door });
  if (answer.kind === "refused") return { problem: problemOf(answer.code) };
  if (answer.kind !== "groupInfo") return { problem: "refused" };
  const { index, sealed } = answer;
  const opened = yield* mls({ op: "openRoomInfo", group, secret, index, sealed });
  if (!opened.ok) return { problem: "refused" };
  const { hash, groupInfo } = opened.output;
  const inspected = yield* mls({ op: "inspectGroupInfo", groupInfo });
  if (!inspected.ok || inspected.output.id !== group) return { problem: "refused" };
  const told = decodeJoinerInfo(inspected.output.joinerInfo);
  const isVouchedFor =
    told?.kind === "room" &&
    told.conversation === conversation &&
    told.index === index &&
    bytesEqual(told.previousHash, hash);
  const standing = standingOf(inspected.output);
  if (!isVouchedFor || standing?.charter.room !== true || !isNew(core, conversation, group, index))
    return { problem: "refused" };
  const own = devicesOf(standing.members, core.state.identity.account);
  const isOwn = own.every((member) => hasKey(member, core.state.identity.credential.accountKey));
  if (!isOwn || imitated(core, standing.members) !== undefined) return { problem: "keysRefused" };
  if (standing.members.length >= MAX_GROUP_DEVICES) return { problem: "roomFull" };
  return { index, hash, groupInfo, standing, appData: inspected.output.appData };
}

/** Whether the room can go on from what this device knows: it was in it at an earlier place, or knows nothing of it. */
function isNew(core: Core, id: ConversationId, group: GroupId, index: number): boolean {
  const { conversations, conversationOfGroup } = core.state;
  const before = conversations.get(id);
  const carried = conversationOfGroup.get(group);
  if (carried !== undefined && carried !== id) return false;
  if (before === undefined) return !isIdOfPair(core, id);
  return (
    before.facts?.charter.room === true &&
    (before.group === null || before.group === group) &&
    index >= before.headIndex
  );
}

/** Brings the stored commit to the server. Throws {@link TryLater}, and everything stays as it is. */
function* submitJoin(core: Core, group: GroupId): Step<CommandProblem | "lost" | undefined> {
  const pending = core.state.pending.get(group);
  const room = core.state.rooms.get(group);
  if (pending?.reason !== "join" || room === undefined) throw new TryLater();
  const refused = yield* submitFrame(core, pending.frame);
  if (refused === undefined) {
    yield* finishJoin(core, new Transaction(), pending, room);
    return undefined;
  }
  yield* commit(core, new Transaction().dropPending(group).dropRoom(group));
  return refused.code === "staleEpoch" ? "lost" : problemOf(refused.code);
}

export function isJoining({ state }: Core, group: GroupId): boolean {
  return state.pending.get(group)?.reason === "join";
}

/** A handshake of a room into which this device is on its way: its own, or of the time before. */
export function* receiveWhileJoining(core: Core, entry: HandshakeEntry): Step<void> {
  const transaction = new Transaction().cursor(entry.sequence);
  const room = core.state.rooms.get(entry.group);
  const pending = core.state.pending.get(entry.group);
  if (pending === undefined) throw new Error("nobody is joining");
  const handshake = entry.index === pending.index ? yield* fetchPayload(core, entry.handshake) : undefined;
  const isOwn = handshake !== undefined && bytesEqual(handshake, pending.handshake);
  if (isOwn && room !== undefined) yield* finishJoin(core, transaction, pending, room);
  else yield* commit(core, transaction);
}

/** The commit has its place: the device is in the room. */
function* finishJoin(
  core: Core,
  transaction: Transaction,
  { group, index, handshake, next }: PendingCommit,
  room: RoomRecord,
): Step<void> {
  const { conversation: id, joiningHash: hash } = room;
  const { state } = core;
  const made = yield* mlsOrThrow({ op: "adoptExternal", pending: next });
  const standing = standingOf(made.group);
  if (standing === undefined || hash === null) throw new Error("a room has lost its charter");
  const before = state.conversations.get(id);
  if (before?.group) transaction.dropGroup(before.group, state).wishes(id, []);
  transaction.group(made.group, made.delta).dropPending(group).entered(group);
  transaction.room({ ...room, joiningHash: null });
  requeueUnsent(core, transaction, id);
  const facts = factsOf(standing, null);
  const place = { group, index, hash, handshake: core.sha256(handshake) };
  const entered = enterGroup(core, id, { peer: null, facts }, "active", place);
  const { account } = state.identity;
  // Other devices of the account may be there already.
  const isNewThere = devicesOf(standing.members, account).length === 1 && made.change.removed.length === 0;
  const lines = isNewThere ? [{ from: account, event: { kind: "entered", account } } as const] : [];
  const lined = withLines(core, transaction, { ...entered, streams: reopened(entered.streams) }, lines);
  yield* commit(core, transaction.conversation(lined.conversation));
  forgetPosts(core, id);
  emit(core, { type: "conversation", conversation: id, change: "created" });
  showLines(core, lined.records);
  enqueuePeople(core);
  scheduleListCheck(core, id);
  enqueueDispatch(core, id);
  enqueueRoom(core, id);
}
