/** A device without keys, server or storage: it answers from a {@link World} and changes it as the real one would. */
import type {
  ClientEvent,
  Contact,
  Conversation,
  OwnProfile,
  PathMode,
  SendHandle,
  Sotto,
  StoredMessage,
} from "sotto";
import { MESSAGES, SottoError } from "sotto/browser";
import { createFakeFiles } from "./fakeFiles.ts";
import { createFakeGroups } from "./fakeGroups.ts";
import { portraitOf } from "./paintings.ts";
import type { Failures, Stage } from "./script.ts";
import type { Line, Person, Talk, World } from "./world.ts";
import { NOW_MS, OWN, file, idFrom, messageOf, person } from "./world.ts";
import { linkAfter, wayOf } from "./way.ts";

export function createFakeDevice(
  world: World,
  failures: Failures,
): Sotto & Pick<Stage, "happen" | "arrive" | "changeGroup" | "turn" | "moveFile" | "callsOf"> {
  const people = new Map(world.people.map((one) => [one.contact.userName, one]));
  const listeners = new Set<(event: ClientEvent) => void>();
  let connection = world.connection.state;
  let end: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });

  let presenceHidden = false;
  let profile: OwnProfile = world.profile ?? { displayName: "", bio: "", picture: 0, pending: false };
  const bios = new Map(Object.entries(world.bios ?? {}));
  let ownPicture: Uint8Array | undefined;
  let defaultPath: PathMode = "auto";
  const emit = (event: ClientEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const calls: string[] = [];
  const call = async (name: string): Promise<void> => {
    calls.push(name);
    const code = failures[name];
    if (code !== undefined) throw new SottoError(code, MESSAGES[code]);
  };
  const named = (userName: string): Person => {
    const found = people.get(userName);
    if (found === undefined) throw new SottoError("notContact", MESSAGES.notContact);
    return found;
  };
  const withId = (id: Conversation["id"]): Person | undefined =>
    [...people.values()].find(({ contact }) => contact.conversation === id);
  const {
    groups,
    rooms,
    find: groupWithId,
    change: changeGroup,
    talks,
    say: sayInGroup,
  } = createFakeGroups({ given: world.groups ?? [], call, emit });
  const talkWithId = (id: Conversation["id"]): Talk | undefined => withId(id) ?? groupWithId(id);
  const changeTalk = (id: Conversation["id"], fields: Partial<Conversation>): void => {
    const found = withId(id);
    if (found !== undefined) change(found.contact.userName, {}, fields);
    else if (groupWithId(id) !== undefined) changeGroup(id, fields);
  };
  const change = (
    userName: string,
    contact: Partial<Contact>,
    conversation?: Partial<Conversation>,
  ): void => {
    const before = named(userName);
    people.set(userName, {
      ...before,
      contact: { ...before.contact, ...contact },
      conversation: { ...before.conversation, ...conversation },
    });
  };
  const setState = (userName: string, state: Contact["state"]): void => {
    change(userName, { state });
    emit({ type: "contact", account: named(userName).contact.account, userName, state });
  };
  const say = (userName: string, line: Line): StoredMessage => {
    const before = named(userName);
    const { contact, messages, conversation } = before;
    const message = messageOf(line, messages.length, contact.conversation, contact.account);
    const unread = message.mine ? 0 : conversation.unread + 1;
    people.set(userName, {
      ...before,
      messages: [...messages, message],
      conversation: { ...conversation, lastMessage: message, unread },
    });
    emit({ type: "message", message });
    return message;
  };

  const turn = (
    userName: string,
    way: Partial<Pick<Conversation, "path" | "pathIsDefault" | "link">>,
  ): void => {
    change(userName, {}, way);
    const { conversation, messages } = named(userName);
    emit({ type: "conversation", conversation: conversation.id, change: "path" });
    const { path, state } = wayOf(conversation);
    if (state === "sending") return;
    for (const { id } of messages.filter((one) => one.mine && one.state === "sending")) {
      emit({ type: "path", conversation: conversation.id, id, path });
      emit({ type: "state", conversation: conversation.id, id, state });
    }
    people.set(userName, {
      ...named(userName),
      messages: messages.map((one) => (one.mine && one.state === "sending" ? { ...one, path, state } : one)),
    });
  };

  const { files, moveFile } = createFakeFiles({
    people: () => [...people.values()],
    emit,
    call,
    async say(id, given, options) {
      const found = withId(id);
      if (found === undefined) throw new SottoError("unknownConversation", MESSAGES.unknownConversation);
      const message = say(found.contact.userName, {
        text: options?.text ?? "",
        files: given.map(({ path, content }) => file(path.join("/"), content.size)),
        storedAtMs: NOW_MS,
        mine: true,
        ...wayOf(found.conversation),
      });
      return [handleOf(message)];
    },
  });

  return {
    account: OWN.account,
    userName: OWN.userName,
    device: idFrom("device of alice") as Sotto["device"],
    server: "https://sotto.example",
    get connection() {
      return connection;
    },
    get people() {
      return [
        ...[...people.values()].map(({ contact }) => contact),
        ...talks().flatMap(({ conversation }) => conversation.roster),
      ];
    },
    get presenceHidden() {
      return presenceHidden;
    },
    async setPresenceHidden(hidden) {
      await call("setPresenceHidden");
      presenceHidden = hidden;
      emit({ type: "ownPresence", hidden });
    },
    get defaultPath() {
      return defaultPath;
    },
    async setDefaultPath(path) {
      await call("setDefaultPath");
      defaultPath = path;
      emit({ type: "defaultPath", path });
      for (const [userName, { conversation }] of people)
        if (conversation.pathIsDefault) turn(userName, { path, link: linkAfter(conversation, path) });
    },
    profile: {
      get own() {
        return profile;
      },
      async set({ picture: given, ...words }) {
        await call("profile.set");
        const picture = given === undefined ? profile.picture : given === null ? 0 : profile.picture + 1;
        if (given !== undefined) ownPicture = given ?? undefined;
        profile = { ...profile, ...words, picture };
        emit({ type: "profile", account: OWN.account });
      },
      bio: async (account) => bios.get(account) ?? profile.bio,
      picture: async (account) =>
        account === OWN.account && ownPicture !== undefined ? ownPicture : portraitOf(account),
    },
    contacts: {
      list: () =>
        [...people.values()]
          .map(({ contact }) => contact)
          .filter(({ state }) => state !== "removed")
          .toSorted((a, b) => (a.userName < b.userName ? -1 : 1)),
      async add(userName, text) {
        await call("contacts.add");
        const lines =
          text === undefined ? [] : [{ text, storedAtMs: NOW_MS, mine: true, state: "sent" } as const];
        people.set(userName, person(userName, { contact: { state: "outgoing" }, lines }));
        setState(userName, "outgoing");
        return named(userName).contact;
      },
      async accept(userName) {
        await call("contacts.accept");
        change(userName, { pinned: true });
        setState(userName, "accepted");
      },
      async decline(userName) {
        await call("contacts.decline");
        setState(userName, "removed");
      },
      async remove(userName) {
        await call("contacts.remove");
        setState(userName, "removed");
      },
      async block(userName) {
        await call("contacts.block");
        setState(userName, "blocked");
      },
      async safetyNumber(userName) {
        await call("contacts.safetyNumber");
        return safetyNumberOf(named(userName).contact.account);
      },
    },
    conversations: {
      list: () =>
        [...people.values(), ...talks()]
          .map(({ conversation }) => conversation)
          .toSorted((a, b) => (b.lastMessage?.storedAtMs ?? 0) - (a.lastMessage?.storedAtMs ?? 0)),
      get: (id) => talkWithId(id)?.conversation,
      withUser: (userName) => people.get(userName)?.conversation,
      async markRead(id) {
        await call("conversations.markRead");
        changeTalk(id, { unread: 0 });
        emit({ type: "conversation", conversation: id, change: "read" });
      },
      renewKeys: () => call("conversations.renewKeys"),
      async setPath(id, path) {
        await call("conversations.setPath");
        const found = withId(id);
        if (found === undefined) return;
        const chosen = path ?? defaultPath;
        turn(found.contact.userName, {
          path: chosen,
          pathIsDefault: path === null,
          link: linkAfter(found.conversation, chosen),
        });
      },
      attend: () => call("conversations.attend"),
      async setDraft(id, text) {
        await call("conversations.setDraft");
        changeTalk(id, { draft: text === "" ? undefined : text });
        emit({ type: "draft", conversation: id });
      },
    },
    groups,
    rooms,
    messages: {
      async send(id, text, options) {
        await call("messages.send");
        const person = withId(id);
        const found = person ?? groupWithId(id);
        if (found === undefined) throw new SottoError("unknownConversation", MESSAGES.unknownConversation);
        const replyTo = options?.replyTo ?? null;
        const line = { text, replyTo, storedAtMs: NOW_MS, mine: true, ...wayOf(found.conversation) };
        return handleOf(person === undefined ? sayInGroup(id, line) : say(person.contact.userName, line));
      },
      async findOwn(id, messageId) {
        await call("messages.findOwn");
        return talkWithId(id)?.messages.find((known) => known.id === messageId && known.mine);
      },
      async list(id, options) {
        await call("messages.list");
        const messages = talkWithId(id)?.messages ?? [];
        const end = messages.findIndex((message) => message.id === options?.before);
        return messages.slice(0, end === -1 ? undefined : end).slice(-(options?.limit ?? 50));
      },
    },
    files,
    history: {
      async *export() {
        await call("history.export");
        yield new TextEncoder().encode("{}\n");
      },
      async import() {
        await call("history.import");
        return { conversations: 2, messages: 120, added: 100 };
      },
      isSealed: async () => false,
    },
    // Nothing of it is read: its end says that the device has closed.
    async *events() {
      await ended;
      yield* [];
    },
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    changePassword: () => call("changePassword"),
    async logout() {
      await call("logout");
      end();
    },
    async deleteAccount() {
      await call("deleteAccount");
      end();
    },
    async close() {
      end();
    },
    happen(event) {
      if (event.type === "connection") connection = event.state;
      if (event.type === "presence") {
        const found = [...people.values()].find(({ contact }) => contact.account === event.account);
        if (found !== undefined) change(found.contact.userName, { online: event.online });
      }
      emit(event);
    },
    arrive: (userName, line) => void say(userName, line),
    changeGroup: (name, fields) => {
      const found = talks().find(({ conversation }) => conversation.name === name);
      if (found === undefined) return;
      changeGroup(found.conversation.id, fields);
      emit({ type: "conversation", conversation: found.conversation.id, change: "members" });
    },
    turn,
    moveFile,
    callsOf: (name) => calls.filter((one) => one === name).length,
  };
}

function handleOf({ id, conversation, state }: StoredMessage): SendHandle {
  return {
    id,
    conversation,
    async *states() {
      yield state;
    },
    reached: async () => {},
  };
}

/** 60 digits, always the same for the same account. */
function safetyNumberOf(account: string): string {
  return Array.from({ length: 60 }, (_, i) => Number.parseInt(account[i % 32] ?? "0", 16) % 10).join("");
}
