import type { ConversationId, GroupId, InvitationBody } from "@sotto/protocol";
import {
  MAX_ROOM_PASSWORD_BYTES,
  ROOM_CODE_PATTERN,
  arrayOf,
  bool,
  codecOf,
  idBytes,
  idOf,
  nullable,
  textUpTo,
  tuple,
  uint,
} from "@sotto/protocol";
import { FORMAT, hash, id } from "./shapes.ts";

/** What lets others into a room, as its members know it. */
export type Invitation = Omit<InvitationBody, "kind">;

/** What a device keeps of a room beside the conversation; by MLS group, so that it goes with the group's keys. */
export interface RoomRecord {
  readonly group: GroupId;
  readonly conversation: ConversationId;
  /** The join secret K, of the epoch that handshake `k` made. */
  readonly k: number;
  readonly secret: Uint8Array;
  /** The newest that is known; of an earlier `k` while there is no other. */
  readonly invitation: Invitation | null;
  /** Made here: this device brings it to the server and to the members. */
  readonly isOwn: boolean;
  /** The server has it, as far as this device knows. */
  readonly isPublished: boolean;
  /** When this device tells the members of it; null: they know, or somebody else tells them. */
  readonly shareAtMs: number | null;
  /** When it makes a new one, if nobody else has. */
  readonly rotateAtMs: number | null;
  /** When it puts the server's group info right. */
  readonly infoAtMs: number | null;
  /** Chain hash behind the external commit that waits for its place; null: the device is in. */
  readonly joiningHash: Uint8Array | null;
}

const invitationShape = tuple(
  textUpTo(64),
  textUpTo(MAX_ROOM_PASSWORD_BYTES),
  nullable(hash),
  uint(),
  uint(),
);
const roomCodec = codecOf(
  tuple(
    uint(FORMAT),
    id,
    id,
    uint(),
    hash,
    nullable(invitationShape),
    bool,
    bool,
    arrayOf(nullable(uint()), 3),
    nullable(hash),
  ),
);

export function encodeRoom(room: RoomRecord): Uint8Array {
  const { invitation } = room;
  return roomCodec.encode([
    FORMAT,
    idBytes(room.group),
    idBytes(room.conversation),
    room.k,
    room.secret,
    invitation && [
      invitation.code,
      invitation.password,
      invitation.linkSecret,
      invitation.k,
      invitation.version,
    ],
    room.isOwn,
    room.isPublished,
    [room.shareAtMs, room.rotateAtMs, room.infoAtMs],
    room.joiningHash,
  ]);
}

/** `undefined`: damaged. */
export function decodeRoom(bytes: Uint8Array): RoomRecord | undefined {
  const fields = roomCodec.decode(bytes);
  if (fields === undefined) return undefined;
  const [, group, conversation, k, secret, told, isOwn, isPublished, times, joiningHash] = fields;
  if (told !== null && !ROOM_CODE_PATTERN.test(told[0])) return undefined;
  const [shareAtMs = null, rotateAtMs = null, infoAtMs = null] = times;
  const invitation = told && {
    code: told[0],
    password: told[1],
    linkSecret: told[2],
    k: told[3],
    version: told[4],
  };
  return {
    group: idOf(group),
    conversation: idOf(conversation),
    k,
    secret,
    invitation,
    isOwn,
    isPublished,
    shareAtMs,
    rotateAtMs,
    infoAtMs,
    joiningHash,
  };
}
