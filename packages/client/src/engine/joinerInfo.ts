/** What a Welcome's group info tells those who join (MLS-11): which conversation it is, and where its handshake chain stands. */
import type { ConversationId, GroupKind } from "@sotto/protocol";
import { GROUP_KIND, bytesOf, codecOf, groupKindOf, idBytes, idOf, tuple, uint } from "@sotto/protocol";

export interface JoinerInfo {
  readonly conversation: ConversationId;
  readonly kind: GroupKind;
  /** Index of the handshake that adds the joiner. */
  readonly index: number;
  /** Chain hash before it. */
  readonly previousHash: Uint8Array;
}

const codec = codecOf(tuple(bytesOf(16), uint(255), uint(), bytesOf(32)));

export function encodeJoinerInfo(info: JoinerInfo): Uint8Array {
  return codec.encode([idBytes(info.conversation), GROUP_KIND[info.kind], info.index, info.previousHash]);
}

export function decodeJoinerInfo(bytes: Uint8Array): JoinerInfo | undefined {
  const fields = codec.decode(bytes);
  const kind = fields && groupKindOf(fields[1]);
  return fields && kind && { conversation: idOf(fields[0]), kind, index: fields[2], previousHash: fields[3] };
}
