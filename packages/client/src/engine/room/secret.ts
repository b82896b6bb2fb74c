/** The join secret of a room (ROOM-12) and what every handshake brings to the server for those who come in by themselves (ROOM-13). */
import type { EpochChange, MlsGroup } from "@sotto/crypto";
import { JOIN_SECRET_BYTES, JOIN_SECRET_LABEL } from "@sotto/crypto";
import type { ConversationId, GroupId } from "@sotto/protocol";
import { idBytes } from "@sotto/protocol";
import type { Core, Step } from "../core.ts";
import { mlsOrThrow } from "../core.ts";
import type { OwnHandshake } from "../handshakeFrame.ts";
import type { JoinSecretInfo } from "../joinerInfo.ts";
import { encodeJoinerInfo } from "../joinerInfo.ts";
import type { RoomRecord } from "../records/room.ts";

/** K, and the handshake that it is of. */
export type Secret = Pick<RoomRecord, "k" | "secret">;

/** The join secret of the group's epoch. */
export function exportJoinSecret(group: MlsGroup): Step<Uint8Array> {
  return mlsOrThrow({
    op: "exportSecret",
    group,
    label: JOIN_SECRET_LABEL,
    context: idBytes(group.id),
    length: JOIN_SECRET_BYTES,
  });
}

/** Whether whoever knew the join secret before shall not know it any more: somebody is out. Who came in by himself may have left a former leaf. */
export function changesSecret({ removed, external }: EpochChange): boolean {
  return removed.length > 0 && !external;
}

/** What a Welcome tells those whom it brings into a room. The secret of the epoch itself they compute. */
export function secretForJoiners({ k, secret }: Secret, index: number, isChanged: boolean): JoinSecretInfo {
  return isChanged ? { k: index, secret: null } : { k, secret };
}

/** Where the order stands. */
export interface Place {
  readonly conversation: ConversationId;
  /** The last handshake. */
  readonly index: number;
  /** Chain hash behind it. */
  readonly hash: Uint8Array;
}

/** The room's group info behind that handshake, sealed; `group` is of that epoch. Its signer vouches for the place, too. */
export function sealInfo(
  group: MlsGroup,
  { k, secret }: Secret,
  { conversation, index, hash }: Place,
): Step<Uint8Array> {
  const joinerInfo = encodeJoinerInfo({
    conversation,
    kind: "room",
    index,
    previousHash: hash,
    room: { k, secret: null },
  });
  return mlsOrThrow({ op: "sealRoomInfo", group, joinerInfo, secret, index, hash });
}

/** What the server knows the door by. */
function* doorHashOf(core: Core, group: GroupId, secret: Uint8Array): Step<Uint8Array> {
  return core.sha256(yield* mlsOrThrow({ op: "roomDoor", group, secret }));
}

/** What a member's handshake brings along in a room; `group` is of the epoch behind it. */
export function* roomParts(
  core: Core,
  group: MlsGroup,
  before: Secret | undefined,
  place: Place,
): Step<Pick<OwnHandshake, "sealedGroupInfo" | "doorHash"> & { readonly secret: Secret }> {
  const secret = before ?? { k: place.index, secret: yield* exportJoinSecret(group) };
  return {
    secret,
    sealedGroupInfo: yield* sealInfo(group, secret, place),
    doorHash: before === undefined ? yield* doorHashOf(core, group.id, secret.secret) : null,
  };
}
