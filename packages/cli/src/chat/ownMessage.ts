/**
 * Own messages on the screen. Which way one goes may be decided a moment after it is stored: where it may be the direct way, its line waits for
 * that, so that the mark on it is right.
 */
import type { StoredMessage } from "sotto";
import { messageLine } from "../show/lines.ts";
import { sayWay } from "./sayWay.ts";
import type { Chat } from "./state.ts";
import { openedConversation } from "./state.ts";

const DECIDED_MS = 250;

/** Of the open conversation. */
export function showOwn(chat: Chat, message: StoredMessage): void {
  const { path, link } = openedConversation(chat) ?? {};
  chat.last = message;
  chat.held = message;
  if (message.path === "relay" && path !== "relay" && link?.state === "open") {
    setTimeout(() => showHeld(chat, message), DECIDED_MS).unref();
    return;
  }
  showHeld(chat, message);
  sayWay(chat);
}

/** Shows what is held back, of all or that one message; before whatever comes behind it. */
export function showHeld(chat: Chat, only: StoredMessage | undefined = chat.held): void {
  const { held, last, sotto, screen, numbers } = chat;
  if (held === undefined || held !== only) return;
  chat.held = undefined;
  const path = last?.id === held.id ? last.path : held.path;
  screen.print(messageLine(sotto, { ...held, path }, screen.style, numbers.numberOf, ""));
}
