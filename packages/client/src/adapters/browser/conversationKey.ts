import { formatConversationKey, newConversationKey } from "@sotto/protocol/conversationKey";

/** A fresh key for a group (PSK-1), as 64 hexadecimal digits. */
export function makeConversationKey(): string {
  return formatConversationKey(newConversationKey((size) => crypto.getRandomValues(new Uint8Array(size))));
}
