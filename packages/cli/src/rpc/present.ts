/** What the scripting interface shows of contacts, conversations, messages and events. The names are a stable contract: extended, never renamed. */
import type { ClientEvent, Contact, Conversation, LinkView, Sotto, StoredMessage } from "sotto";
import { userNameOf } from "../show/names.ts";

/** Greatest time that ECMAScript dates express, in ms; a sender's clock is anything. */
const MAX_TIME_MS = 8.64e15;

export type Json = Readonly<Record<string, unknown>>;

/** Time as text in UTC (RFC 3339), such as `2026-11-21T04:56:24.000Z`. */
function timeText(atMs: number): string {
  return new Date(Math.min(atMs, MAX_TIME_MS)).toISOString();
}

export function contactJson({ userName, state, online }: Contact): Json {
  return { username: userName, state, online };
}

export function conversationJson(conversation: Conversation): Json {
  const { id, kind, name, members, unread, path, pathIsDefault, link, state } = conversation;
  return { id, kind, name, members, unread, path, pathIsDefault, link: linkJson(link), state };
}

function linkJson(link: LinkView): Json {
  const { state } = link;
  if (state === "connecting") return { state };
  return state === "open" ? { state, via: link.via } : { state, reason: link.reason };
}

export function messageJson(sotto: Sotto, message: StoredMessage): Json {
  return { ...arrivalJson(sotto, message), state: message.state };
}

/**
 * The `params` of an `event` notification, or `undefined` for an event that scripts are not told of: own messages, whose sender has the
 * answer to `messages.send`, and inner bookkeeping. A presence change is a `contact` event with `online`.
 */
export function eventJson(sotto: Sotto, event: ClientEvent): Json | undefined {
  switch (event.type) {
    case "message": {
      const { message } = event;
      return message.mine
        ? undefined
        : { type: "message", ...arrivalJson(sotto, message), conversation: message.conversation };
    }
    case "state":
      return event.state === "sending" ? undefined : { type: "state", id: event.id, state: event.state };
    case "contact":
      return { type: "contact", username: event.userName, state: event.state };
    case "presence": {
      const contact = sotto.contacts.list().find(({ account }) => account === event.account);
      return (
        contact && { type: "contact", username: contact.userName, state: contact.state, online: event.online }
      );
    }
    case "conversation":
      return { type: "conversation", id: event.conversation, change: event.change };
    case "connection":
      return {
        type: "connection",
        state: event.state,
        ...(event.reason !== undefined && { reason: event.reason }),
      };
    case "path":
      return { type: "path", id: event.id, path: event.path };
    case "file":
    case "draft":
    case "defaultPath":
    case "ownPresence":
    case "vaultDue":
    case "resynced":
      return undefined;
  }
}

/** What a message says, wherever it is shown. `from` is a user name, or an account id that no contact has. */
function arrivalJson(sotto: Sotto, { id, from, text, replyTo, sentAtMs, path }: StoredMessage): Json {
  return {
    id,
    from: userNameOf(sotto, from) ?? from,
    text,
    ...(replyTo !== null && { replyTo }),
    sentAt: timeText(sentAtMs),
    path,
  };
}
