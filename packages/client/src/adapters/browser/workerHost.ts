/** The worker's side of the channel: carries out the page's calls on a {@link SottoHome} and tells the page what happens. */
import type { SignInStep, SendHandle, Sotto, SottoHome } from "../../api.ts";
import type { ClientEvent } from "../../index.ts";
import { sottoError } from "../../sdk/messages.ts";
import { asSottoError } from "../../sdk/storeErrors.ts";
import type {
  CallName,
  Calls,
  Channel,
  DeviceView,
  ErrorData,
  FromWorker,
  OpenedDevice,
  SentMessage,
  ToWorker,
} from "./channel.ts";

type Handlers = {
  readonly [Name in CallName]: (...args: Parameters<Calls[Name]>) => Promise<ReturnType<Calls[Name]>>;
};

export interface HostOptions {
  readonly home: SottoHome;
  readonly channel: Channel<ToWorker, FromWorker>;
  /** Resolves when nobody has the home's store open. */
  readonly storeFree: () => Promise<void>;
}

/** Serves one page until the worker ends. */
export function serveHome({ home, channel, storeFree }: HostOptions): void {
  let device: Sotto | undefined;
  let events: ClientEvent[] = [];
  let flushDue = false;

  channel.listen((message) => {
    void answer(message.call, () => carryOut(message));
  });

  async function answer(call: number, work: () => Promise<ReturnType<Calls[CallName]>>): Promise<void> {
    try {
      const value = await work();
      // What the call has changed is known to the page before its answer.
      tellChanges();
      channel.post({ type: "result", call, value });
    } catch (error) {
      tellChanges();
      channel.post({ type: "failure", call, error: dataOf(error) });
    }
  }

  function carryOut(message: ToWorker): Promise<ReturnType<Calls[CallName]>> {
    // Each name has the arguments of its own handler; the compiler does not follow that through the union.
    const handler = handlersFor(message.call)[message.name] as (
      ...args: unknown[]
    ) => Promise<ReturnType<Calls[CallName]>>;
    return handler(...message.args);
  }

  function handlersFor(call: number): Handlers {
    const onStep = (step: SignInStep): void => channel.post({ type: "step", call, step });
    return {
      exists: () => home.exists(),
      open: () => opened(home.open()),
      register: (options) => opened(home.register({ ...options, onStep })),
      login: (options) => opened(home.login({ ...options, onStep })),
      storeFree,
      addContact: async (userName, text, options) => current().contacts.add(userName, text, options),
      acceptContact: async (userName) => current().contacts.accept(userName),
      declineContact: async (userName) => current().contacts.decline(userName),
      removeContact: async (userName) => current().contacts.remove(userName),
      blockContact: async (userName) => current().contacts.block(userName),
      safetyNumber: async (userName) => current().contacts.safetyNumber(userName),
      setPresenceHidden: async (hidden) => current().setPresenceHidden(hidden),
      markRead: async (conversation) => current().conversations.markRead(conversation),
      renewKeys: async (conversation) => current().conversations.renewKeys(conversation),
      setDraft: async (conversation, text) => current().conversations.setDraft(conversation, text),
      async send(handle, conversation, text, options) {
        return followed(handle, await current().messages.send(conversation, text, options));
      },
      async follow(handle, conversation, id) {
        const sent = await current().messages.follow(conversation, id);
        return sent && followed(handle, sent);
      },
      messages: async (conversation, options) => current().messages.list(conversation, options),
      changePassword: async (oldPassword, newPassword) => current().changePassword(oldPassword, newPassword),
      logout: async (everywhere) => current().logout({ everywhere }),
      deleteAccount: async (password) => current().deleteAccount(password),
      close: async () => device?.close(),
    };
  }

  function current(): Sotto {
    if (device === undefined) throw sottoError("closed");
    return device;
  }

  async function opened(opening: Promise<Sotto>): Promise<OpenedDevice> {
    const sotto = await opening;
    device = sotto;
    sotto.on((event) => {
      events.push(event);
      if (flushDue) return;
      flushDue = true;
      // What one turn of the engine emits travels as one message.
      queueMicrotask(tellChanges);
    });
    void tellEnd(sotto);
    const { account, userName, device: deviceId, server } = sotto;
    return { account, userName, device: deviceId, server, view: viewOf(sotto) };
  }

  function tellChanges(): void {
    flushDue = false;
    if (device === undefined) return;
    const told = events;
    events = [];
    channel.post({ type: "changed", events: told, view: viewOf(device) });
  }

  function followed(handle: number, sent: SendHandle): SentMessage {
    void tellStates(handle, sent);
    return { id: sent.id, conversation: sent.conversation };
  }

  async function tellStates(handle: number, sent: SendHandle): Promise<void> {
    for await (const state of sent.states()) channel.post({ type: "sendState", handle, state });
  }

  /** Events themselves come by the listener, at once; this iterator is read for its end. */
  async function tellEnd(sotto: Sotto): Promise<void> {
    let error: ErrorData | undefined;
    try {
      for await (const event of sotto.events()) void event;
    } catch (failure) {
      error = dataOf(failure);
    }
    tellChanges();
    device = undefined;
    channel.post({ type: "ended", error });
  }
}

function viewOf(sotto: Sotto): DeviceView {
  return {
    connection: sotto.connection,
    presenceHidden: sotto.presenceHidden,
    contacts: sotto.contacts.list(),
    conversations: sotto.conversations.list(),
  };
}

function dataOf(error: unknown): ErrorData {
  const { code, message } = asSottoError(error);
  return { code, message };
}
