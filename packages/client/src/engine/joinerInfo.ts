/** What a Welcome's group info tells those who join (MLS-11): which conversation it is, and where its handshake chain stands. */
import type { ConversationId, GroupKind } from "@sotto/protocol";
import {
  GROUP_KIND,
  bytesOf,
  codecOf,
  groupKindOf,
  idBytes,
  idOf,
  nullable,
  tuple,
  uint,
} from "@sotto/protocol";

export interface JoinerInfo {
  readonly conversation: ConversationId;
  readonly kind: GroupKind;
  /** Index of the handshake that adds the joiner. */
  readonly index: number;
  /** Chain hash before it. */
  readonly previousHash: Uint8Array;
  /** Of a room alone. */
  readonly room?: JoinSecretInfo;
}

/** The join secret (ROOM-12). */
export interface JoinSecretInfo {
  readonly k: number;
  /** Null: of the very epoch that the joiner enters, so it computes it; and in group infos, which only they can read who have it. */
  readonly secret: Uint8Array | null;
}

const codec = codecOf(
  tuple(bytesOf(16), uint(255), uint(), bytesOf(32), nullable(tuple(uint(), nullable(bytesOf(32))))),
);

export function encodeJoinerInfo(info: JoinerInfo): Uint8Array {
  const { conversation, kind, index, previousHash, room } = info;
  const secret = room === undefined ? null : ([room.k, room.secret] as const);
  return codec.encode([idBytes(conversation), GROUP_KIND[kind], index, previousHash, secret]);
}

export function decodeJoinerInfo(bytes: Uint8Array): JoinerInfo | undefined {
  const fields = codec.decode(bytes);
  const kind = fields && groupKindOf(fields[1]);
  if (fields === undefined || kind === undefined) return undefined;
  const [conversation, , index, previousHash, secret] = fields;
  if ((kind === "room") !== (secret !== null)) return undefined;
  return {
    conversation: idOf(conversation),
    kind,
    index,
    previousHash,
    ...(secret && { room: { k: secret[0], secret: secret[1] } }),
  };
}
