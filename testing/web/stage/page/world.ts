/** What a scripted device knows: people, and what was said with each of them. */
import type {
  ConnectionProblem,
  ConnectionState,
  Contact,
  Conversation,
  FileView,
  GroupMember,
  OwnProfile,
  StoredMessage,
} from "sotto";

/** Whose device it is. */
export const OWN = { userName: "alice", account: accountOf("alice") } as const;

/** Where the clock stands: 21 November 2026, 09:44 UTC, a Saturday. */
export const NOW_MS = Date.UTC(2026, 10, 21, 9, 44);

/** A conversation and what was said in it. */
export interface Talk {
  readonly conversation: Conversation;
  readonly messages: readonly StoredMessage[];
}

export interface Person extends Talk {
  readonly contact: Contact;
  /** How far files are, by their names; others are done, or offered. */
  readonly views?: Readonly<Record<string, Partial<FileView>>>;
}

export interface World {
  readonly people: readonly Person[];
  readonly groups?: readonly Talk[];
  readonly connection: { readonly state: ConnectionState; readonly reason?: ConnectionProblem };
  /** The own one. */
  readonly profile?: OwnProfile;
  /** By account. */
  readonly bios?: Readonly<Record<string, string>>;
}

/** A message before it has a place in a conversation. */
export type Line = Partial<StoredMessage> & Pick<StoredMessage, "text" | "storedAtMs">;

export interface PersonFields {
  readonly contact?: Partial<Contact>;
  readonly conversation?: Partial<Conversation>;
  readonly lines?: readonly Line[];
  readonly views?: Readonly<Record<string, Partial<FileView>>>;
}

/** Somebody with whom all is well, but for `fields`. */
export function person(userName: string, fields: PersonFields = {}): Person {
  const id = idFrom(`conversation with ${userName}`) as Conversation["id"];
  const account = accountOf(userName);
  const messages = (fields.lines ?? []).map((line, order) => messageOf(line, order, id, account));
  return {
    contact: {
      account,
      userName,
      displayName: "",
      picture: 0,
      state: "accepted",
      online: false,
      conversation: id,
      pinned: true,
      ...fields.contact,
    },
    conversation: {
      id,
      kind: "pair",
      name: userName,
      members: [OWN.userName, userName],
      roster: [],
      role: undefined,
      changing: false,
      hasKey: false,
      peer: account,
      accepted: true,
      unread: 0,
      path: "auto",
      pathIsDefault: true,
      link: { state: "none", reason: "peerOffline" },
      state: "active",
      lastMessage: messages.at(-1),
      draft: undefined,
      keysRenewedAtMs: NOW_MS - 2 * 86_400_000,
      ...fields.conversation,
    },
    messages,
    ...(fields.views && { views: fields.views }),
  };
}

/** Somebody in a group; `fields` say what is not as usual. */
export function member(userName: string, fields: Partial<GroupMember> = {}): GroupMember {
  const mine = userName === OWN.userName;
  return {
    account: accountOf(userName),
    userName,
    displayName: "",
    picture: 0,
    mine,
    role: "member",
    isContact: !mine,
    online: false,
    ...fields,
  };
}

/** A group of these people, who are in the order in which they are shown. */
export function groupTalk(
  name: string,
  roster: readonly GroupMember[],
  lines: readonly Line[],
  fields: Partial<Conversation> = {},
): Talk {
  const id = idFrom(`group ${name}`) as Conversation["id"];
  const messages = lines.map((given, order) => messageOf(given, order, id, OWN.account));
  return {
    conversation: {
      id,
      kind: "group",
      name,
      members: roster.map(({ userName }) => userName),
      roster,
      role: roster.find(({ mine }) => mine)?.role,
      changing: false,
      hasKey: false,
      peer: undefined,
      accepted: true,
      unread: 0,
      path: "auto",
      pathIsDefault: true,
      link: { state: "none", reason: "group" },
      state: "active",
      lastMessage: messages.at(-1),
      draft: undefined,
      keysRenewedAtMs: NOW_MS - 3_600_000,
      ...fields,
    },
    messages,
  };
}

/** A file that a message offers; its path's last part is its name. */
export function file(
  path: string,
  sizeBytes: number,
  fields: Partial<StoredMessage["files"][number]> = {},
): StoredMessage["files"][number] {
  return {
    transfer: idFrom(`transfer of ${path}`) as StoredMessage["files"][number]["transfer"],
    path: path.split("/"),
    sizeBytes,
    mediaType: "application/octet-stream",
    modifiedAtMs: null,
    key: new Uint8Array(32),
    root: new Uint8Array(32),
    picture: null,
    ...fields,
  };
}

/** One line of a person's, or with `mine` one's own. `daysAgo` and `time` ("21:04") are UTC. */
export function line(daysAgo: number, time: string, text: string, fields: Partial<StoredMessage> = {}): Line {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  const storedAtMs = Date.UTC(2026, 10, 21 - daysAgo, hours, minutes);
  return { text, storedAtMs, ...fields };
}

export function messageOf(
  given: Line,
  order: number,
  conversation: Conversation["id"],
  other: Contact["account"],
): StoredMessage {
  const mine = given.mine ?? false;
  return {
    id: idFrom(`${conversation} ${order}`) as StoredMessage["id"],
    conversation,
    order,
    from: mine ? OWN.account : other,
    mine,
    files: [],
    event: null,
    replyTo: null,
    sentAtMs: given.storedAtMs,
    path: "relay",
    state: "read",
    ...given,
  };
}

export function accountOf(userName: string): Contact["account"] {
  return idFrom(`account of ${userName}`) as Contact["account"];
}

/** 32 hexadecimal characters, always the same for the same text. */
export function idFrom(text: string): string {
  let state = 0x811c9dc5;
  let id = "";
  for (let round = 0; id.length < 32; round++) {
    for (const character of `${round}${text}`)
      state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193);
    id += (state >>> 0).toString(16).padStart(8, "0");
  }
  return id;
}
