/** What a device keeps of a room, and how it changes with the room's handshakes. */
import type { EpochChange, MlsGroup } from "@sotto/crypto";
import type { ConversationId, GroupId } from "@sotto/protocol";
import type { Core, Step } from "../core.ts";
import { turnOf } from "../group/duties.ts";
import type { Standing } from "../group/policy.ts";
import { roleOf } from "../group/policy.ts";
import type { ConversationRecord } from "../records/conversation.ts";
import type { Invitation, RoomRecord } from "../records/room.ts";
import type { StoredState } from "../state.ts";
import type { Transaction } from "../transaction.ts";
import type { Secret } from "./secret.ts";
import { changesSecret, exportJoinSecret } from "./secret.ts";

/** The conversation is a room, not a group into which one is put. */
export function isRoom({ facts }: Pick<ConversationRecord, "facts">): boolean {
  return facts?.charter.room === true;
}

export function roomOf(
  state: Pick<StoredState, "rooms">,
  { group }: Pick<ConversationRecord, "group">,
): RoomRecord | undefined {
  return group === null ? undefined : state.rooms.get(group);
}

/** A room that this device has just come to know. */
export function newRoom(
  group: GroupId,
  conversation: ConversationId,
  { k, secret }: Secret,
  invitation: Invitation | null = null,
): RoomRecord {
  return {
    group,
    conversation,
    k,
    secret,
    invitation,
    isOwn: false,
    isPublished: false,
    shareAtMs: null,
    rotateAtMs: null,
    infoAtMs: null,
    joiningHash: null,
  };
}

/** The invitation that lets others in now: one of an earlier join secret opens nothing. */
export function validInvitation({ invitation, k }: RoomRecord): Invitation | null {
  return invitation?.k === k ? invitation : null;
}

/** Adds to the transaction what the room is behind an epoch's change. True: the invitation of before opens nothing any more. */
export function* enterRoomEpoch(
  core: Core,
  transaction: Transaction,
  { group: id, headIndex }: ConversationRecord,
  {
    after,
    standing,
    change,
  }: {
    readonly after: MlsGroup;
    readonly standing: Standing;
    readonly change: EpochChange;
  },
): Step<boolean> {
  const room = id === null ? undefined : core.state.rooms.get(id);
  if (room === undefined) return false;
  // The handshake has brought the server a new group info.
  const told = { ...room, infoAtMs: null };
  if (changesSecret(change)) {
    const secret = yield* exportJoinSecret(after);
    const rotateAtMs = tends(core, standing) ? turnOf(core, standing) : null;
    transaction.room({ ...told, k: headIndex, secret, rotateAtMs, isPublished: false, shareAtMs: null });
    return true;
  }
  const isWelcomed = change.added.length > 0 && !change.external;
  transaction.room(isWelcomed ? { ...told, shareAtMs: shareTime(core, told, standing) } : told);
  return false;
}

/** Whether the device sees to the room's invitation: the devices of its owner and admins do. */
export function tends(core: Core, standing: Standing): boolean {
  return roleOf(standing, core.state.identity.account) !== "member";
}

/** Who has come in by a Welcome is told the invitation by whoever made it, else by an admin. */
function shareTime(core: Core, room: RoomRecord, standing: Standing): number | null {
  if (validInvitation(room) === null) return room.shareAtMs;
  if (room.isOwn) return core.now();
  return tends(core, standing) ? turnOf(core, standing) : null;
}
