/** What the scripting interface shows of contacts, conversations, messages and events. The names are a stable contract: extended, never renamed. */
import type { AccountId, FileManifest } from "@sotto/protocol";
import { safeFileName } from "@sotto/protocol";
import type {
  ClientEvent,
  Contact,
  Conversation,
  FileView,
  GroupEvent,
  LinkView,
  Sotto,
  StoredMessage,
} from "sotto";
import type { Offer } from "../files/offers.ts";
import { userNameOf } from "../show/names.ts";

/** Greatest time that ECMAScript dates express, in ms; a sender's clock is anything. */
const MAX_TIME_MS = 8.64e15;

export type Json = Readonly<Record<string, unknown>>;

/** Time as text in UTC (RFC 3339), such as `2026-11-21T04:56:24.000Z`. */
function timeText(atMs: number): string {
  return new Date(Math.min(atMs, MAX_TIME_MS)).toISOString();
}

export function contactJson({ userName, displayName, state, online }: Contact): Json {
  return { username: userName, displayName, state, online };
}

export function conversationJson(conversation: Conversation): Json {
  const { id, kind, name, members, unread, path, pathIsDefault, link, state } = conversation;
  return {
    id,
    kind,
    name,
    members,
    unread,
    path,
    pathIsDefault,
    link: linkJson(link),
    state,
    ...(kind !== "pair" && groupFields(conversation)),
  };
}

/** `hasKey`: it opens with a pre-shared key. `roster` has a role for each member; `changing`: a change that was asked for here has not come true yet. */
function groupFields({ roster, role, changing, hasKey }: Conversation): Json {
  return {
    hasKey,
    ...(role !== undefined && { role }),
    roster: roster.map((member) => ({ username: member.userName, role: member.role })),
    changing,
  };
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
      if (message.event !== null)
        return { ...arrivalJson(sotto, message), type: "group", conversation: message.conversation };
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
      return fileEventJson(event.file);
    case "profile": {
      const username = userNameOf(sotto, event.account);
      return username === undefined ? undefined : { type: "profile", username };
    }
    case "draft":
    case "defaultPath":
    case "ownPresence":
    case "profileKey":
    case "profileDue":
    case "vaultDue":
    case "resynced":
      return undefined;
  }
}

/** One file of `files.list`. Without a view it is known by its message alone. */
export function listedFileJson(
  sotto: Sotto,
  { message, index, file }: Offer,
  view: FileView | undefined,
): Json {
  const state = view === undefined ? { state: "removed", bytes: 0 } : stateJson(view);
  const { name, type } = fileJson(file);
  const from = userNameOf(sotto, message.from) ?? message.from;
  return {
    id: message.id,
    file: index,
    transfer: file.transfer,
    from,
    name,
    type,
    ...state,
    total: file.sizeBytes,
  };
}

function fileEventJson(view: FileView): Json {
  const { message, conversation, transfer, mine, name } = view;
  return {
    type: "file",
    ...(message !== null && { id: message }),
    conversation,
    transfer,
    mine,
    name: safeFileName(name),
    ...stateJson(view),
    total: view.total,
  };
}

function stateJson({ state, reason, bytes, path, bytesPerSecond }: FileView): Json {
  return {
    state,
    ...(reason !== null && { reason }),
    bytes,
    ...(path !== null && { path }),
    ...(bytesPerSecond > 0 && { bytesPerSecond: Math.round(bytesPerSecond) }),
  };
}

/** The name as it would be saved, with its folders: made safe, because scripts will use it as a path. */
function fileJson({ path, sizeBytes, mediaType }: FileManifest): {
  readonly name: string;
  readonly bytes: number;
  readonly type: string;
} {
  return { name: path.map(safeFileName).join("/"), bytes: sizeBytes, type: mediaType };
}

/** With user names where the SDK has accounts. */
function groupEventJson(sotto: Sotto, event: GroupEvent): Json {
  const name = (account: AccountId): string => userNameOf(sotto, account) ?? account;
  switch (event.kind) {
    case "added":
    case "removed":
      return { kind: event.kind, members: event.accounts.map(name) };
    case "entered":
      return { kind: event.kind, username: name(event.account) };
    case "role":
      return { kind: event.kind, username: name(event.account), role: event.role };
    case "created":
    case "renamed":
    case "left":
    case "refused":
      return event;
  }
}

/** What a message says, wherever it is shown. `from` is a user name, or an account id that no contact has. */
function arrivalJson(sotto: Sotto, message: StoredMessage): Json {
  const { id, from, text, files, event, replyTo, sentAtMs, path } = message;
  return {
    id,
    from: userNameOf(sotto, from) ?? from,
    text,
    ...(files.length > 0 && { files: files.map(fileJson) }),
    ...(event !== null && { event: groupEventJson(sotto, event) }),
    ...(replyTo !== null && { replyTo }),
    sentAt: timeText(sentAtMs),
    path,
  };
}
