/** Both sides of the channel together, over a real message port and a home that is played. */
import { afterEach, describe, expect, test } from "vitest";
import type { Contact, Sotto, SottoHome } from "../../api.ts";
import { SottoError } from "../../api.ts";
import type { ClientEvent, MessageState } from "../../index.ts";
import { createEventQueue } from "../../sdk/eventQueue.ts";
import type { EventQueue } from "../../sdk/eventQueue.ts";
import { createSendTracker } from "../../sdk/sendTracker.ts";
import type { Channel, FromWorker, ToWorker } from "./channel.ts";
import type { RemoteHome } from "./remoteHome.ts";
import { createRemoteHome } from "./remoteHome.ts";
import { serveHome } from "./workerHost.ts";

const BOB = {
  account: "b",
  userName: "bob",
  state: "accepted",
  online: false,
  conversation: "ab",
  pinned: true,
} as Contact;
const CONVERSATION = BOB.conversation;
const MESSAGE = "m1" as Parameters<typeof createSendTracker>[1];

describe("a device behind the channel", () => {
  let close = (): void => {};
  afterEach(() => close());

  test("opening gives the device and what it looks like", async () => {
    const { home, played } = connect();
    played.contacts = [BOB];
    const sotto = await home.open();
    expect([sotto.userName, sotto.connection, sotto.contacts.list()]).toEqual(["alice", "connecting", [BOB]]);
  });

  test("errors arrive as SottoError with code and sentence, others as internal without their words", async () => {
    const { home, played } = connect();
    played.failure = new SottoError("storeLocked", "Open elsewhere.");
    await expect(home.open()).rejects.toThrow(new SottoError("storeLocked", "Open elsewhere."));
    played.failure = new TypeError("secret detail");
    const internal = await home.open().catch((error: unknown) => error);
    expect(internal).toBeInstanceOf(SottoError);
    expect(internal).toMatchObject({ code: "internal", message: expect.not.stringContaining("secret") });
  });

  test("steps of a sign-in arrive before its end", async () => {
    const { home } = connect();
    const steps: string[] = [];
    const options = {
      server: "s",
      userName: "alice",
      password: "p",
      onStep: (step: string) => steps.push(step),
    };
    await home.register(options);
    expect(steps).toEqual(["checkingName", "connecting"]);
  });

  test("an event finds the view that belongs to it, and events keep their order", async () => {
    const { home, played } = connect();
    const sotto = await home.open();
    const seen: unknown[] = [];
    sotto.on((event) => seen.push([event.type, sotto.connection, sotto.contacts.list().length]));
    played.connection = "online";
    played.contacts = [BOB];
    played.emit({ type: "connection", state: "online" });
    played.emit({ type: "contact", account: BOB.account, userName: "bob", state: "accepted" });
    await sotto.conversations.markRead(CONVERSATION);
    expect(seen).toEqual([
      ["connection", "online", 1],
      ["contact", "online", 1],
    ]);
  });

  test("what a call changes is to be seen when it is done, also without an event", async () => {
    const { home, played } = connect();
    const sotto = await home.open();
    played.onAdd = () => (played.contacts = [BOB]);
    expect(await sotto.contacts.add("bob")).toEqual(BOB);
    expect(sotto.contacts.list()).toEqual([BOB]);
  });

  test("a sent message is followed through all of its states", async () => {
    const { home, played } = connect();
    const sotto = await home.open();
    const handle = await sotto.messages.send(CONVERSATION, "hello");
    const states: MessageState[] = [];
    played.advance("sent");
    played.advance("delivered");
    played.advance("read");
    for await (const state of handle.states()) states.push(state);
    expect([handle.id, states]).toEqual([MESSAGE, ["sending", "sent", "delivered", "read"]]);
  });

  test("closing ends events and handles; later calls say closed", async () => {
    const { home } = connect();
    const sotto = await home.open();
    const handle = await sotto.messages.send(CONVERSATION, "hello");
    const events = sotto.events();
    await sotto.close();
    expect(await events.next()).toEqual({ done: true, value: undefined });
    await expect(handle.reached("read")).rejects.toMatchObject({ code: "closed" });
    await expect(sotto.contacts.accept("bob")).rejects.toMatchObject({ code: "closed" });
    expect(sotto.connection).toBe("offline");
  });

  test("a fault in the worker's device ends the page's with its error", async () => {
    const { home, played } = connect();
    const sotto = await home.open();
    played.queue?.end(new SottoError("storeDamaged", "Damaged."));
    await expect(sotto.events().next()).rejects.toMatchObject({ code: "storeDamaged" });
  });

  test("a worker that dies fails what was under way and what comes later", async () => {
    const { home } = connect();
    const sotto = await home.open();
    const events = sotto.events();
    const underWay = sotto.contacts.accept("bob");
    home.fail(new Error("gone"));
    await expect(underWay).rejects.toMatchObject({ code: "internal" });
    await expect(home.exists()).rejects.toMatchObject({ code: "internal" });
    await expect(events.next()).rejects.toMatchObject({ code: "internal" });
  });

  function connect(): { readonly home: RemoteHome; readonly played: PlayedDevice } {
    const { port1, port2 } = new MessageChannel();
    close = () => port1.close();
    const played = playDevice();
    serveHome({
      home: played.home,
      channel: channelOf<ToWorker, FromWorker>(port1),
      storeFree: async () => {},
    });
    return { home: createRemoteHome(channelOf<FromWorker, ToWorker>(port2)), played };
  }
});

function channelOf<In, Out>(port: MessagePort): Channel<In, Out> {
  return {
    post: (message) => port.postMessage(message),
    listen(onMessage) {
      port.addEventListener("message", ({ data }: MessageEvent<In>) => onMessage(data));
      port.start();
    },
  };
}

/** As much of a device as the channel needs. */
interface PlayedDevice {
  connection: Sotto["connection"];
  contacts: readonly Contact[];
  /** Thrown by whatever opens the device. */
  failure: Error | undefined;
  onAdd: () => void;
  /** What the last `events()` reads from. */
  queue: EventQueue<ClientEvent> | undefined;
  emit: (event: ClientEvent) => void;
  readonly advance: (state: MessageState) => void;
  readonly home: SottoHome;
}

function playDevice(): PlayedDevice {
  const tracker = createSendTracker(CONVERSATION, MESSAGE);
  const open = async (): Promise<Sotto> => {
    if (played.failure !== undefined) throw played.failure;
    return sotto as Sotto;
  };
  const played: PlayedDevice = {
    connection: "connecting",
    contacts: [],
    failure: undefined,
    onAdd: () => {},
    queue: undefined,
    emit: () => {},
    advance: (state) => void tracker.advance(state),
    home: {
      open,
      login: open,
      exists: async () => true,
      async register({ onStep }) {
        onStep?.("checkingName");
        onStep?.("connecting");
        return open();
      },
    },
  };
  const sotto: unknown = {
    userName: "alice",
    get connection() {
      return played.connection;
    },
    contacts: {
      list: () => played.contacts,
      add: async () => {
        played.onAdd();
        return BOB;
      },
      accept: async () => {},
    },
    conversations: { list: () => [], markRead: async () => {} },
    messages: { send: async () => tracker.handle },
    events() {
      const overflow = (): Error => new Error("too many events");
      played.queue = createEventQueue<ClientEvent>(10, overflow, () => {});
      return played.queue.iterator;
    },
    on(listener: PlayedDevice["emit"]) {
      played.emit = listener;
      return () => {};
    },
    close: async () => played.queue?.end(),
  };
  return played;
}
