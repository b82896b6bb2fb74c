/** Ids of messages, made by whoever composes them (MSG-1). */
import type { MessageId } from "@sotto/protocol";
import { idBytes, idOf } from "@sotto/protocol";

const TIME_BYTES = 6;
const RANDOM_BYTES = 10;

/** Begins with the time, so that the index by message id grows at its end. */
export function createMessageId(nowMs: number, random: (size: number) => Uint8Array): MessageId {
  const id = new Uint8Array(TIME_BYTES + RANDOM_BYTES);
  let rest = Math.max(0, nowMs);
  for (let i = TIME_BYTES; i-- > 0; rest = Math.floor(rest / 256)) id[i] = rest % 256;
  id.set(random(RANDOM_BYTES), TIME_BYTES);
  return idOf<MessageId>(id);
}

/** Of the next message of those that are sent together: who knows the first one's finds the others. */
export function followingMessageId(id: MessageId): MessageId {
  const next = idBytes(id).slice();
  for (let i = next.length; i-- > TIME_BYTES;) {
    next[i] = ((next[i] as number) + 1) % 256;
    if (next[i] !== 0) break;
  }
  return idOf<MessageId>(next);
}
