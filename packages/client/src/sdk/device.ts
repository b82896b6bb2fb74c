/**
 * A signed-in device behind the public interface: the session of the moment, who listens to it, and what follows from its events. It owns the
 * open store and gives it back when it closes.
 */
import type { ConversationId, MessageId } from "@sotto/protocol";
import type { AccountContext } from "../account/context.ts";
import type { SottoError } from "../api.ts";
import type { ClientEvent, Command, StoredMessage } from "../engine/contract.ts";
import type { Identity } from "../engine/records/identity.ts";
import { createServerApi } from "../http/serverApi.ts";
import type { FileLinkListener, FileLinks } from "../ports/fileLinks.ts";
import type { LocalStore } from "../ports/store.ts";
import type { Drafts } from "./drafts.ts";
import { readDrafts } from "./drafts.ts";
import type { EventQueue } from "./eventQueue.ts";
import { createEventQueue } from "./eventQueue.ts";
import { createFileSwitch } from "./fileSwitch.ts";
import { sottoError } from "./messages.ts";
import type { Platform } from "./platform.ts";
import type { Profiles } from "./profiles.ts";
import { readProfiles } from "./profiles.ts";
import type { SendTracker } from "./sendTracker.ts";
import { createSendTracker } from "./sendTracker.ts";
import type { Done, Session } from "./session.ts";
import { originOf, startSession } from "./session.ts";
import { createVaultSync } from "./vaultSync.ts";
import { readLastMessages, readMessages } from "./views.ts";

/** A consumer of events that is this far behind has stopped reading. */
const MAX_UNREAD_EVENTS = 10_000;

export interface Device {
  readonly platform: Platform;
  readonly store: LocalStore;
  readonly identity: Identity;
  /** The running session, or the last one. */
  readonly session: Session;
  readonly lastMessages: ReadonlyMap<ConversationId, StoredMessage>;
  readonly drafts: Drafts;
  readonly profiles: Profiles;
  /** Throws `closed` from the moment on that {@link close} is called. */
  ensureOpen(): void;
  /** Waits for a session that is being replaced. Rejects as {@link Session.command}. */
  command(request: Command): Promise<Done>;
  /** {@link command} for a message of its own, followed from its first moment. */
  sendTracked(request: Extract<Command, { kind: "sendText" | "sendFiles" }>): Promise<SendTracker>;
  /** Of the running session. */
  readonly fileLinks: FileLinks;
  /** Calls the listener, one at a time, until the returned function is called. A session that is replaced ends all links. */
  onFileLinks(listener: FileLinkListener): () => void;
  events(): AsyncIterableIterator<ClientEvent>;
  on(listener: (event: ClientEvent) => void): () => void;
  /** Tells applications what is not of the engine. */
  tell(event: ClientEvent): void;
  /** For account requests outside the session. */
  accountContext(): AccountContext;
  /** Runs `change` while no session does, then goes on as the identity that it returns, or as before if it fails. */
  replaceSession(change: () => Promise<Identity>): Promise<void>;
  /** Messages have come into the history beside the stream of events: views read anew. */
  historyChanged(conversations: Iterable<ConversationId>): Promise<void>;
  /** Idempotent. Ends events and handles, drains the session, closes the store. */
  close(): Promise<void>;
}

/** Starts the device of an open store; from here on the store is the device's to close. */
export async function openDevice(platform: Platform, store: LocalStore, own: Identity): Promise<Device> {
  const listeners = new Set<(event: ClientEvent) => void>();
  const queues = new Set<EventQueue<ClientEvent>>();
  const trackers = new Map<string, SendTracker>();
  const fileSwitch = createFileSwitch(() => session);
  let identity = own;
  let closing: Promise<void> | undefined;
  let session = await start();
  const lastMessages = await readLastMessages(session.engine, store);
  const drafts = await readDrafts(store, (conversation) => tell({ type: "draft", conversation }));
  const profiles = await readProfiles({
    crypto: platform.crypto,
    store,
    account: identity.account,
    engine: () => session.engine,
    api: () => session.api,
    token: () => identity.token,
    announce: (version, key) => device.command({ kind: "setProfileKey", version, key }),
    tell: (event) => tell(event),
    nowMs: () => platform.clock.nowMs(),
  });
  /** The session, or the promise of the one that replaces it. */
  let ready: Promise<Session> = Promise.resolve(session);
  const vault = createVaultSync({
    platform,
    api: () => session.api,
    store,
    identity: () => identity,
    onIdentity: (next) => {
      identity = next;
    },
    contents: () => {
      const { contacts, settings, ownProfile, profileKeys } = session.engine.state;
      return { contacts: [...contacts.values()], settings, ownProfile, profileKeys };
    },
  });

  const device: Device = {
    platform,
    store,
    get identity() {
      return identity;
    },
    get session() {
      return session;
    },
    lastMessages,
    drafts,
    profiles,
    ensureOpen() {
      if (closing !== undefined) throw sottoError("closed");
    },
    command: async (request) => (await running()).command(request),
    async sendTracked(request) {
      let tracker: SendTracker | undefined;
      await (
        await running()
      ).command(request, (done) => {
        tracker = follow(done);
      });
      if (tracker === undefined) throw new Error("the engine sent a message without an id");
      return tracker;
    },
    fileLinks: fileSwitch.links,
    onFileLinks: (listener) => fileSwitch.follow(listener),
    events() {
      const overflow = (): Error => sottoError("closed", `${MAX_UNREAD_EVENTS} events were not read in time`);
      const queue: EventQueue<ClientEvent> = createEventQueue(MAX_UNREAD_EVENTS, overflow, () =>
        queues.delete(queue),
      );
      if (closing === undefined) queues.add(queue);
      else queue.end();
      return queue.iterator;
    },
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell,
    accountContext: () => ({
      api: createServerApi(platform.transport(originOf(identity.server))),
      crypto: platform.crypto,
      mls: platform.mls,
      store,
      nowMs: () => platform.clock.nowMs(),
      onStep: () => {},
    }),
    async replaceSession(change) {
      const before = await running();
      const next = (async () => {
        await before.close();
        await Promise.all([profiles.settled(), vault.settled()]);
        try {
          identity = await change();
        } finally {
          session = await start();
          await session.command({ kind: "connect" });
        }
      })();
      // Whoever waits for the session gets it also when the change has failed.
      ready = next.then(
        () => session,
        () => session,
      );
      await next;
    },
    async historyChanged(conversations) {
      for (const id of conversations) {
        const [last] = await readMessages(session.engine, store, id, { limit: 1 });
        if (last !== undefined) rememberLast(last);
      }
      tell({ type: "resynced" });
    },
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
  await session.command({ kind: "connect" });
  return device;

  function start(): Promise<Session> {
    return startSession({ platform, store, identity, onEvent, onFiles: fileSwitch.listener, onFatal });
  }

  async function running(): Promise<Session> {
    device.ensureOpen();
    return ready;
  }

  function onEvent(event: ClientEvent): void {
    if (event.type === "state") trackState(event.conversation, event.id, event);
    if (event.type === "message") rememberLast(event.message);
    if (event.type === "conversation" && event.change === "read") markLastRead(event.conversation);
    tell(event);
    // The first connection makes up for a write that a crash or an unreachable server has cut off.
    const vaultDue = event.type === "vaultDue" || (event.type === "connection" && event.state === "online");
    if (vaultDue && closing === undefined) vault.request();
    bringProfiles(event);
  }

  function bringProfiles(event: ClientEvent): void {
    const isOnline = event.type === "connection" && event.state === "online";
    if (isOnline) profiles.forgetFailures();
    const isDue = isOnline || event.type === "profileKey" || event.type === "profileDue";
    if (isDue && closing === undefined) profiles.request();
  }

  function tell(event: ClientEvent): void {
    for (const queue of queues) queue.push(event);
    for (const listener of listeners) callSafely(listener, event);
  }

  function onFatal(error: SottoError): void {
    for (const queue of queues) queue.end(error);
    for (const tracker of trackers.values()) tracker.close();
  }

  function follow({ conversation, message }: Done): SendTracker | undefined {
    if (conversation === undefined || message === undefined) return undefined;
    const tracker = createSendTracker(conversation, message);
    trackers.set(`${conversation}/${message}`, tracker);
    return tracker;
  }

  function trackState(
    conversation: ConversationId,
    id: MessageId,
    { state }: Pick<StoredMessage, "state">,
  ): void {
    const name = `${conversation}/${id}`;
    if (trackers.get(name)?.advance(state) === true) trackers.delete(name);
    const last = lastMessages.get(conversation);
    if (last?.id === id && last.mine) lastMessages.set(conversation, { ...last, state });
  }

  function rememberLast(message: StoredMessage): void {
    if (message.order >= (lastMessages.get(message.conversation)?.order ?? 0))
      lastMessages.set(message.conversation, message);
  }

  function markLastRead(conversation: ConversationId): void {
    const last = lastMessages.get(conversation);
    if (last !== undefined && !last.mine) lastMessages.set(conversation, { ...last, state: "read" });
  }

  async function closeAll(): Promise<void> {
    const last = await ready;
    // Contacts just made are worth a moment; without a server there is nothing to wait for.
    if (last.engine.live.phase === "online") await vault.settled();
    await last.close();
    for (const queue of queues) queue.end();
    for (const tracker of trackers.values()) tracker.close();
    await store.close();
  }
}

/** A listener's own mistake must not stop the engine; the platform reports it as an unhandled error. */
function callSafely(listener: (event: ClientEvent) => void, event: ClientEvent): void {
  try {
    listener(event);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
