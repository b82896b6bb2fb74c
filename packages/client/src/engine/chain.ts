/** Hashes and names that every member computes alike (MLS-4, MSG-2, CON-1). */
import type { AccountId, ConversationId, DeviceId, GroupId, StreamId } from "@sotto/protocol";
import { LABELS, bytesEqual, compareBytes, concatBytes, idBytes, idOf, labelled } from "@sotto/protocol";

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

/** Of a stream id the part that says whose it is, and the random rest. */
const STREAM_TAG_BYTES = 10;
const STREAM_RANDOM_BYTES = 6;

/** What the ids of a device's streams in a conversation begin with (MSG-2). */
function streamTag(
  sha256: Sha256,
  conversation: ConversationId,
  account: AccountId,
  device: DeviceId,
): Uint8Array {
  const named = labelled(LABELS.stream, idBytes(conversation), idBytes(account), idBytes(device));
  return sha256(named).slice(0, STREAM_TAG_BYTES);
}

/** A new stream of that device. */
export function newStreamId(
  sha256: Sha256,
  random: (size: number) => Uint8Array,
  conversation: ConversationId,
  { account, device }: { readonly account: AccountId; readonly device: DeviceId },
): StreamId {
  return idOf(concatBytes(streamTag(sha256, conversation, account, device), random(STREAM_RANDOM_BYTES)));
}

/** Whether the stream can be of that device: its other members know a stream's id, and none of them may take it for their own. */
export function isStreamOf(
  sha256: Sha256,
  stream: StreamId,
  conversation: ConversationId,
  { account, device }: { readonly account: AccountId; readonly device: DeviceId },
): boolean {
  const tag = idBytes(stream).subarray(0, STREAM_TAG_BYTES);
  return bytesEqual(tag, streamTag(sha256, conversation, account, device));
}

/**
 * Names a conversation's pre-shared key, and commits to it (PSK-2): nobody finds another key of that name, and 256 random bits are not found from
 * their hash. The conversation is hashed in, so that a key which is used twice does not show.
 */
export function conversationKeyId(sha256: Sha256, conversation: ConversationId, key: Uint8Array): Uint8Array {
  return sha256(labelled(LABELS.conversationKey, idBytes(conversation), key));
}

/** A pair has one conversation however often it begins anew: both sides derive its id from the two account ids. */
export function pairConversationId(sha256: Sha256, a: AccountId, b: AccountId): ConversationId {
  const [first, second] = [idBytes(a), idBytes(b)].toSorted(compareBytes) as [Uint8Array, Uint8Array];
  return idOf(sha256(labelled(LABELS.pairConversation, concatBytes(first, second))).slice(0, 16));
}
