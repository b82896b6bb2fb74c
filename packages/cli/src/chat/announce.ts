/** What a chat shows of events: quiet lines, and only those that concern the person typing. */
import type { ClientEvent, ContactState } from "sotto";
import { sanitizeLine } from "../sanitize.ts";
import { eventLine, messageLine } from "../show/lines.ts";
import { conversationName } from "../show/names.ts";
import { connectionWords, contactWords } from "../show/words.ts";
import { announceFile } from "./fileNews.ts";
import { showHeld, showOwn } from "./ownMessage.ts";
import { sayWay } from "./sayWay.ts";
import type { Chat } from "./state.ts";
import { drawPrompt, reporting } from "./state.ts";

type Of<T extends ClientEvent["type"]> = Extract<ClientEvent, { type: T }>;

export function announce(chat: Chat, event: ClientEvent): void {
  switch (event.type) {
    case "message":
      announceMessage(chat, event);
      break;
    case "state":
      announceState(chat, event);
      break;
    case "connection":
      announceConnection(chat, event);
      break;
    case "contact":
      announceContact(chat, event.userName, event.state);
      break;
    case "presence":
      if (isWithOpened(chat, event)) sayLine(chat, event);
      break;
    case "path":
      announcePath(chat, event);
      break;
    case "conversation":
      if (event.change !== "path") sayLine(chat, event);
      else if (event.conversation === chat.openId) sayWay(chat);
      break;
    case "file":
      announceFile(chat, event.file);
      break;
    case "defaultPath":
    case "draft":
    case "ownPresence":
    case "profile":
    case "profileKey":
    case "profileDue":
    case "vaultDue":
    case "resynced":
      sayLine(chat, event);
      break;
  }
  drawPrompt(chat);
}

/** A contact's new state, for a request with the commands that answer it. */
export function announceContact({ screen }: Chat, userName: string, state: ContactState): void {
  const name = sanitizeLine(userName);
  const hint = state === "incoming" ? ` /accept ${name} or /decline ${name}` : "";
  screen.print(screen.style.dim(`${contactWords(name, state)}${hint}`));
}

function announceMessage(chat: Chat, { message }: Of<"message">): void {
  const { sotto, screen, openId, hinted } = chat;
  const { conversation, mine, event } = message;
  chat.numbers.note(message);
  showHeld(chat);
  if (mine && event === null && conversation === openId) return showOwn(chat, message);
  screen.print(
    messageLine(
      sotto,
      message,
      screen.style,
      chat.numbers.numberOf,
      conversation === openId ? "" : undefined,
    ),
  );
  if (message.files.length > 0 && !chat.saveHinted) {
    chat.saveHinted = true;
    screen.print(screen.style.dim("/save fetches what was sent last, /save N PATH one file"));
  }
  if (conversation === openId) void reporting(chat, sotto.conversations.markRead(conversation));
  else if (!mine && !hinted.has(conversation)) {
    hinted.add(conversation);
    const sign = sotto.conversations.get(conversation)?.kind === "pair" ? "" : "#";
    screen.print(screen.style.dim(`/open ${sign}${conversationName(sotto, conversation)} to answer`));
  }
}

function announceState(chat: Chat, { id, state }: Of<"state">): void {
  const { style, print } = chat.screen;
  if (chat.held?.id === id) showHeld(chat);
  if (chat.last?.id === id) chat.last = { ...chat.last, state };
  if (state === "failed") print(style.warning("A message could not be sent. Send it again."));
}

function announcePath(chat: Chat, { id, path }: Of<"path">): void {
  if (chat.last?.id === id) chat.last = { ...chat.last, path };
  if (chat.held?.id === id) showHeld(chat);
}

/** Attempts to connect are not said, nor that they fail again. */
function announceConnection(chat: Chat, { state, reason }: Of<"connection">): void {
  if (state === "connecting" || chat.connected === (state === "online")) return;
  chat.connected = state === "online";
  chat.screen.print(chat.screen.style.dim(connectionWords(state, reason)));
}

function isWithOpened({ sotto, openId }: Chat, { account }: Of<"presence">): boolean {
  return sotto.contacts
    .list()
    .some((contact) => contact.account === account && contact.conversation === openId);
}

function sayLine({ sotto, screen }: Chat, event: ClientEvent): void {
  const line = eventLine(sotto, event, screen.style);
  if (line !== undefined) screen.print(line);
}
