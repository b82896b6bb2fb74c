/** What applications see of the engine's state and of the stored history. */
import type { CryptoProvider } from "@sotto/crypto";
import { pairConversationId } from "@sotto/crypto";
import type { AccountId, ConversationId, MessageId } from "@sotto/protocol";
import type { Contact, Conversation, Face, GroupMember, Person } from "../api.ts";
import type { ConnectionState, StoredMessage } from "../engine/contract.ts";
import type { Engine } from "../engine/index.ts";
import { messageOf } from "../engine/index.ts";
import { isChanging } from "../engine/group/wishState.ts";
import { modeOf } from "../engine/settings.ts";
import type { ContactRecord } from "../engine/records/contact.ts";
import type { ConversationRecord } from "../engine/records/conversation.ts";
import type { WaitingWelcome } from "../engine/records/waiting.ts";
import { decodeHistory } from "../engine/records/history.ts";
import { decodeOrder, messageIdKey, orderKey } from "../engine/records/keys.ts";
import { TABLE } from "../engine/records/table.ts";
import type { LocalStore } from "../ports/store.ts";
import { StoreError } from "../ports/store.ts";
import { rosterOf } from "./roster.ts";

const DEFAULT_PAGE = 50;

export function connectionState({ live }: Engine): ConnectionState {
  if (live.phase === "online" || live.phase === "offline") return live.phase;
  return "connecting";
}

/** Contacts that were not removed, by name. */
export function personOf({ account, userName }: ContactRecord): Person {
  return { account, userName };
}

export function contactViews(engine: Engine, crypto: CryptoProvider, faces: Faces): readonly Contact[] {
  return [...engine.state.contacts.values()]
    .filter(({ state }) => state !== "removed" && state !== "known")
    .map((record) => contactView(engine, crypto, record, faces))
    .toSorted((a, b) => (a.userName < b.userName ? -1 : 1));
}

export function contactView(
  { state, live }: Engine,
  crypto: CryptoProvider,
  record: ContactRecord,
  faces: Faces,
): Contact {
  const conversation = pairConversationId(crypto, state.identity.account, record.account);
  const group = state.conversations.get(conversation)?.group;
  return {
    account: record.account,
    userName: record.userName,
    ...faces.face(record.account),
    state: record.state,
    online: typeof group === "string" && live.seen.has(group),
    conversation,
    pinned: !record.keysChanged,
  };
}

/** The contact of a name, one that was removed, or is only in a group, when there is no other. */
export function contactNamed({ state }: Engine, userName: string): ContactRecord | undefined {
  const named = [...state.contacts.values()].filter((record) => record.userName === userName);
  return named.find((record) => record.state !== "removed" && record.state !== "known") ?? named[0];
}

/** Names and pictures that people have given themselves. */
export interface Faces {
  face(account: AccountId): Face;
}

/** What a device keeps of its conversations beside the engine. */
export interface Kept {
  readonly lastMessages: ReadonlyMap<ConversationId, StoredMessage>;
  readonly drafts: Pick<ReadonlyMap<ConversationId, string>, "get">;
  readonly profiles: Faces;
}

/** Conversations, the one with the latest message first. */
export function conversationViews(
  engine: Engine,
  { lastMessages, drafts, profiles }: Kept,
): readonly Conversation[] {
  const { conversations, waiting } = engine.state;
  const views = [...conversations.values()].map((record) =>
    conversationView(engine, record, profiles, lastMessages.get(record.id), drafts.get(record.id)),
  );
  const closed = [...waiting.values()].filter(({ conversation }) => !conversations.has(conversation));
  return [...views, ...closed.map((record) => waitingView(engine, record))].toSorted(
    (a, b) => latest(b) - latest(a),
  );
}

export function conversationView(
  engine: Engine,
  record: ConversationRecord,
  faces: Faces,
  lastMessage: StoredMessage | undefined,
  draft: string | undefined,
): Conversation {
  const { state } = engine;
  const peer = peerNameOf(state, record) ?? record.peer ?? "";
  const roster = rosterOf(engine, record, faces);
  return {
    id: record.id,
    kind: record.facts === null ? "pair" : record.facts.charter.room ? "room" : "group",
    name: record.facts?.charter.name ?? peer,
    members: record.facts === null ? [state.identity.userName, peer] : namesOf(roster),
    roster,
    role: roster.find(({ mine }) => mine)?.role,
    changing: isChanging(state, record.id),
    peer: record.peer ?? undefined,
    accepted: record.facts !== null || wasAccepted(record) || state.imported.has(record.id),
    unread: record.unread,
    path: modeOf(state.settings, record),
    pathIsDefault: record.peer === null || !state.settings.paths.has(record.id),
    link: engine.linkView(record.id),
    state: record.state,
    hasKey: record.facts !== null && record.facts.charter.keyId !== null,
    lastMessage,
    draft,
    keysRenewedAtMs: record.keysRenewedAtMs,
  };
}

/** A group that opens with a key: nothing is known of it yet. Once the key is here it is entered as soon as the server can be reached. */
export function waitingView(engine: Engine, { conversation: id, sinceMs }: WaitingWelcome): Conversation {
  return {
    id,
    kind: "group",
    name: `#${id.slice(0, 8)}`,
    members: [],
    roster: [],
    role: undefined,
    changing: engine.state.conversationKeys.has(id),
    peer: undefined,
    accepted: true,
    unread: 0,
    path: "relay",
    pathIsDefault: true,
    link: engine.linkView(id),
    state: "needsKey",
    hasKey: true,
    lastMessage: undefined,
    draft: undefined,
    keysRenewedAtMs: sinceMs,
  };
}

function namesOf(roster: readonly GroupMember[]): readonly string[] {
  return roster.flatMap(({ userName }) => (userName === "" ? [] : [userName]));
}

/** The pair's group begins with the request's handshake, the first; the acceptance is the second. An earlier group has left what was read. */
function wasAccepted({ headIndex, readOrder }: ConversationRecord): boolean {
  return headIndex > 1 || readOrder > 0;
}

/** The other's user name, of a contact that is no more as an archive has it. */
export function peerNameOf(
  { contacts, imported }: Pick<Engine["state"], "contacts" | "imported">,
  { id, peer }: Pick<ConversationRecord, "id" | "peer">,
): string | undefined {
  if (peer === null) return undefined;
  return contacts.get(peer)?.userName ?? imported.get(id)?.peerName ?? undefined;
}

/** The first `limit` messages behind the order `after`, oldest first. */
export async function readMessagesAfter(
  engine: Engine,
  store: LocalStore,
  conversation: ConversationId,
  after: number,
  limit: number,
): Promise<readonly StoredMessage[]> {
  return pageOf(engine, store, {
    prefix: `${conversation}/`,
    after: orderKey(conversation, after),
    limit,
  });
}

/** The last `limit` messages before the message `before`, oldest first; none if there is no such message. */
export async function readMessages(
  engine: Engine,
  store: LocalStore,
  conversation: ConversationId,
  { limit = DEFAULT_PAGE, before }: { readonly limit?: number; readonly before?: MessageId },
): Promise<readonly StoredMessage[]> {
  const prefix = `${conversation}/`;
  if (before === undefined) return pageOf(engine, store, { prefix, limit });
  const [found] = await store.page(TABLE.messageId, { prefix: `${prefix}${before}/`, limit: 1 });
  const order = found && decodeOrder(found[1]);
  if (order === undefined) return [];
  return pageOf(engine, store, { prefix, limit, before: orderKey(conversation, order) });
}

/** The device's own message of that id. */
export async function readOwnMessage(
  engine: Engine,
  store: LocalStore,
  conversation: ConversationId,
  id: MessageId,
): Promise<StoredMessage | undefined> {
  const found = await store.get(
    TABLE.messageId,
    messageIdKey(conversation, id, engine.state.identity.account),
  );
  const order = found && decodeOrder(found);
  const bytes = order && (await store.get(TABLE.history, orderKey(conversation, order)));
  return bytes ? messageOfRecord(engine, conversation, bytes) : undefined;
}

/** The last message of each conversation, read once; events keep it up to date. */
export async function readLastMessages(
  engine: Engine,
  store: LocalStore,
): Promise<Map<ConversationId, StoredMessage>> {
  // All at once: a browser's store answers each by itself, and a start waits for the last answer.
  const found = await Promise.all(
    [...engine.state.conversations.keys()].map(async (id) => readMessages(engine, store, id, { limit: 1 })),
  );
  return new Map(found.flat().map((message) => [message.conversation, message]));
}

async function pageOf(
  engine: Engine,
  store: LocalStore,
  range: Parameters<LocalStore["page"]>[1],
): Promise<readonly StoredMessage[]> {
  const records = await store.page(TABLE.history, range);
  return records.map(([key, bytes]) => messageOfRecord(engine, key, bytes));
}

function messageOfRecord(engine: Engine, key: string, bytes: Uint8Array): StoredMessage {
  const record = decodeHistory(bytes);
  if (record === undefined)
    throw new StoreError("damaged", `The message ${key} in this device's history is damaged.`);
  return messageOf(engine.state, record);
}

function latest({ lastMessage, keysRenewedAtMs }: Conversation): number {
  return lastMessage?.storedAtMs ?? keysRenewedAtMs;
}
