/** The server as a process on a machine: the real rules and hub over a store in memory, which outlives its crashes. */
import type { Refusal, StoreId } from "@sotto/protocol";
import { decodeServerFrame, encodeServerFrame, idOf, SERVER_FRAME } from "@sotto/protocol";
import { createHub, DEFAULT_RULE_SETTINGS, prepareFrame } from "@sotto/server/engine";
import type {
  AnyResult,
  Hub,
  HubEffect,
  HubEvent,
  MemoryStore,
  RuleCrypto,
  RuleSettings,
  StoreRequest,
  StoreTx,
} from "@sotto/server/simulation";
import { createMemoryStore, unpackFrames } from "@sotto/server/simulation";
import type { Door, DoorOptions } from "./door.ts";
import { createDoor, DiskFull } from "./door.ts";
import type { Random } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Trace } from "./trace.ts";
import type { Watch } from "./watch.ts";

/** The server's end of a socket. */
export interface ServerSocket {
  send(frame: Uint8Array): void;
  close(closeCode: number): void;
  /** The process died. */
  lost(): void;
}

export interface ServerNode {
  /** False when nobody listens. */
  opened(socket: ServerSocket): boolean;
  isOpen(socket: ServerSocket): boolean;
  frame(socket: ServerSocket, bytes: Uint8Array): void;
  closed(socket: ServerSocket): void;
  /** A request over HTTP; without an answer if the process dies first. `undefined`: nobody listens. */
  call(request: StoreRequest, answer: (result: AnyResult) => void): boolean;
  submit(session: string, frame: Uint8Array, answer: (reply: Uint8Array | Refusal) => void): boolean;
  /** Dies after this many further steps and comes back after the pause. */
  crashAfter(steps: number, pauseMs: number): void;
  /** Dies now and comes back with the contents of an earlier time, as a store of another incarnation. */
  restore(backup: MemoryStore, pauseMs: number): void;
  backup(): MemoryStore;
  failCommits(count: number): void;
  isUp(): boolean;
  /** Looks into the database from outside, whatever its disk does. */
  look<T>(at: (tx: StoreTx) => T): T;
  readonly store: MemoryStore;
}

/** Planted faults: how a broken server differs from ours. */
export interface ServerMutation {
  readonly hub?: (hub: Hub) => Hub;
  readonly door?: (door: Door) => Door;
}

export interface ServerNodeOptions {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly trace: Trace;
  readonly watch: Watch;
  readonly crypto: RuleCrypto;
  readonly wallMs: () => number;
  /** Whose session it is, for the trace. */
  readonly nameOf: (session: string) => string;
  readonly mutation: ServerMutation;
  /** Default: those of the rules. */
  readonly settings?: RuleSettings;
}

interface ServerProcess {
  readonly tell: (event: HubEvent) => void;
  readonly door: Door;
  readonly sockets: Map<number, ServerSocket>;
  /** The same the other way round. */
  readonly numbers: Map<ServerSocket, number>;
}

export function createServerNode(options: ServerNodeOptions): ServerNode {
  const { scheduler, random, trace, watch, mutation } = options;
  let failures = 0;
  const storeOptions = (): { storeId: StoreId; beforeCommit: () => void } => ({
    storeId: idOf(random.bytes(16)),
    beforeCommit() {
      if (failures === 0) return;
      failures--;
      throw new DiskFull();
    },
  });
  let store = createMemoryStore(storeOptions());
  let running: ServerProcess | undefined = start();
  let stepsLeft = Number.POSITIVE_INFINITY;
  let pauseMs = 0;

  function start(): ServerProcess {
    const hub = (mutation.hub ?? ((same) => same))(createHub(options.crypto));
    const sockets = new Map<number, ServerSocket>();
    const numbers = new Map<ServerSocket, number>();
    const events: HubEvent[] = [];
    let working = false;
    let timer = 0;
    const step = (): boolean => running === self && takeStep();
    const doorOptions: DoorOptions = {
      scheduler,
      random,
      crypto: options.crypto,
      store,
      settings: options.settings ?? DEFAULT_RULE_SETTINGS,
      wallMs: options.wallMs,
      step,
      onCommitted(requests, outcomes) {
        for (const [i, request] of requests.entries()) noteRequest(request, outcomes[i]?.result);
        watch.server.committed(requests, outcomes);
      },
      onNotices: (notices) => tell({ type: "notices", notices }),
      onBug: (error) => watch.violation("rule-threw", String(error)),
    };
    const door = (mutation.door ?? ((same) => same))(createDoor(doorOptions));

    function tell(event: HubEvent): void {
      events.push(event);
      if (working) return;
      working = true;
      for (let next = events.shift(); next !== undefined; next = events.shift()) {
        for (const effect of hub.handle(next, scheduler.nowMs())) {
          if (!step()) return;
          carryOut(effect);
        }
      }
      working = false;
    }

    function send(connection: number, frame: Uint8Array): void {
      watch.server.sends(connection, frame);
      sockets.get(connection)?.send(frame[1] === SERVER_FRAME.ready ? onTheClock(frame) : frame);
    }

    /** The hub's time is the scheduler's, which does not sleep; what devices are told is the time of day. */
    function onTheClock(bytes: Uint8Array): Uint8Array {
      const frame = decodeServerFrame(bytes);
      return frame?.type === "ready" ? encodeServerFrame({ ...frame, clockMs: options.wallMs() }) : bytes;
    }

    function carryOut(effect: HubEffect): void {
      switch (effect.type) {
        case "send":
          return send(effect.connection, effect.bytes);
        case "sendPacked":
          return unpackFrames(effect.frames).forEach((frame) => send(effect.connection, frame.slice()));
        case "close": {
          trace.note(scheduler.nowMs(), "server", `close ${effect.reason}`, effect.connection);
          const socket = sockets.get(effect.connection);
          sockets.delete(effect.connection);
          if (socket === undefined) return;
          numbers.delete(socket);
          return socket.close(effect.code);
        }
        case "execute": {
          const { ticket, request } = effect;
          return door.execute(request, (result) => {
            if (running === self) tell({ type: "committed", ticket, result });
          });
        }
        case "timer": {
          const own = ++timer;
          return scheduler.after(Math.max(0, effect.atMs - scheduler.nowMs()), () => {
            if (running === self && own === timer) tell({ type: "timer" });
          });
        }
      }
    }

    const self: ServerProcess = { tell, door, sockets, numbers };
    return self;
  }

  function noteRequest(request: StoreRequest, result: AnyResult | undefined): void {
    const sender = "sender" in request ? request.sender.session : "session" in request ? request.session : "";
    const results = result?.ok === true && "results" in result.value ? result.value.results : [result];
    const answers = results.map((one) => (one?.ok === true ? "ok" : one?.refusal.code)).join(" ");
    const group = "group" in request ? ` ${request.group.slice(0, 6)}` : "";
    trace.note(
      scheduler.nowMs(),
      "server",
      `${request.type}${group} of ${options.nameOf(sender)}: ${answers}`,
    );
  }

  function takeStep(): boolean {
    if (stepsLeft-- > 0) return true;
    crash();
    return false;
  }

  function crash(): void {
    const dying = running;
    if (dying === undefined) return;
    trace.note(scheduler.nowMs(), "server", "crash");
    running = undefined;
    stepsLeft = Number.POSITIVE_INFINITY;
    for (const socket of dying.numbers.keys()) socket.lost();
    scheduler.after(pauseMs, () => {
      trace.note(scheduler.nowMs(), "server", "start");
      running ??= start();
    });
  }

  let lastNumber = 0;
  const numberOf = (socket: ServerSocket): number | undefined => running?.numbers.get(socket);
  const node: ServerNode = {
    opened(socket) {
      if (running === undefined) return false;
      const connection = ++lastNumber;
      running.numbers.set(socket, connection);
      running.sockets.set(connection, socket);
      running.tell({ type: "opened", connection });
      return true;
    },
    isOpen: (socket) => numberOf(socket) !== undefined,
    frame(socket, bytes) {
      const connection = numberOf(socket);
      if (connection === undefined) return;
      watch.server.receives(connection, bytes);
      running?.tell({ type: "frames", connection, frames: [bytes] });
    },
    closed(socket) {
      const connection = numberOf(socket);
      if (connection === undefined) return;
      running?.numbers.delete(socket);
      running?.sockets.delete(connection);
      running?.tell({ type: "closed", connection });
    },
    call(request, answer) {
      const called = running;
      called?.door.execute(request, (result) => {
        if (running === called) answer(result);
      });
      return called !== undefined;
    },
    submit(session, frame, answer) {
      if (running === undefined) return false;
      const prepared = prepareFrame(session, frame);
      if ("code" in prepared) answer(prepared);
      else node.call(prepared.request, (result) => answer(prepared.reply(result)));
      return true;
    },
    crashAfter(steps, pause) {
      if (running === undefined) return;
      stepsLeft = steps;
      pauseMs = pause;
    },
    restore(backup, pause) {
      pauseMs = pause;
      crash();
      store = backup.copy(storeOptions());
    },
    backup: () => store.copy({ storeId: idOf(new Uint8Array(16)) }),
    failCommits(count) {
      failures = count;
    },
    isUp: () => running !== undefined,
    look(at) {
      const left = failures;
      failures = 0;
      const seen = store.transaction(at);
      failures = left;
      return seen;
    },
    get store() {
      return store;
    },
  };
  return node;
}
