/** Hashes and names that every member computes alike (MLS-4, MSG-2, CON-1). */
import type { AccountId, ConversationId, GroupId } from "@sotto/protocol";
import { LABELS, compareBytes, concatBytes, idBytes, idOf, labelled } from "@sotto/protocol";

/** SHA-256, given by the platform. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** The chain before the first handshake of a group. */
export function genesisHash(sha256: Sha256, conversation: ConversationId, group: GroupId): Uint8Array {
  return sha256(labelled(LABELS.handshakeHash, idBytes(conversation), idBytes(group)));
}

/** The chain after handshake `index`; refused handshakes are part of it. */
export function nextHandshakeHash(
  sha256: Sha256,
  previous: Uint8Array,
  group: GroupId,
  index: number,
  handshakeSha256: Uint8Array,
): Uint8Array {
  const indexBytes = new Uint8Array(8);
  new DataView(indexBytes.buffer).setBigUint64(0, BigInt(index));
  return sha256(labelled(LABELS.handshakeHash, previous, idBytes(group), indexBytes, handshakeSha256));
}

/** Names one content of a sender's stream for the next one. */
export function contentHash(sha256: Sha256, content: Uint8Array): Uint8Array {
  return sha256(labelled(LABELS.contentHash, content));
}

/** A pair has one conversation however often it begins anew: both sides derive its id from the two account ids. */
export function pairConversationId(sha256: Sha256, a: AccountId, b: AccountId): ConversationId {
  const [first, second] = [idBytes(a), idBytes(b)].toSorted(compareBytes) as [Uint8Array, Uint8Array];
  return idOf(sha256(labelled(LABELS.pairConversation, concatBytes(first, second))).slice(0, 16));
}
