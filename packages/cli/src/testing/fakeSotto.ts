/** A signed-in device without keys, store or server: alice, with bob as a contact and a request from carol. Tests make things happen to it. */
import { EventEmitter, on } from "node:events";
import type { AccountId, ConversationId, DeviceId, MessageId } from "@sotto/protocol";
import { fromUtf8, utf8 } from "@sotto/protocol";
import type {
  ClientEvent,
  ConnectionState,
  Contact,
  Conversation,
  LinkView,
  OwnProfile,
  MessageState,
  PathMode,
  SendHandle,
  Sotto,
  StoredMessage,
} from "sotto";
import { SottoError } from "sotto";
import type { FakeFiles, FakeOffer } from "./fakeFiles.ts";
import { createFakeFiles } from "./fakeFiles.ts";
import { createFakeGroups } from "./fakeGroups.ts";

export const ALICE = idText("a1") as AccountId;
export const BOB = idText("b0") as AccountId;
const CAROL = idText("ca") as AccountId;
/** Conversation with bob. */
export const WITH_BOB = idText("c1") as ConversationId;

export interface FakeSotto {
  readonly sotto: Sotto;
  /** Every call that changes something, such as `send bob hello`. */
  readonly calls: readonly string[];
  /** Texts that the device was asked to send, stored or not. */
  readonly handedOver: readonly string[];
  emit(event: ClientEvent): void;
  setContact(userName: string, change: Partial<Contact>): Contact;
  connect(state: ConnectionState): void;
  /** A message from bob arrives. */
  arrive(text: string, path?: StoredMessage["path"]): StoredMessage;
  /** Files from bob are offered. */
  offer(files: readonly FakeOffer[], text?: string): StoredMessage;
  readonly moveFile: FakeFiles["move"];
  /** The direct way to bob becomes another; every conversation begins with `idle`. */
  link(view: LinkView): void;
  /** The last own message, once it was stored. */
  lastSent(): StoredMessage;
  state(id: MessageId, state: MessageState): void;
  /** Texts that begin with this are not stored until {@link release}. */
  hold(prefix: string): void;
  release(prefix: string): void;
}

export function createFakeSotto(): FakeSotto {
  const calls: string[] = [];
  const messages: StoredMessage[] = [];
  const contacts = new Map<string, Contact>();
  const happenings = new EventEmitter();
  const gates = new Map<string, { readonly opened: Promise<void>; readonly open: () => void }>();
  const handedOver: string[] = [];
  /** The engine does one thing after the other. */
  let queue: Promise<unknown> = Promise.resolve();
  let connection: ConnectionState = "online";
  let presenceHidden = false;
  let defaultPath: PathMode = "auto";
  let profile: OwnProfile = { displayName: "", bio: "", picture: 0, pending: false };
  const paths = new Map<ConversationId, PathMode>();
  const links = new Map<ConversationId, LinkView>();

  const emit = (event: ClientEvent): void => void happenings.emit("event", event);
  const known = (userName: string): Contact => {
    const contact = contacts.get(userName);
    if (contact === undefined) throw new SottoError("notContact", "This user is not among your contacts.");
    return contact;
  };
  const setContact = (userName: string, change: Partial<Contact>): Contact => {
    const number = contacts.size + 1;
    const fresh: Contact = {
      account: idText(`d${number}`) as AccountId,
      userName,
      displayName: "",
      picture: 0,
      state: "outgoing",
      online: false,
      conversation: idText(`c${number}`) as ConversationId,
      pinned: true,
    };
    const contact = { ...(contacts.get(userName) ?? fresh), ...change };
    contacts.set(userName, contact);
    emit({ type: "contact", account: contact.account, userName, state: contact.state });
    return contact;
  };
  const store = (
    message: Omit<StoredMessage, "id" | "order" | "path" | "sentAtMs" | "storedAtMs">,
    path: StoredMessage["path"] = "relay",
  ): StoredMessage => {
    const order = messages.length + 1;
    const id = order.toString(16).padStart(32, "0") as MessageId;
    const stored: StoredMessage = { ...message, id, order, path, sentAtMs: 0, storedAtMs: 0 };
    messages.push(stored);
    emit({ type: "message", message: stored });
    return stored;
  };
  const conversationOf = (contact: Contact): Conversation => ({
    id: contact.conversation,
    kind: "pair",
    name: contact.userName,
    members: ["alice", contact.userName],
    roster: [],
    role: undefined,
    changing: false,
    hasKey: false,
    peer: contact.account,
    accepted: contact.state === "accepted",
    unread: messages.filter(
      ({ conversation, state }) => conversation === contact.conversation && state === "delivered",
    ).length,
    path: paths.get(contact.conversation) ?? defaultPath,
    pathIsDefault: !paths.has(contact.conversation),
    link: links.get(contact.conversation) ?? { state: "none", reason: "idle" },
    state: contact.state === "accepted" ? "active" : "pending",
    lastMessage: undefined,
    draft: undefined,
    keysRenewedAtMs: 0,
  });
  const listConversations = (): Conversation[] => [
    ...[...contacts.values()].map(conversationOf),
    ...groups.list(),
  ];
  const storeOwn = (
    conversation: ConversationId,
    text: string,
    replyTo: MessageId | null,
    files: StoredMessage["files"] = [],
  ): StoredMessage =>
    store(
      { conversation, from: ALICE, mine: true, text, files, event: null, replyTo, state: "sending" },
      wayOf(conversation),
    );
  const storeOthers = (
    text: string,
    files: StoredMessage["files"],
    path: StoredMessage["path"] | undefined,
  ): StoredMessage =>
    store(
      {
        conversation: WITH_BOB,
        from: BOB,
        mine: false,
        text,
        files,
        event: null,
        replyTo: null,
        state: "delivered",
      },
      path,
    );
  const groups = createFakeGroups({
    own: ALICE,
    calls,
    contact: known,
    say(conversation, event) {
      const line = { conversation, from: ALICE, mine: true, text: "", files: [], replyTo: null } as const;
      store({ ...line, event, state: "sent" });
    },
  });
  const files = createFakeFiles({
    calls,
    emit,
    storeOwn: (conversation, text, manifests) => storeOwn(conversation, text, null, manifests),
  });

  setContact("bob", { account: BOB, state: "accepted", online: true, conversation: WITH_BOB });
  setContact("carol", { account: CAROL, state: "incoming" });

  const sotto: Sotto = {
    account: ALICE,
    userName: "alice",
    device: idText("de") as DeviceId,
    server: "http://127.0.0.1:5555",
    get connection() {
      return connection;
    },
    get people() {
      return [...contacts.values()];
    },
    get presenceHidden() {
      return presenceHidden;
    },
    async setPresenceHidden(hidden) {
      presenceHidden = hidden;
      emit({ type: "ownPresence", hidden });
    },
    get defaultPath() {
      return defaultPath;
    },
    async setDefaultPath(path) {
      defaultPath = path;
      emit({ type: "defaultPath", path });
      for (const { id, pathIsDefault } of listConversations()) {
        if (pathIsDefault) emit({ type: "conversation", conversation: id, change: "path" });
      }
    },
    profile: {
      get own() {
        return profile;
      },
      async set({ picture, ...words }) {
        const number = picture === undefined ? profile.picture : picture === null ? 0 : profile.picture + 1;
        profile = { ...profile, ...words, picture: number };
        calls.push(`profile ${Object.keys(words).join(" ")} ${String(picture?.length ?? picture)}`);
        emit({ type: "profile", account: ALICE });
      },
      bio: async (account) => (account === BOB ? "I climb.\nI read." : profile.bio),
      picture: async () => undefined,
    },
    contacts: {
      list: () => [...contacts.values()],
      async add(userName, text) {
        calls.push(`add ${userName} ${text ?? ""}`.trim());
        if (userName === "nobody") throw new SottoError("userUnknown", "There is no user of this name.");
        const contact = setContact(userName, { state: "outgoing" });
        if (text !== undefined) {
          const { id } = storeOwn(contact.conversation, text, null);
          await gateOf(text);
          setState(id, "sent");
        }
        return contact;
      },
      accept: async (userName) => void setContact(known(userName).userName, { state: "accepted" }),
      decline: async (userName) => void setContact(known(userName).userName, { state: "removed" }),
      remove: async (userName) => void setContact(known(userName).userName, { state: "removed" }),
      block: async (userName) => void setContact(known(userName).userName, { state: "blocked" }),
      safetyNumber: async (userName) => (known(userName), "0123456789".repeat(6)),
    },
    conversations: {
      list: listConversations,
      get: (id) => listConversations().find((conversation) => conversation.id === id),
      withUser: (userName) => listConversations().find(({ name }) => name === userName),
      markRead: async (id) => void calls.push(`read ${id}`),
      renewKeys: async (id) => void calls.push(`renew ${id}`),
      async setPath(id, path) {
        calls.push(`path ${id} ${path}`);
        if (path === null) paths.delete(id);
        else paths.set(id, path);
        emit({ type: "conversation", conversation: id, change: "path" });
      },
      attend: async (id) => void calls.push(`attend ${id}`),
      setDraft: async () => {},
    },
    groups: groups.groups,
    rooms: groups.rooms,
    messages: {
      async send(conversation, text, options) {
        handedOver.push(text);
        const stored = queue.then(async () => {
          await gateOf(text);
          calls.push(`send ${text}`);
          return storeOwn(conversation, text, options?.replyTo ?? null);
        });
        queue = stored;
        return { id: (await stored).id, conversation } as SendHandle;
      },
      findOwn: async (_conversation, id) => messages.find((message) => message.mine && message.id === id),
      async list(id, { limit = 50, before } = {}) {
        const end = before === undefined ? Infinity : (messages.find((m) => m.id === before)?.order ?? 0);
        return messages.filter(({ conversation, order }) => conversation === id && order < end).slice(-limit);
      },
    },
    files: files.files,
    history: {
      async *export(options) {
        calls.push(`export ${options?.passphrase ?? "plain"}`);
        yield utf8("an archive\n");
      },
      async import(file, options) {
        const text = fromUtf8(new Uint8Array(await file.slice(0, file.size).arrayBuffer())) ?? "";
        calls.push(`import ${text.trim()} ${options?.passphrase ?? "plain"}`);
        if (text.startsWith("foreign")) throw new SottoError("archiveForeign", "Another account's.");
        return { conversations: 1, messages: 3, added: 2 };
      },
      isSealed: async (file) => fromUtf8(new Uint8Array(await file.slice(0, 6).arrayBuffer())) === "sealed",
    },
    events() {
      const unread = on(happenings, "event", { close: ["close"] });
      return {
        async next() {
          const { done, value } = (await unread.next()) as IteratorResult<[ClientEvent]>;
          return done === true ? { done, value: undefined } : { done: false, value: value[0] };
        },
        async return() {
          await unread.return?.();
          return { done: true, value: undefined };
        },
        [Symbol.asyncIterator]() {
          return this;
        },
      };
    },
    on(listener) {
      happenings.on("event", listener);
      return () => void happenings.off("event", listener);
    },
    changePassword: async (before, after) => void calls.push(`password ${before} ${after}`),
    logout: async (options) => void calls.push(`logout ${options?.everywhere ?? false}`),
    deleteAccount: async (password) => void calls.push(`delete ${password}`),
    async close() {
      calls.push("close");
      happenings.emit("close");
    },
  };

  function setState(id: MessageId, state: MessageState): void {
    const at = messages.findIndex((message) => message.id === id);
    const changed = { ...(messages[at] as StoredMessage), state };
    messages[at] = changed;
    emit({ type: "state", conversation: changed.conversation, id, state });
  }

  /** What is said of a message before its way is decided. */
  function wayOf(conversation: ConversationId): StoredMessage["path"] {
    return (paths.get(conversation) ?? defaultPath) === "direct" ? "direct" : "relay";
  }

  function gateOf(text: string): Promise<void> | undefined {
    return [...gates].find(([prefix]) => text.startsWith(prefix))?.[1].opened;
  }

  return {
    sotto,
    calls,
    handedOver,
    emit,
    setContact,
    connect(state) {
      connection = state;
      emit({ type: "connection", state });
    },
    arrive: (text, path) => storeOthers(text, [], path),
    offer(offers, text = "") {
      const message = storeOthers(text, files.manifests(offers), undefined);
      files.offered(message);
      return message;
    },
    moveFile: files.move,
    link(view) {
      links.set(WITH_BOB, view);
      emit({ type: "conversation", conversation: WITH_BOB, change: "path" });
    },
    lastSent() {
      const last = messages.findLast(({ mine }) => mine);
      if (last === undefined) throw new Error("nothing was sent");
      return last;
    },
    state: setState,
    hold(prefix) {
      const { promise, resolve } = Promise.withResolvers<void>();
      gates.set(prefix, { opened: promise, open: resolve });
    },
    release: (prefix) => gates.get(prefix)?.open(),
  };
}

function idText(start: string): string {
  return start.padEnd(32, "0");
}
