/** Several tabs of one origin in memory: pages and workers with their channels, one lock, one disk, and tabs that stop or die. */
import type { ConversationId, MessageId, TransferId } from "@sotto/protocol";
import type { Contact, FileToSend, FileView, SendHandle, Sotto, SottoHome } from "../../../api.ts";
import { SottoError } from "../../../api.ts";
import type { ClientEvent, MessageState } from "../../../index.ts";
import { createEventQueue } from "../../../sdk/eventQueue.ts";
import type { EventQueue } from "../../../sdk/eventQueue.ts";
import { followingMessageId } from "../../../sdk/messageId.ts";
import { createSendTracker } from "../../../sdk/sendTracker.ts";
import type { FakeClock } from "../../../testing/fakeClock.ts";
import { createFakeClock } from "../../../testing/fakeClock.ts";
import type { Candidate } from "../candidate.ts";
import { createCandidate } from "../candidate.ts";
import type { Channel, Envelope, FromWorker, Hall, ToWorker } from "../channel.ts";
import { TABS_VERSION } from "../channel.ts";
import { runKeeper } from "../keeper.ts";
import type { RemoteHome } from "../remoteHome.ts";
import { createRemoteHome } from "../remoteHome.ts";
import type { OwnedHome } from "../reign.ts";

export const CONVERSATION = "ab" as ConversationId;
/** Of this town's files. */
export const LEAF_CHARS = 4;

export interface StoredText {
  readonly id: MessageId;
  readonly text: string;
  /** As many as it offers. */
  readonly files?: readonly unknown[];
}

/** What lies on the disk, for whoever opens it; each opening is another owner. */
export interface Disk {
  owner: number;
  userName: string | undefined;
  contacts: readonly Contact[];
  /** Own messages, in the order of storing. */
  texts: readonly StoredText[];
  states: Map<MessageId, MessageState>;
  /** Contents of files, under their names. */
  files: ReadonlyMap<string, string>;
  /** Leaves that were read, and by which owner. */
  leavesRead: { readonly owner: number; readonly leaf: number }[];
  /** Writes of owners that are ones no more. */
  refused: number;
  /** With this off a store takes what anybody writes. */
  checksOwner: boolean;
  /** Called before and after a text is stored. */
  onStoring: (text: string) => void;
  onStored: (text: string) => void;
  onLeafRead: (leaf: number) => void;
  /** Thrown when the device is opened. */
  failure: Error | undefined;
  /** The open device's: ends it by a fault. */
  break: (fault: Error) => void;
}

export interface Tab {
  readonly home: RemoteHome;
  readonly clock: FakeClock;
  /** Gone, with its lock and whatever it was about to do. */
  die(): void;
  /** Nothing runs in it any more, and it holds on to what it has. */
  freeze(): void;
  /** Everything that has come meanwhile is told now. */
  thaw(): void;
}

export interface Town {
  readonly disk: Disk;
  /** All that was said in the hall. */
  readonly said: Envelope[];
  openTab(options?: { readonly version?: number }): Tab;
  /** A message of the other side, to whoever leads. */
  emit(event: ClientEvent): void;
}

/** What is put off while the tab sleeps. */
interface Pulse {
  isDead: boolean;
  asleep: (() => void)[] | undefined;
  run(action: () => void): void;
}

export function openTown(lock: string): Town {
  const said: Envelope[] = [];
  const listeners = new Set<{
    readonly pulse: Pulse;
    readonly owner: object;
    readonly hear: (envelope: Envelope) => void;
  }>();
  const disk: Disk = {
    owner: 0,
    userName: "alice",
    contacts: [],
    texts: [],
    states: new Map(),
    files: new Map(),
    leavesRead: [],
    refused: 0,
    checksOwner: true,
    onStoring: () => {},
    onStored: () => {},
    onLeafRead: () => {},
    failure: undefined,
    break: () => {},
  };
  let emit: (event: ClientEvent) => void = () => {};
  let nextTab = 1;

  return { disk, said, openTab, emit: (event) => emit(event) };

  function openTab({ version = TABS_VERSION }: { readonly version?: number } = {}): Tab {
    const tab = `tab ${nextTab++}`;
    const clock = createFakeClock();
    const pulse = createPulse();
    const hall = (): Hall => hallOf(pulse, version);
    const [page, worker] = channelPair<ToWorker, FromWorker>(pulse);
    const candidate = createCandidate(navigator.locks, lock);
    let letGo = (): void => {};
    const watched: Candidate = {
      ...candidate,
      async stand(signal) {
        const lease = await candidate.stand(signal);
        if (pulse.isDead) await lease.release();
        letGo = () => void lease.release();
        return { ...lease, lost: new Promise((resolve) => void lease.lost.then(() => pulse.run(resolve))) };
      },
    };
    runKeeper({
      tab,
      page,
      hall: hall(),
      candidate: watched,
      takeHome: (onLost) => takeHome(pulse, onLost),
      clock,
      random: () => 0,
    });
    const home = createRemoteHome({ tab, worker, hall: hall(), clock, isWatched: () => true });
    return {
      home,
      clock,
      die() {
        pulse.isDead = true;
        letGo();
      },
      freeze: () => void (pulse.asleep ??= []),
      thaw() {
        const missed = pulse.asleep ?? [];
        pulse.asleep = undefined;
        for (const action of missed) pulse.run(action);
      },
    };
  }

  function hallOf(pulse: Pulse, version: number): Hall {
    const owner = {};
    return {
      post(envelope) {
        if (pulse.isDead) return;
        const copy = structuredClone({ ...envelope, version });
        said.push(copy);
        for (const listener of listeners) {
          if (listener.owner !== owner) later(listener.pulse, () => listener.hear(copy));
        }
      },
      listen: (hear) => void listeners.add({ pulse, owner, hear }),
    };
  }

  async function takeHome(pulse: Pulse, onLost: () => void): Promise<OwnedHome> {
    const term = ++disk.owner;
    const write = async (change: () => void): Promise<void> => {
      await Promise.resolve();
      await beat(pulse);
      if (disk.checksOwner && term !== disk.owner) {
        disk.refused++;
        onLost();
        throw new SottoError("storeFailed", "refused");
      }
      change();
    };
    const open = async (): Promise<Sotto> => {
      if (disk.failure !== undefined) throw disk.failure;
      if (disk.userName === undefined) throw new SottoError("storeMissing", "nobody");
      const played = playDevice({ disk, userName: disk.userName, owner: term, write });
      emit = (event) => pulse.run(() => played.emit(event));
      return played.sotto;
    };
    const home: SottoHome = {
      open,
      exists: async () => disk.userName !== undefined,
      async register({ userName, onStep }) {
        onStep?.("checkingName");
        await write(() => (disk.userName = userName));
        onStep?.("connecting");
        return open();
      },
      async login({ userName, password }) {
        if (password === "wrong") throw new SottoError("wrongCredentials", "wrong");
        await write(() => (disk.userName = userName));
        return open();
      },
    };
    return { term, home, close: async () => {} };
  }
}

interface Player {
  readonly disk: Disk;
  readonly userName: string;
  readonly owner: number;
  readonly write: (change: () => void) => Promise<void>;
}

function playDevice({ disk, userName, owner, write }: Player): {
  readonly sotto: Sotto;
  readonly emit: (event: ClientEvent) => void;
} {
  const queues = new Set<EventQueue<ClientEvent>>();
  const listeners = new Set<(event: ClientEvent) => void>();
  const emit = (event: ClientEvent): void => {
    if (event.type === "state") disk.states.set(event.id, event.state);
    for (const listener of listeners) listener(event);
  };
  const end = (error?: Error): void => {
    for (const queue of queues) queue.end(error);
  };
  disk.break = end;
  const leave = async (): Promise<void> => {
    await write(() => (disk.userName = undefined));
    end();
  };
  const setState = (name: string, state: Contact["state"]): Promise<void> =>
    write(() => {
      const contact = disk.contacts.find((known) => known.userName === name);
      if (contact === undefined) throw new SottoError("noRequest", "none");
      disk.contacts = disk.contacts.map((known) => (known === contact ? { ...known, state } : known));
      if (state === "removed") disk.contacts = disk.contacts.filter((known) => known.userName !== name);
    });
  let order = Promise.resolve();
  const sotto = {
    account: "a",
    userName,
    device: `device of ${userName}`,
    server: "s",
    connection: "online",
    profile: { own: { displayName: "", bio: "", picture: 0, pending: false } },
    contacts: {
      list: () => disk.contacts,
      async add(name: string, text: string | undefined, { id }: { readonly id: MessageId }) {
        await write(() => {
          if (disk.contacts.some((known) => known.userName === name))
            throw new SottoError("alreadyContact", "already");
          const contact = { userName: name, state: "outgoing", conversation: CONVERSATION } as Contact;
          disk.contacts = [...disk.contacts, contact];
          if (text !== undefined) disk.texts = [...disk.texts, { id, text }];
        });
        disk.onStored(`contact ${name}`);
        return disk.contacts.at(-1) as Contact;
      },
      accept: (name: string) => setState(name, "accepted"),
      decline: (name: string) => setState(name, "removed"),
    },
    conversations: { list: () => [], markRead: async () => {} },
    messages: {
      async send(_: ConversationId, text: string, { id }: { readonly id: MessageId }) {
        const store = async (turn: Promise<void>): Promise<void> => {
          await turn;
          disk.onStoring(text);
          await write(() => (disk.texts = [...disk.texts, { id, text }]));
        };
        const stored = store(order);
        order = stored.catch(() => {});
        await stored;
        disk.onStored(text);
        emit({ type: "state", conversation: CONVERSATION, id, state: "sent" });
        return createSendTracker(CONVERSATION, id).handle;
      },
      findOwn: async (_: ConversationId, id: MessageId) => {
        // Slower than sending, as reading from a disk is.
        await new Promise((resolve) => setTimeout(resolve, 1));
        const found = disk.texts.find((known) => known.id === id);
        return found && { ...found, state: disk.states.get(id) ?? "sending" };
      },
      list: async () => disk.texts,
    },
    files: {
      /** A message for each file. */
      async send(_: ConversationId, files: readonly FileToSend[], options: { readonly id: MessageId }) {
        const contents = await Promise.all(files.map(({ content }) => (content as Blob).text()));
        let { id } = options;
        const handles: SendHandle[] = [];
        for (const [at, { path }] of files.entries()) {
          const [text, own] = [path.join("/"), id];
          disk.onStoring(text);
          await write(() => {
            disk.files = new Map([...disk.files, [text, contents[at] ?? ""]]);
            disk.texts = [...disk.texts, { id: own, text, files: [{}] }];
          });
          emit({ type: "state", conversation: CONVERSATION, id: own, state: "sent" });
          disk.onStored(text);
          handles.push(createSendTracker(CONVERSATION, own).handle);
          id = followingMessageId(id);
        }
        return handles;
      },
      views: async (transfers: readonly TransferId[]) =>
        transfers.filter((name) => disk.files.has(name)).map((transfer) => ({ transfer }) as FileView),
      remove: (transfer: TransferId) =>
        write(() => (disk.files = new Map([...disk.files].filter(([name]) => name !== transfer)))),
      async *content(transfer: TransferId, { from = 0 }: { readonly from?: number } = {}) {
        const text = disk.files.get(transfer);
        if (text === undefined) throw new SottoError("fileMissing", "not here");
        for (let leaf = from; leaf * LEAF_CHARS < text.length; leaf++) {
          disk.leavesRead.push({ owner, leaf });
          disk.onLeafRead(leaf);
          yield new TextEncoder().encode(text.slice(leaf * LEAF_CHARS, (leaf + 1) * LEAF_CHARS));
        }
      },
    },
    events() {
      const queue: EventQueue<ClientEvent> = createEventQueue(
        100,
        () => new Error("too many"),
        () => {},
      );
      queues.add(queue);
      return queue.iterator;
    },
    on(listener: (event: ClientEvent) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    history: {
      async *export({ passphrase = "open" }: { readonly passphrase?: string }) {
        yield new TextEncoder().encode(`${passphrase}: `);
        yield new TextEncoder().encode(disk.texts.map(({ text }) => text).join(", "));
      },
      async import(file: Blob) {
        const text = await file.text();
        await write(() => (disk.texts = [...disk.texts, { id: "imported" as MessageId, text }]));
        return { conversations: 1, messages: 1, added: 1 };
      },
    },
    changePassword: async () => {},
    logout: leave,
    deleteAccount: leave,
    close: async () => end(),
  };
  return { sotto: sotto as unknown as Sotto, emit };
}

/** Messages between page and worker of one tab. */
function channelPair<In, Out>(pulse: Pulse): [Channel<In, Out>, Channel<Out, In>] {
  const toFirst = createPort<In>(pulse);
  const toSecond = createPort<Out>(pulse);
  return [
    { post: toSecond.post, listen: toFirst.listen },
    { post: toFirst.post, listen: toSecond.listen },
  ];
}

function createPort<T>(pulse: Pulse): Pick<Channel<T, T>, "post" | "listen"> {
  let hear: ((message: T) => void) | undefined;
  return {
    post(message) {
      const copy = structuredClone(message);
      later(pulse, () => hear?.(copy));
    },
    listen: (onMessage) => void (hear = onMessage),
  };
}

function createPulse(): Pulse {
  const pulse: Pulse = {
    isDead: false,
    asleep: undefined,
    run(action) {
      if (pulse.isDead) return;
      if (pulse.asleep === undefined) action();
      else pulse.asleep.push(action);
    },
  };
  return pulse;
}

/** Waits while the tab sleeps; for ever when it is dead. */
function beat(pulse: Pulse): Promise<void> {
  return new Promise((resolve) => pulse.run(resolve));
}

function later(pulse: Pulse, action: () => void): void {
  setTimeout(() => pulse.run(action), 0);
}
