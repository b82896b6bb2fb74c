/** The page's view of a device that runs in a worker: what can be read at once is mirrored here, the rest are calls. */
import type { ConversationId, MessageId } from "@sotto/protocol";
import { idOf } from "@sotto/protocol";
import type { SendHandle, Sotto, SottoError } from "../../api.ts";
import { isSealedFile } from "../../archive/isSealedFile.ts";
import type { ClientEvent } from "../../index.ts";
import type { EventQueue } from "../../sdk/eventQueue.ts";
import { createEventQueue } from "../../sdk/eventQueue.ts";
import { sottoError } from "../../sdk/messages.ts";
import { createMessageId } from "../../sdk/messageId.ts";
import type { DeviceView, OpenedDevice, SendOptions } from "./channel.ts";
import { createFollowedMessages } from "./followedMessages.ts";
import type { Call } from "./leaderLink.ts";
import { createRemoteFiles } from "./remoteFiles.ts";
import type { CallOwn } from "./remoteHome.ts";

/** A consumer of events that is this far behind has stopped reading. */
const MAX_UNREAD_EVENTS = 10_000;
/** Of an exported archive, read at once. */
const EXPORT_PART_BYTES = 256 * 1024;

export interface RemoteDevice {
  readonly sotto: Sotto;
  /** Takes the newer view, if there is one, then tells the events. */
  change(events: readonly ClientEvent[], view: DeviceView | undefined): void;
  /** Takes the view of whoever leads now. After another did, consumers are told to read again what they have read. */
  adopt(view: DeviceView, isNewLeader: boolean): void;
  /** Ends events and handles. Idempotent. */
  end(error: SottoError | undefined): void;
}

export function createRemoteSotto(opened: OpenedDevice, callLeader: Call, callOwn: CallOwn): RemoteDevice {
  const { account, userName, device, server } = opened;
  const listeners = new Set<(event: ClientEvent) => void>();
  const queues = new Set<EventQueue<ClientEvent>>();
  let { view } = opened;
  let ended = false;
  const call: Call = (name, ...args) =>
    ended ? Promise.reject(sottoError("closed")) : callLeader(name, ...args);
  const own: CallOwn = (name, ...args) =>
    ended ? Promise.reject(sottoError("closed")) : callOwn(name, ...args);
  const followed = createFollowedMessages((conversation, id) => call("findOwn", conversation, id));

  const sotto: Sotto = {
    account,
    userName,
    device,
    server,
    get connection() {
      return ended ? "offline" : view.connection;
    },
    get people() {
      return view.people;
    },
    get presenceHidden() {
      return view.presenceHidden;
    },
    setPresenceHidden: (hidden) => call("setPresenceHidden", hidden),
    get defaultPath() {
      return view.defaultPath;
    },
    setDefaultPath: (path) => call("setDefaultPath", path),
    profile: {
      get own() {
        return view.ownProfile;
      },
      set: (change) => call("setProfile", change),
      bio: (of) => call("bio", of),
      picture: (of) => call("profilePicture", of),
    },
    contacts: {
      list: () => view.contacts,
      add: (name, text, options) => call("addContact", name, text, options?.id ?? newMessageId()),
      accept: (name) => call("acceptContact", name),
      decline: (name) => call("declineContact", name),
      remove: (name) => call("removeContact", name),
      block: (name) => call("blockContact", name),
      safetyNumber: (name) => call("safetyNumber", name),
    },
    conversations: {
      list: () => view.conversations,
      get: (id) => view.conversations.find((conversation) => conversation.id === id),
      withUser(name) {
        const id = view.contacts.find((contact) => contact.userName === name)?.conversation;
        return id && this.get(id);
      },
      markRead: (id) => call("markRead", id),
      renewKeys: (id) => call("renewKeys", id),
      setPath: (id, path) => call("setPath", id, path),
      attend: (id) => call("attend", id),
      setDraft: (id, text) => call("setDraft", id, text),
    },
    groups: {
      create: (name, userNames, options) =>
        call("createGroup", name, userNames, { ...options, id: options?.id ?? newConversationId() }),
      setKey: (id, key) => call("setKey", id, key),
      add: (id, userNames) => call("addMembers", id, userNames),
      remove: (id, userNames) => call("removeMembers", id, userNames),
      rename: (id, name) => call("renameGroup", id, name),
      setRole: (id, name, role) => call("setRole", id, name, role),
      leave: (id) => call("leaveGroup", id),
    },
    rooms: {
      create: (options) => call("createRoom", { ...options, id: options.id ?? newConversationId() }),
      join: (entry) => call("joinRoom", entry),
      invitation: (id) => call("invitation", id),
      renewInvitation: (id, options) => call("renewInvitation", id, options ?? {}),
    },
    messages: {
      send: (conversation, text, options) =>
        send(conversation, text, { ...options, id: options?.id ?? newMessageId() }),
      findOwn: (conversation, id) => call("findOwn", conversation, id),
      list: (conversation, options) => call("messages", conversation, options ?? {}),
    },
    files: createRemoteFiles(call, followed, newMessageId),
    history: {
      async *export(options) {
        const archive = await own("exportHistory", options?.passphrase);
        for (let at = 0; at < archive.size; at += EXPORT_PART_BYTES)
          yield new Uint8Array(await archive.slice(at, at + EXPORT_PART_BYTES).arrayBuffer());
      },
      import: (file, options) => own("importHistory", file, options?.passphrase),
      isSealed: (file) => isSealedFile(file),
    },
    events() {
      const overflow = (): Error => sottoError("closed", `${MAX_UNREAD_EVENTS} events were not read in time`);
      const queue: EventQueue<ClientEvent> = createEventQueue(MAX_UNREAD_EVENTS, overflow, () =>
        queues.delete(queue),
      );
      if (ended) queue.end();
      else queues.add(queue);
      return queue.iterator;
    },
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    changePassword: (oldPassword, newPassword) => own("changePassword", oldPassword, newPassword),
    logout: (options) => own("logout", options?.everywhere ?? false),
    deleteAccount: (password) => own("deleteAccount", password),
    async close() {
      if (!ended) await own("close");
    },
  };

  const remote: RemoteDevice = {
    sotto,
    change(events, next) {
      if (ended) return;
      view = next ?? view;
      for (const event of events) {
        if (event.type === "state") followed.advance(event.conversation, event.id, event.state);
        for (const queue of queues) queue.push(event);
        for (const listener of listeners) callSafely(listener, event);
      }
    },
    adopt(next, isNewLeader) {
      if (!isNewLeader) return remote.change([], next);
      remote.change([{ type: "connection", state: next.connection }, { type: "resynced" }], next);
      void followed.catchUp();
    },
    end(error) {
      ended = true;
      for (const queue of queues) queue.end(error);
      followed.end();
      queues.clear();
    },
  };
  return remote;

  /** Followed from before the call on: its events may come before its answer. */
  async function send(conversation: ConversationId, text: string, options: SendOptions): Promise<SendHandle> {
    const { id } = options;
    const handle = followed.follow(conversation, id);
    try {
      followed.advance(conversation, id, await call("send", conversation, text, options));
    } catch (error) {
      followed.forget(conversation, id);
      throw error;
    }
    return handle;
  }
}

function newConversationId(): ConversationId {
  return idOf(crypto.getRandomValues(new Uint8Array(16)));
}

function newMessageId(): MessageId {
  return createMessageId(Date.now(), (size) => crypto.getRandomValues(new Uint8Array(size)));
}

/** A listener's own mistake must not keep events from the others; the page reports it as an unhandled error. */
function callSafely(listener: (event: ClientEvent) => void, event: ClientEvent): void {
  try {
    listener(event);
  } catch (error) {
    reportError(error);
  }
}
