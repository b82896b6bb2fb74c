import { describe, expect, test, vi } from "vitest";
import type { CryptoProvider, DeviceIdentity, MlsEngine } from "@sotto/crypto";
import { MlsInputError } from "@sotto/crypto";
import type { ConversationId } from "@sotto/protocol";
import { createMemoryDisk } from "../adapters/memory/disk.ts";
import type { ClientEvent, CommandResult, Effect, EngineEvent } from "../engine/contract.ts";
import type { ServerConnection, SocketHandlers } from "../ports/connection.ts";
import type { LinkHandlers, LinkMaker } from "../ports/direct.ts";
import type { ServerAnswer } from "../ports/server.ts";
import { StoreError } from "../ports/store.ts";
import { createFakeClock } from "../testing/fakeClock.ts";
import type { Runtime } from "./runtime.ts";
import { createRuntime } from "./runtime.ts";

const COMMAND = { kind: "connect" } as const;
const ONLINE: ClientEvent = { type: "connection", state: "online" };
const put = (key: string): Effect => ({
  type: "store",
  ticket: Number(key),
  writes: [{ put: "t", key, value: new Uint8Array(1) }],
});

/** A runtime over an engine that answers events as `script` says, and everything that happened, in order. */
function start(script: (event: EngineEvent) => readonly Effect[], mls: Partial<MlsEngine> = {}) {
  const log: string[] = [];
  const events: EngineEvent[] = [];
  const clock = createFakeClock(1000);
  const disk = createMemoryDisk();
  const store = disk.open();
  const sockets: { handlers: SocketHandlers; sent: Uint8Array[]; closed: boolean }[] = [];
  const answers: ((answer: ServerAnswer) => void)[] = [];
  const connection: ServerConnection = {
    openSocket(handlers) {
      const socket = { handlers, sent: [] as Uint8Array[], closed: false };
      sockets.push(socket);
      return {
        send: (frame) => void socket.sent.push(frame),
        close() {
          socket.closed = true;
        },
      };
    },
    request: () => new Promise((resolve) => answers.push(resolve)),
  };
  const carrying = new Map<number, ConversationId>();
  const opened: { handlers: LinkHandlers; sent: unknown[] }[] = [];
  const links: LinkMaker = {
    open(_, handlers) {
      const sent: unknown[] = [];
      opened.push({ handlers, sent });
      return {
        offer() {},
        accept() {},
        addCandidates() {},
        send: (channel, frame) => void sent.push([channel, frame]),
        bufferedBytes: (channel) => (channel === "files" ? 77 : 0),
        close: () => void sent.push("close"),
      };
    },
  };
  const onFatal = vi.fn<(error: unknown) => void>(() => void log.push("fatal"));
  const runtime: Runtime = createRuntime({
    engine: {
      handle(event) {
        events.push(event);
        return script(event);
      },
      fileLinkOf: (conversation) => [...carrying].find(([, id]) => id === conversation)?.[0],
      conversationOfLink: (link) => carrying.get(link),
    },
    mls: mls as MlsEngine,
    crypto: {} as CryptoProvider,
    device: {} as DeviceIdentity,
    store: {
      ...store,
      async commit(writes) {
        log.push(`commit ${writes.map(({ key }) => key).join()}`);
        await store.commit(writes);
      },
    },
    connection,
    links,
    onFiles: {
      frame: (link, conversation, frame) => log.push(`frame ${link} ${conversation} ${frame.join()}`),
      drained: (link) => log.push(`drained ${link}`),
      receipt: (_, transfer, word) => log.push(`${word} ${transfer}`),
      changed: (conversation) => log.push(`changed ${conversation}`),
    },
    clock,
    onEvent: (event) => log.push(`emit ${event.type}`),
    onFatal,
  });
  const results: (CommandResult | undefined)[] = [];
  const command = (): void =>
    runtime.command(COMMAND, (result) => {
      log.push("done");
      results.push(result);
    });
  return {
    runtime,
    command,
    results,
    log,
    events,
    clock,
    disk,
    sockets,
    answers,
    onFatal,
    carrying,
    links: opened,
  };
}

const onCommand = (effects: readonly Effect[]) => (event: EngineEvent) =>
  event.type === "command" ? effects : [];
const done = (command: number): Effect => ({ type: "done", command, result: { ok: true } });
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(() => resolve()));

describe("the runtime", () => {
  test("RUN-1: effects start in the order given, whatever their kind", async () => {
    const { command, log, results } = start(
      onCommand([put("1"), { type: "emit", event: ONLINE }, put("2"), done(1), put("3")]),
    );
    command();
    expect(log).toEqual(["commit 1", "emit connection", "commit 2", "done", "commit 3"]);
    expect(results).toEqual([{ ok: true }]);
    await settled();
  });

  test("RUN-2: each ticket is answered once, with what came of it", async () => {
    const group = { id: "g" };
    const { command, events, answers, disk } = start(
      onCommand([
        { type: "mls", ticket: 1, operation: { op: "welcomeRefs", welcome: new Uint8Array() } },
        { type: "mls", ticket: 2, operation: { op: "load", parts: new Map() } },
        put("3"),
        { type: "request", ticket: 4, request: { kind: "body", hash: new Uint8Array() } },
      ]),
      {
        welcomeRefs: () => {
          throw new MlsInputError("malformed", "no Welcome");
        },
        load: async () => group as never,
      },
    );
    command();
    await settled();
    expect(disk.read("t").size).toBe(1);
    expect(events.slice(1)).toHaveLength(3);
    expect(events).toContainEqual({
      type: "mls",
      ticket: 1,
      completion: { ok: false, code: "malformed", message: "no Welcome" },
    });
    expect(events).toContainEqual({ type: "mls", ticket: 2, completion: { ok: true, output: group } });
    expect(events).toContainEqual({ type: "store", ticket: 3, ok: true });
    const answer: ServerAnswer = { kind: "unreachable", reason: "timeout" };
    answers[0]?.(answer);
    await settled();
    expect(events.at(-1)).toEqual({ type: "request", ticket: 4, answer });
    expect(events).toHaveLength(5);
  });

  test("RUN-3: a failing store is told to the engine, not thrown", async () => {
    const { command, events, disk, onFatal } = start(onCommand([put("1")]));
    disk.failNextCommit(new StoreError("full", "The disk is full."));
    command();
    await settled();
    expect(events.at(-1)).toEqual({ type: "store", ticket: 1, ok: false, message: "The disk is full." });
    expect(onFatal).not.toHaveBeenCalled();
  });

  test("RUN-4: an event that arrives while the engine works waits for its turn", () => {
    const order: string[] = [];
    const world: ReturnType<typeof start> = start((event) => {
      order.push(`begin ${event.type}`);
      if (event.type !== "command" || event.command !== 1) return [];
      world.command();
      order.push("end command");
      return [];
    });
    world.command();
    expect(order).toEqual(["begin command", "end command", "begin command"]);
  });

  test("RUN-5: a socket's events carry its number, and frames for a closed one go nowhere", () => {
    const frame = Uint8Array.of(7);
    const { command, events, sockets } = start((event) => {
      if (event.type === "command") return [{ type: "connect", connection: 5 }];
      if (event.type === "connected") return [{ type: "send", connection: 5, frame }];
      if (event.type === "disconnected") return [{ type: "send", connection: 5, frame }];
      return [];
    });
    command();
    sockets[0]?.handlers.onOpen();
    sockets[0]?.handlers.onFrame(frame);
    sockets[0]?.handlers.onClose(4409, undefined);
    expect(sockets[0]?.sent).toEqual([frame]);
    expect(events.slice(1)).toEqual([
      { type: "connected", connection: 5 },
      { type: "frame", connection: 5, frame },
      { type: "disconnected", connection: 5, closeCode: 4409 },
    ]);
  });

  test("RUN-6: a timer is replaced by one of its name, and can be cancelled", () => {
    let effects: readonly Effect[] = [
      { type: "timer", name: "retry", atMs: 1100 },
      { type: "timer", name: "retry", atMs: 1200 },
      { type: "timer", name: "heartbeat", atMs: 1150 },
      { type: "cancelTimer", name: "heartbeat" },
    ];
    const { command, events, clock } = start((event) => (event.type === "command" ? effects : []));
    command();
    clock.advance(199);
    expect(events).toHaveLength(1);
    clock.advance(1);
    expect(events.at(-1)).toEqual({ type: "timer", name: "retry" });
    effects = [];
    clock.advance(10_000);
    expect(events).toHaveLength(2);
  });

  test("RUN-7: an exception of the engine ends everything once, and waiting commands with it", async () => {
    const { runtime, command, results, log, events, onFatal, sockets, clock } = start((event) => {
      if (event.type === "command" && event.command === 1) {
        return [
          { type: "connect", connection: 1 },
          { type: "timer", name: "retry", atMs: 2000 },
        ];
      }
      throw new Error("a bug");
    });
    command();
    command();
    expect(onFatal).toHaveBeenCalledExactlyOnceWith(new Error("a bug"));
    expect(results).toEqual([undefined, undefined]);
    expect(log).toEqual(["fatal", "done", "done"]);
    expect(sockets[0]?.closed).toBe(true);
    expect(clock.pending).toBe(0);
    sockets[0]?.handlers.onFrame(new Uint8Array());
    command();
    expect(results).toHaveLength(3);
    expect(events).toHaveLength(2);
    await runtime.close();
  });

  test("RUN-8: anything thrown by the MLS engine but an input error is a bug", async () => {
    const { command, onFatal } = start(
      onCommand([{ type: "mls", ticket: 1, operation: { op: "load", parts: new Map() } }]),
      {
        load: async () => {
          throw new TypeError("undefined is not a function");
        },
      },
    );
    command();
    await settled();
    expect(onFatal).toHaveBeenCalledOnce();
  });

  test("RUN-9: closing waits for storage and what follows from it, not for the network", async () => {
    const { runtime, command, disk, events, answers, results } = start((event) => {
      if (event.type === "command")
        return [put("1"), { type: "request", ticket: 9, request: { kind: "body", hash: new Uint8Array() } }];
      if (event.type === "store" && event.ticket === 1) return [put("2")];
      return [];
    });
    command();
    await runtime.close();
    expect([...disk.read("t").keys()]).toEqual(["1", "2"]);
    expect(results).toEqual([undefined]);
    const before = events.length;
    answers[0]?.({ kind: "stored" });
    await settled();
    expect(events).toHaveLength(before);
  });

  describe("RUN-11: the channel of files", () => {
    const OPEN: Effect = {
      type: "link",
      link: 4,
      action: { do: "open", options: { iceServers: [], turnOnly: false } },
    };
    const CONVERSATION = "c" as ConversationId;
    const path: ClientEvent = { type: "conversation", conversation: CONVERSATION, change: "path" };
    const read: ClientEvent = { ...path, change: "read" };

    test("its frames go to the listener and not to the engine, which is told now and then that they come", () => {
      const { command, events, log, carrying, links, clock } = start(onCommand([OPEN]));
      command();
      carrying.set(4, CONVERSATION);
      const handlers = links[0]?.handlers as LinkHandlers;
      for (const part of [1, 2, 3]) handlers.onFrame("files", Uint8Array.of(part));
      handlers.onDrained("files");
      handlers.onDrained("messages");
      expect(log).toEqual(["frame 4 c 1", "frame 4 c 2", "frame 4 c 3", "drained 4"]);
      clock.advance(5000);
      handlers.onFrame("files", Uint8Array.of(4));
      handlers.onFrame("messages", Uint8Array.of(5));
      const link = { type: "link", link: 4 };
      expect(events.slice(1)).toEqual([
        { ...link, happening: { kind: "heard" } },
        { ...link, happening: { kind: "heard" } },
        { ...link, happening: { kind: "frame", frame: Uint8Array.of(5) } },
      ]);
    });

    test("DIR-10: the first of its frames behind a ping is told at once", () => {
      const ping: Effect = {
        type: "link",
        link: 4,
        action: { do: "send", channel: "messages", frame: Uint8Array.of(1) },
      };
      const { command, events, links } = start((event) =>
        event.type !== "command" ? [] : event.command === 1 ? [OPEN] : [ping],
      );
      command();
      const comes = (): void => links[0]?.handlers.onFrame("files", Uint8Array.of(1));
      comes();
      comes();
      command();
      comes();
      comes();
      const heard = { type: "link", link: 4, happening: { kind: "heard" } };
      expect(events.filter(({ type }) => type === "link")).toEqual([heard, heard]);
    });

    test("nothing passes on a link that may not carry files", () => {
      const { command, runtime, log, links } = start(onCommand([OPEN]));
      command();
      links[0]?.handlers.onFrame("files", Uint8Array.of(1));
      links[0]?.handlers.onDrained("files");
      runtime.fileLinks.send(4, Uint8Array.of(2));
      expect(runtime.fileLinks.of(CONVERSATION)).toBeUndefined();
      expect(log).toEqual([]);
      expect(links[0]?.sent).toEqual([]);
    });

    test("what is sent goes there; a link that breaks its rules is the engine's to end", () => {
      const { command, runtime, events, carrying, links } = start(onCommand([OPEN]));
      command();
      carrying.set(4, CONVERSATION);
      const { fileLinks } = runtime;
      expect(fileLinks.of(CONVERSATION)).toBe(4);
      fileLinks.send(4, Uint8Array.of(2));
      expect(links[0]?.sent).toEqual([["files", Uint8Array.of(2)]]);
      expect([4, 5].map((link) => fileLinks.bufferedBytes(link))).toEqual([77, 0]);
      fileLinks.close(4);
      expect(events.at(-1)).toEqual({ type: "link", link: 4, happening: { kind: "misused" } });
    });

    test("the listener is told what may have changed a link, behind the application, and that all end with the runtime", async () => {
      const { command, runtime, log, carrying } = start(
        onCommand([OPEN, { type: "emit", event: path }, { type: "emit", event: read }]),
      );
      command();
      expect(log).toEqual(["emit conversation", "changed c", "emit conversation"]);
      carrying.set(4, CONVERSATION);
      await runtime.close();
      expect(log.slice(3)).toEqual(["changed c", "done"]);
      expect(runtime.fileLinks.of(CONVERSATION)).toBeUndefined();
    });

    test("a frame that comes while the engine works keeps its place", () => {
      const world: ReturnType<typeof start> = start((event) => {
        if (event.type === "command") return [OPEN];
        if (event.type !== "link" || event.happening.kind !== "open") return [];
        world.links[0]?.handlers.onFrame("files", Uint8Array.of(9));
        world.carrying.set(4, CONVERSATION);
        return [{ type: "emit", event: path }];
      });
      world.command();
      world.links[0]?.handlers.onOpen("local");
      expect(world.log).toEqual(["emit conversation", "changed c", "frame 4 c 9"]);
    });
  });

  test("RUN-10: while closing no socket is opened and no timer set", async () => {
    const { runtime, command, sockets, clock, events } = start((event) => {
      if (event.type === "command") return [put("1")];
      if (event.type !== "store") return [];
      return [
        { type: "connect", connection: 1 },
        { type: "timer", name: "retry", atMs: 5000 },
      ];
    });
    command();
    await runtime.close();
    expect(sockets).toHaveLength(0);
    expect(clock.pending).toBe(0);
    expect(events.at(-1)).toEqual({ type: "disconnected", connection: 1, reason: "offline" });
  });
});
