/** What a chat says by itself of the way that messages of the open conversation go: seldom, and nothing twice. */
import type { Conversation } from "sotto";
import { isStuck } from "../pathChoice.ts";
import { sanitizeLine } from "../sanitize.ts";
import { wayWords } from "../show/pathWords.ts";
import type { Chat } from "./state.ts";
import { openedConversation } from "./state.ts";

/** To be called whenever the way, or what waits for it, may be another. */
export function sayWay(chat: Chat): void {
  const conversation = openedConversation(chat);
  if (conversation === undefined) return;
  const { path, link } = conversation;
  const withoutWay = path === "direct" && link.state !== "open";
  if (!withoutWay) chat.waitSaid = false;
  const news = chat.wayNews(conversation);
  const unsupported = path !== "relay" && link.state === "none" && link.reason === "unsupported";
  const worthSaying = waits(chat, conversation) || (unsupported && !chat.unsupportedSaid);
  const line = news ?? (worthSaying ? wayWords(sanitizeLine(conversation.name), conversation) : undefined);
  if (line === undefined) return;
  chat.waitSaid = withoutWay && link.state === "none";
  chat.unsupportedSaid ||= unsupported;
  chat.screen.print(chat.screen.style.dim(line));
}

function waits({ last, waitSaid }: Chat, conversation: Conversation): boolean {
  return isStuck(conversation) && last?.state === "sending" && !waitSaid;
}
