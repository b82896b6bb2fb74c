/** A device as a process on a machine: the real client engine over a disk in memory, which outlives its crashes. */
import type { MlsEngine } from "@sotto/crypto";
import type {
  ClientEvent,
  Command,
  CommandResult,
  Effect,
  Engine,
  EngineEvent,
  EngineTables,
  LinkHappening,
  MemoryDisk,
  MemorySnapshot,
  MlsCompletion,
  MlsOperation,
  StoreWrite,
  TimerName,
} from "sotto/simulation";
import { createEngine, createMemoryDisk, ENGINE_TABLES, performMls } from "sotto/simulation";
import type { Link } from "./link.ts";
import type { LinkWorld, ProcessLinks } from "./linkWorld.ts";
import type { PlantedCommit } from "./plantedCommits.ts";
import { withPlantedCommits } from "./plantedCommits.ts";
import type { Cast, Person } from "./people.ts";
import type { Random } from "./random.ts";
import { sendRequest } from "./requests.ts";
import type { Scheduler } from "./scheduler.ts";
import type { ClientSocket } from "./socket.ts";
import { openSocket } from "./socket.ts";
import { sha256 } from "./tier.ts";
import type { Trace } from "./trace.ts";
import type { Watch } from "./watch.ts";

/** Planted faults: how a broken client differs from ours. Each wraps one side of the engine. */
export interface ClientMutation {
  readonly operation?: (operation: MlsOperation) => MlsOperation;
  readonly completion?: (operation: MlsOperation, completion: MlsCompletion) => MlsCompletion;
  readonly command?: (request: Command) => Command;
  /** What of the effects is carried out; `happens` lets the engine have an event a little later. */
  readonly effects?: (effects: readonly Effect[], happens: (event: EngineEvent) => void) => readonly Effect[];
  /** What becomes of a transaction: each part is durable by itself, in order. */
  readonly transaction?: (writes: readonly StoreWrite[]) => readonly (readonly StoreWrite[])[];
  /** The disk says yes before it has written. */
  readonly lyingDisk?: true;
  readonly serverFrame?: (frame: Uint8Array) => Uint8Array;
  readonly happening?: (link: number, happening: LinkHappening) => LinkHappening;
  /** Has its hand in the engine's memory after each event. */
  readonly meddle?: (engine: Engine) => void;
}

export interface ClientNode {
  readonly name: string;
  readonly person: Person;
  readonly disk: MemoryDisk;
  readonly link: Link;
  /** Its platform can connect it with other devices. */
  readonly canLink: boolean;
  /** `undefined` while the process is not running. */
  readonly engine: Engine | undefined;
  /** The MLS engine of the running process. */
  readonly mls: MlsEngine | undefined;
  start(): void;
  crash(): void;
  /** Dies after this many further effects and comes back after the pause. */
  crashAfter(steps: number, pauseMs: number): void;
  /** Dies now and comes back with an earlier content of its disk. */
  restore(snapshot: MemorySnapshot, pauseMs: number): void;
  command(request: Command, onDone?: (result: CommandResult) => void): void;
  failCommits(count: number): void;
  moveClock(byMs: number): void;
  /** Its owner is malicious: the next commit of its engine in that group has the fault. */
  plantCommit(planted: PlantedCommit): void;
  nowMs(): number;
}

export interface ClientNodeOptions {
  readonly index: number;
  readonly cast: Cast;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly trace: Trace;
  readonly watch: Watch;
  readonly link: Link;
  readonly links: LinkWorld;
  readonly canLink: boolean;
  readonly disk: MemorySnapshot;
  /** Wall clock of a device that is right, less the start of the world. */
  readonly wallMs: () => number;
  readonly mutation: ClientMutation;
}

interface Running {
  readonly engine: Engine;
  readonly mls: MlsEngine;
  readonly links: ProcessLinks;
  readonly dispatch: (event: EngineEvent) => void;
}

export function createClientNode(options: ClientNodeOptions): ClientNode {
  const { cast, scheduler, random, trace, watch, link, canLink, mutation } = options;
  const person = cast.people[options.index] as Person;
  const name = person.identity.userName;
  const disk = createMemoryDisk(options.disk);
  let running: Running | undefined;
  let planted: PlantedCommit | undefined;
  let clockOffsetMs = 0;
  let failures = 0;
  let stepsLeft = Number.POSITIVE_INFINITY;
  let crashPauseMs = 0;
  let lastCommand = 0;
  const waiting = new Map<number, (result: CommandResult) => void>();

  const nowMs = (): number => options.wallMs() + clockOffsetMs;

  function start(): void {
    if (running !== undefined) return;
    trace.note(scheduler.nowMs(), name, "start");
    const tables = Object.fromEntries(
      ENGINE_TABLES.map((table) => [table, disk.read(table)]),
    ) as EngineTables;
    const { identity } = person;
    const engine = createEngine({ identity, tables, random: random.bytes, sha256, canLink });
    const mls = withPlantedCommits(cast.tier.createMls(random.bytes), takePlanted);
    const { credential, leafPrivateKey, leafPublicKey } = person.identity;
    const context = { mls, crypto: cast.crypto, device: { credential, leafPrivateKey, leafPublicKey } };
    const events: EngineEvent[] = [];
    const timers = new Map<TimerName, number>();
    const sockets = new Map<number, ClientSocket>();
    let working = false;
    const isAlive = (): boolean => running === self;
    const later = (delayMs: number, step: () => void | Promise<void>): void =>
      scheduler.after(delayMs, () => (isAlive() ? step() : undefined));

    const links = options.links.process(name, (number, happening) => {
      if (isAlive()) happens(number, mutation.happening?.(number, happening) ?? happening);
    });

    function happens(number: number, happening: LinkHappening): void {
      if (happening.kind !== "frame") trace.note(scheduler.nowMs(), name, `link ${happening.kind}`, number);
      watch.happening(node, number, happening);
      dispatch({ type: "link", link: number, happening });
    }

    function dispatch(event: EngineEvent): void {
      events.push(event);
      if (working) return;
      working = true;
      for (let next = events.shift(); next !== undefined && isAlive(); next = events.shift()) handle(next);
      working = false;
    }

    function handle(event: EngineEvent): void {
      let effects: readonly Effect[];
      try {
        effects = engine.handle(event, nowMs());
      } catch (error) {
        watch.violation("engine-threw", `${name}: ${error instanceof Error ? error.stack : String(error)}`);
        crash(1000);
        return;
      }
      const inject = (extra: EngineEvent): void => later(1, () => dispatch(extra));
      for (const effect of mutation.effects?.(effects, inject) ?? effects) {
        if (!takeStep()) return;
        watch.effect(node, effect);
        carryOut(effect);
        if (!isAlive()) return;
      }
      mutation.meddle?.(engine);
      watch.handled(node);
    }

    function carryOut(effect: Effect): void {
      switch (effect.type) {
        case "mls":
          return later(random.between(0, 3), async () => {
            const operation = mutation.operation?.(effect.operation) ?? effect.operation;
            const done = await performMls(context, operation, nowMs());
            watch.mls(node, operation, done);
            const completion = mutation.completion?.(operation, done) ?? done;
            dispatch({ type: "mls", ticket: effect.ticket, completion });
          });
        case "store":
          return commit(effect.ticket, effect.writes);
        case "read":
          return later(random.between(0, 2), () => {
            const table = disk.read(effect.table);
            const values = effect.keys.map((key) => table.get(key));
            dispatch({ type: "read", ticket: effect.ticket, values });
          });
        case "request":
          return sendRequest(link, person.session, effect.request, (answer) => {
            if (isAlive()) dispatch({ type: "request", ticket: effect.ticket, answer });
          });
        case "link":
          if (effect.action.do !== "send")
            trace.note(scheduler.nowMs(), name, `to link: ${effect.action.do}`, effect.link);
          return links.act(effect.link, effect.action);
        case "connect":
          return connect(effect.connection);
        case "disconnect":
          return sockets.get(effect.connection)?.close();
        case "send":
          return sockets.get(effect.connection)?.send(effect.frame);
        case "timer": {
          const number = (timers.get(effect.name) ?? 0) + 1;
          timers.set(effect.name, number);
          // As real timers, by the time left: a clock that is set does not move them.
          return later(Math.max(0, effect.atMs - nowMs()), () => {
            if (timers.get(effect.name) === number) dispatch({ type: "timer", name: effect.name });
          });
        }
        case "cancelTimer":
          timers.set(effect.name, (timers.get(effect.name) ?? 0) + 1);
          return;
        case "emit":
          return note(effect.event);
        // Files have a simulation of their own (testing/transfers).
        case "fileReceipt":
          return;
        case "done": {
          const onDone = waiting.get(effect.command);
          waiting.delete(effect.command);
          return onDone?.(effect.result);
        }
      }
    }

    function commit(ticket: number, writes: readonly StoreWrite[]): void {
      const complete = (ok: boolean): void => dispatch({ type: "store", ticket, ok });
      if (failures > 0) {
        failures--;
        return later(random.between(1, 5), () => complete(false));
      }
      const parts = mutation.transaction?.(writes) ?? [writes];
      let delayMs = mutation.lyingDisk === true ? random.between(200, 2000) : 0;
      for (const part of parts) {
        delayMs += random.between(1, 4);
        later(delayMs, () => {
          if (!takeStep()) return;
          disk.apply(part);
          watch.stored(node, part);
        });
      }
      later(mutation.lyingDisk === true ? 1 : delayMs + random.between(0, 2), () => {
        if (takeStep()) complete(true);
      });
    }

    function connect(connection: number): void {
      const tell = (event: EngineEvent): void => {
        if (isAlive()) dispatch(event);
      };
      const socket = openSocket(link, {
        onOpen: () => tell({ type: "connected", connection }),
        onFrame(received) {
          const frame = mutation.serverFrame?.(received) ?? received;
          if (isAlive()) watch.frame(node, frame);
          tell({ type: "frame", connection, frame });
        },
        onClose(closeCode, neverOpened) {
          sockets.delete(connection);
          tell({
            type: "disconnected",
            connection,
            ...(closeCode !== undefined && { closeCode }),
            ...(neverOpened && { reason: "offline" as const }),
          });
        },
      });
      sockets.set(connection, socket);
    }

    const self: Running = { engine, mls, links, dispatch };
    running = self;
  }

  /** False: the process dies here, between this step and the one before. */
  function takeStep(): boolean {
    if (stepsLeft-- > 0) return true;
    crash(crashPauseMs);
    return false;
  }

  function takePlanted(group: PlantedCommit["group"]): PlantedCommit["fault"] | undefined {
    if (planted?.group !== group) return undefined;
    const { fault } = planted;
    planted = undefined;
    return fault;
  }

  function note(event: ClientEvent): void {
    const { type } = event;
    const what =
      type === "conversation"
        ? event.change
        : type === "message"
          ? event.message.text.slice(0, 8)
          : "state" in event
            ? event.state
            : "";
    trace.note(scheduler.nowMs(), name, `${type} ${what}`);
  }

  function crash(pauseMs?: number): void {
    if (running === undefined) return;
    trace.note(scheduler.nowMs(), name, "crash");
    const { links } = running;
    running = undefined;
    links.vanish();
    stepsLeft = Number.POSITIVE_INFINITY;
    waiting.clear();
    for (const socket of link.sockets) {
      const learns = random.chance(0.7);
      socket.break({
        clientLearns: false,
        serverLearns: learns,
        toServer: random.next(),
        toClient: 0,
        lingerMs: random.between(0, 50),
      });
    }
    watch.crashed(node);
    if (pauseMs !== undefined) scheduler.after(pauseMs, startAndConnect);
  }

  function startAndConnect(): void {
    start();
    node.command({ kind: "connect" });
  }

  const node: ClientNode = {
    name,
    person,
    disk,
    link,
    canLink,
    get engine() {
      return running?.engine;
    },
    get mls() {
      return running?.mls;
    },
    start,
    crash: () => crash(),
    crashAfter(steps, pauseMs) {
      if (running === undefined) return;
      stepsLeft = steps;
      crashPauseMs = pauseMs;
    },
    restore(snapshot, pauseMs) {
      crash(pauseMs);
      disk.restore(snapshot);
    },
    command(request, onDone) {
      if (running === undefined) return;
      const command = ++lastCommand;
      const choice = "path" in request ? ` ${request.path}` : "";
      trace.note(scheduler.nowMs(), name, `command ${request.kind}${choice}`);
      if (onDone !== undefined) waiting.set(command, onDone);
      watch.command(node, command, request);
      running.dispatch({ type: "command", command, request: mutation.command?.(request) ?? request });
    },
    failCommits(count) {
      failures = count;
    },
    moveClock(byMs) {
      clockOffsetMs += byMs;
    },
    plantCommit(commit) {
      planted = commit;
    },
    nowMs,
  };
  return node;
}
