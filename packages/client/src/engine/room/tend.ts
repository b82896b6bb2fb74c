/**
 * What a device does for a room by itself (ROOM-16, ROOM-17): the invitation is brought to the server and to the members, made anew when the join secret has
 * changed, and a group info at the server that leads into no epoch of the room is replaced.
 */
import type { MlsGroup } from "@sotto/crypto";
import type { ConversationId, GroupId } from "@sotto/protocol";
import { bytesEqual } from "@sotto/protocol";
import type { Core, Step } from "../core.ts";
import { commit, mls, mlsOrThrow, request } from "../core.ts";
import { turnOf } from "../group/duties.ts";
import { standingOf } from "../group/standing.ts";
import { considerWishes } from "../group/wishState.ts";
import { loadGroup } from "../groups.ts";
import type { ConversationRecord } from "../records/conversation.ts";
import type { RoomRecord } from "../records/room.ts";
import { isForeignStore } from "../serverStore.ts";
import { Transaction } from "../transaction.ts";
import { emitChanged, publish, share, withNewInvitation } from "./invitation.ts";
import { tends, validInvitation } from "./room.ts";
import { sealInfo } from "./secret.ts";

/** Looks at every room. */
export function enqueueRooms(core: Core): void {
  for (const { conversation, joiningHash } of core.state.rooms.values())
    if (joiningHash === null) enqueueRoom(core, conversation);
}

export function enqueueRoom(core: Core, id: ConversationId): void {
  core.enqueue({ key: `room/${id}`, run: () => tendRoom(core, id) });
}

/** Part of a job. */
export function* tendRoom(core: Core, id: ConversationId): Step<void> {
  const conversation = core.state.conversations.get(id);
  if (conversation?.state !== "active" || conversation.group === null) return;
  if (core.live.phase !== "online" || isForeignStore(core) || core.live.rolledBack) return;
  // The server does not know of the room yet.
  if (core.state.pending.get(conversation.group)?.reason === "create") return;
  const group = yield* loadGroup(core, conversation.group);
  const room = (): RoomRecord | undefined => core.state.rooms.get(group.id);
  const isDue = (atMs: number | null | undefined): boolean => atMs != null && atMs <= core.now();
  if (isDue(room()?.infoAtMs)) yield* mendInfo(core, conversation, group);
  yield* scheduleRotation(core, group);
  if (isDue(room()?.rotateAtMs)) {
    yield* commit(core, new Transaction().room(withNewInvitation(core, room() as RoomRecord)));
    emitChanged(core, id);
  }
  const made = room();
  if (made?.isOwn === true && !made.isPublished) yield* publish(core, made);
  const published = room();
  // Nobody is told of one that opens nothing yet.
  if (published !== undefined && isDue(published.shareAtMs) && (!published.isOwn || published.isPublished))
    yield* share(core, id, published);
  wakeForLater(core, room());
}

/** The room has no invitation that opens it: who sees to it makes one after the time of GRP-8, unless another is first. */
function* scheduleRotation(core: Core, group: MlsGroup): Step<void> {
  const room = core.state.rooms.get(group.id);
  const standing = standingOf(group);
  if (room === undefined || standing === undefined) return;
  const isMissing = validInvitation(room) === null && tends(core, standing);
  if (isMissing === (room.rotateAtMs !== null)) return;
  const rotateAtMs = isMissing ? turnOf(core, standing) : null;
  yield* commit(core, new Transaction().room({ ...room, rotateAtMs }));
}

/** A handshake was refused: what its sender has left at the server may lead nowhere (ROOM-16). */
export function noteRefused(core: Core, transaction: Transaction, group: MlsGroup): void {
  const room = core.state.rooms.get(group.id);
  const standing = standingOf(group);
  if (room === undefined || standing === undefined) return;
  transaction.room({ ...room, infoAtMs: turnOf(core, standing) });
}

/** Puts the server's group info right, unless another member has. */
function* mendInfo(core: Core, conversation: ConversationRecord, group: MlsGroup): Step<void> {
  const room = core.state.rooms.get(group.id);
  if (room === undefined) return;
  if (!(yield* isSound(room, conversation, group))) {
    const { id, headIndex: index, headHash: hash } = conversation;
    const sealed = yield* sealInfo(group, room, { conversation: id, index, hash });
    yield* request({ kind: "putGroupInfo", group: group.id, index, sealed });
  }
  const now = core.state.rooms.get(group.id);
  if (now?.infoAtMs === room.infoAtMs)
    yield* commit(core, new Transaction().room({ ...now, infoAtMs: null }));
}

/** The server's leads into the epoch that this device is in, from the handshake that it stands at. */
function* isSound(
  { secret }: RoomRecord,
  { group: id, headIndex, headHash }: ConversationRecord,
  group: MlsGroup,
): Step<boolean> {
  const door = yield* mlsOrThrow({ op: "roomDoor", group: id as GroupId, secret });
  const answer = yield* request({ kind: "groupInfo", group: id as GroupId, door });
  if (answer.kind !== "groupInfo" || answer.index !== headIndex) return false;
  const { index, sealed } = answer;
  const opened = yield* mls({ op: "openRoomInfo", group: id as GroupId, secret, index, sealed });
  if (!opened.ok || !bytesEqual(opened.output.hash, headHash)) return false;
  const inspected = yield* mls({ op: "inspectGroupInfo", groupInfo: opened.output.groupInfo });
  if (!inspected.ok || inspected.output.epoch !== group.epoch) return false;
  const { members } = inspected.output;
  const leaves = new Map(group.members.map(({ leaf, leafKey }) => [leaf, leafKey]));
  return (
    members.length === leaves.size &&
    members.every(({ leaf, leafKey }) => {
      const own = leaves.get(leaf);
      return own !== undefined && bytesEqual(own, leafKey);
    })
  );
}

/** Comes back when the next thing is due. */
function wakeForLater(core: Core, room: RoomRecord | undefined): void {
  const times = [room?.shareAtMs, room?.rotateAtMs, room?.infoAtMs].filter((atMs) => atMs != null);
  const later = times.filter((atMs) => atMs > core.now());
  if (later.length > 0) considerWishes(core, Math.min(...later) - core.now());
}
