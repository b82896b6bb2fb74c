/** When messages of a conversation begin to go directly, or no longer do. Attempts are not news. */
import type { ConversationId } from "@sotto/protocol";
import type { Conversation } from "sotto";
import { sanitizeLine } from "../sanitize.ts";
import { againByServerWords, wayWords } from "./pathWords.ts";

/** A sentence if the conversation's messages go another way than when it was last asked of it; at first by the server. */
export type WayNews = (conversation: Conversation) => string | undefined;

export function createWayNews(): WayNews {
  const direct = new Set<ConversationId>();
  return (conversation) => {
    const { id, path, link } = conversation;
    const name = sanitizeLine(conversation.name);
    const isDirect = link.state === "open";
    if (isDirect === direct.has(id)) return undefined;
    if (isDirect) direct.add(id);
    else direct.delete(id);
    return isDirect || path === "direct" ? wayWords(name, conversation) : againByServerWords(name);
  };
}
