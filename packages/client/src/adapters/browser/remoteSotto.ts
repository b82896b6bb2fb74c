/** The page's view of the device in the worker: what can be read at once is mirrored here, the rest are calls. */
import type { SendHandle, Sotto, SottoError } from "../../api.ts";
import type { ClientEvent, MessageState } from "../../index.ts";
import type { EventQueue } from "../../sdk/eventQueue.ts";
import { createEventQueue } from "../../sdk/eventQueue.ts";
import { sottoError } from "../../sdk/messages.ts";
import type { SendTracker } from "../../sdk/sendTracker.ts";
import { createSendTracker } from "../../sdk/sendTracker.ts";
import type { DeviceView, OpenedDevice, SentMessage } from "./channel.ts";
import type { Call } from "./remoteHome.ts";

/** A consumer of events that is this far behind has stopped reading. */
const MAX_UNREAD_EVENTS = 10_000;

export interface RemoteDevice {
  readonly sotto: Sotto;
  /** Takes the newer view, then tells the events. */
  change(events: readonly ClientEvent[], view: DeviceView): void;
  sendState(handle: number, state: MessageState): void;
  /** Ends events and handles. Idempotent. */
  end(error: SottoError | undefined): void;
}

export function createRemoteSotto(opened: OpenedDevice, call: Call): RemoteDevice {
  const { account, userName, device, server } = opened;
  const listeners = new Set<(event: ClientEvent) => void>();
  const queues = new Set<EventQueue<ClientEvent>>();
  const trackers = new Map<number, SendTracker>();
  let { view } = opened;
  let nextHandle = 1;
  let ended = false;

  const sotto: Sotto = {
    account,
    userName,
    device,
    server,
    get connection() {
      return ended ? "offline" : view.connection;
    },
    get presenceHidden() {
      return view.presenceHidden;
    },
    setPresenceHidden: (hidden) => call("setPresenceHidden", hidden),
    contacts: {
      list: () => view.contacts,
      add: (name, text, options) => call("addContact", name, text, options ?? {}),
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
      setDraft: (id, text) => call("setDraft", id, text),
    },
    messages: {
      async send(conversation, text, options) {
        const handle = nextHandle++;
        return track(handle, await call("send", handle, conversation, text, options ?? {}));
      },
      async follow(conversation, id) {
        const handle = nextHandle++;
        const sent = await call("follow", handle, conversation, id);
        return sent && track(handle, sent);
      },
      list: (conversation, options) => call("messages", conversation, options ?? {}),
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
    changePassword: (oldPassword, newPassword) => call("changePassword", oldPassword, newPassword),
    logout: (options) => call("logout", options?.everywhere ?? false),
    deleteAccount: (password) => call("deleteAccount", password),
    close: () => call("close"),
  };

  function track(handle: number, sent: SentMessage): SendHandle {
    const tracker = createSendTracker(sent.conversation, sent.id);
    if (ended) tracker.close();
    else trackers.set(handle, tracker);
    return tracker.handle;
  }

  return {
    sotto,
    change(events, next) {
      if (ended) return;
      view = next;
      for (const event of events) {
        for (const queue of queues) queue.push(event);
        for (const listener of listeners) callSafely(listener, event);
      }
    },
    sendState(handle, state) {
      if (trackers.get(handle)?.advance(state) === true) trackers.delete(handle);
    },
    end(error) {
      ended = true;
      for (const queue of queues) queue.end(error);
      for (const tracker of trackers.values()) tracker.close();
      queues.clear();
      trackers.clear();
    },
  };
}

/** A listener's own mistake must not keep events from the others; the page reports it as an unhandled error. */
function callSafely(listener: (event: ClientEvent) => void, event: ClientEvent): void {
  try {
    listener(event);
  } catch (error) {
    reportError(error);
  }
}
