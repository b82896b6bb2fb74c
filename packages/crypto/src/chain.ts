/** Hashes that tie a conversation together: its id for a pair, the chain of its handshakes, the chain of each sender's contents. */
import type { AccountId, ConversationId, GroupId } from "@sotto/protocol";
import {
  compareBytes,
  concatBytes,
  HASH_BYTES,
  ID_BYTES,
  idBytes,
  idOf,
  LABELS,
  labelled,
} from "@sotto/protocol";
import type { CryptoProvider } from "./provider/port.ts";

/** The conversation of two accounts: both compute the same id, whoever writes first. */
export function pairConversationId(provider: CryptoProvider, a: AccountId, b: AccountId): ConversationId {
  const ids = [idBytes(a), idBytes(b)].toSorted(compareBytes);
  return idOf(provider.sha256(labelled(LABELS.pairConversation, ...ids)).slice(0, ID_BYTES));
}

/** Start of a group's chain of handshakes (MLS-5). */
export function handshakeGenesis(
  provider: CryptoProvider,
  conversation: ConversationId,
  group: GroupId,
): Uint8Array {
  return provider.sha256(labelled(LABELS.handshakeHash, idBytes(conversation), idBytes(group)));
}

/**
 * The chain's next value: refused handshakes are in it too, so that nobody can be shown another order. `handshakeSha256` is the plain
 * SHA-256 of the handshake's bytes, as the server names them.
 */
export function handshakeHash(
  provider: CryptoProvider,
  previous: Uint8Array,
  group: GroupId,
  index: number,
  handshakeSha256: Uint8Array,
): Uint8Array {
  if (previous.length !== HASH_BYTES || handshakeSha256.length !== HASH_BYTES)
    throw new RangeError("a hash has 32 bytes");
  const indexBytes = new Uint8Array(8);
  new DataView(indexBytes.buffer).setBigUint64(0, BigInt(index));
  return provider.sha256(
    labelled(LABELS.handshakeHash, concatBytes(previous, idBytes(group), indexBytes, handshakeSha256)),
  );
}

/** Hash of an encoded content, which its sender's next content names. */
export function contentHash(provider: CryptoProvider, encodedContent: Uint8Array): Uint8Array {
  return provider.sha256(labelled(LABELS.contentHash, encodedContent));
}
