/**
 * Carries out the engine's effects on a platform (RUN-1 … RUN-6). One loop: an event goes into the engine, its effects are started in the
 * order given, their completions come back as later events. Nothing is reordered, dropped or repeated here; what must wait for what is
 * the engine's to say.
 */
import type {
  ClientEvent,
  Command,
  CommandResult,
  Effect,
  EngineEvent,
  LinkHappening,
  TimerName,
} from "../engine/contract.ts";
import type { ServerConnection } from "../ports/connection.ts";
import type { LinkMaker } from "../ports/direct.ts";
import type { FileLinkListener, FileLinks } from "../ports/fileLinks.ts";
import type { LocalStore } from "../ports/store.ts";
import type { Clock } from "./clock.ts";
import type { LinkKnowledge } from "./fileLinks.ts";
import { createFileChannel } from "./fileLinks.ts";
import type { MlsContext } from "./mlsOperations.ts";
import { performMls } from "./mlsOperations.ts";
import { createLinks } from "./links.ts";
import { createSockets } from "./sockets.ts";

/** The engine as the runtime sees it. */
export interface EngineCore extends LinkKnowledge {
  handle(event: EngineEvent, nowMs: number): readonly Effect[];
}

export interface RuntimeOptions extends MlsContext {
  readonly engine: EngineCore;
  /** Stays the caller's: {@link Runtime.close} does not close it. */
  readonly store: LocalStore;
  readonly connection: ServerConnection;
  /** Of a platform that can connect devices. */
  readonly links?: LinkMaker;
  /** Of what happens on the channel of files (RUN-11); from within the loop: it must not throw. */
  readonly onFiles?: FileLinkListener;
  readonly clock: Clock;
  /** Called for every `emit`, in order, from within the loop: it must not throw. */
  readonly onEvent: (event: ClientEvent) => void;
  /** The engine or a port threw: a bug. Nothing is carried out any more. Called once. */
  readonly onFatal: (error: unknown) => void;
}

export interface Runtime {
  /** No link once it is being closed. */
  readonly fileLinks: FileLinks;
  /**
   * Hands a command to the engine. `onDone` is called once, in its place among the emitted events, so that a follower can be set up before
   * the next one; with `undefined` when the runtime ended before the command was done.
   */
  command(request: Command, onDone: (result: CommandResult | undefined) => void): void;
  /**
   * Ends: no further event reaches the engine once storage and MLS operations under way have finished, so that nothing is left half
   * done. Commands that are not done by then end with `undefined`. Does not wait for the network.
   */
  close(): Promise<void>;
}

export function createRuntime(options: RuntimeOptions): Runtime {
  const { engine, store, connection, clock, onEvent, onFatal } = options;
  const queue: (() => void)[] = [];
  const timers = new Map<TimerName, () => void>();
  const waiting = new Map<number, (result: CommandResult | undefined) => void>();
  const sockets = createSockets(connection, dispatch);
  const happened = (link: number, happening: LinkHappening): void =>
    dispatch({ type: "link", link, happening });
  // Frames of files keep their order with what happens on their link.
  const links = createLinks(options.links, () => clock.nowMs(), {
    happened,
    fileFrame: (link, frame) => inTurn(() => files.fileFrame(link, frame)),
    filesDrained: (link) => inTurn(() => files.filesDrained(link)),
  });
  const files = createFileChannel(engine, links, happened, options.onFiles);
  let nextCommand = 1;
  /** Storage and MLS operations started and not yet answered. */
  let underWay = 0;
  let looping = false;
  let phase: "open" | "closing" | "closed" = "open";
  let onDrained: (() => void) | undefined;

  return {
    fileLinks: files.fileLinks,
    command(request, onDone) {
      if (phase !== "open") return onDone(undefined);
      const command = nextCommand++;
      waiting.set(command, onDone);
      dispatch({ type: "command", command, request });
    },
    async close() {
      if (phase !== "open") return;
      phase = "closing";
      const tellEnd = files.end();
      sockets.closeAll();
      links.closeAll();
      cancelTimers();
      inTurn(tellEnd);
      if (underWay > 0) {
        await new Promise<void>((resolve) => {
          onDrained = resolve;
        });
      }
      end();
    },
  };

  /** Puts an event into the loop. Events that arrive while it runs wait their turn. */
  function dispatch(event: EngineEvent): void {
    inTurn(() => {
      for (const effect of engine.handle(event, clock.nowMs())) perform(effect);
    });
  }

  function inTurn(work: () => void): void {
    if (phase === "closed") return;
    queue.push(work);
    if (looping) return;
    looping = true;
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) next();
    } catch (error) {
      fail(error);
    } finally {
      looping = false;
    }
  }

  function perform(effect: Effect): void {
    switch (effect.type) {
      case "mls": {
        const { ticket, operation } = effect;
        return track(performMls(options, operation, clock.nowMs()), (completion) => ({
          type: "mls",
          ticket,
          completion,
        }));
      }
      case "store": {
        const { ticket } = effect;
        const committed = store.commit(effect.writes).then(
          () => ({ ok: true }),
          (error: unknown) => ({ ok: false, message: messageOf(error) }),
        );
        return track(committed, (outcome) => ({ type: "store", ticket, ...outcome }));
      }
      case "read": {
        const { ticket, table, keys } = effect;
        const values = Promise.all(keys.map((key) => store.get(table, key))).catch(() => undefined);
        return track(values, (found) => ({ type: "read", ticket, values: found }));
      }
      case "request": {
        const { ticket } = effect;
        connection
          .request(effect.request)
          .then((answer) => dispatch({ type: "request", ticket, answer }), fail);
        return;
      }
      case "connect":
        // While closing the engine may still try; it is told that there is no network.
        return phase === "open"
          ? sockets.open(effect.connection)
          : dispatch({ type: "disconnected", connection: effect.connection, reason: "offline" });
      case "disconnect":
        return sockets.close(effect.connection);
      case "send":
        return sockets.send(effect.connection, effect.frame);
      case "link":
        // While closing none is begun; nobody waits for it any more.
        return phase === "open" ? links.act(effect.link, effect.action) : undefined;
      case "fileReceipt":
        return options.onFiles?.receipt(effect.conversation, effect.transfer, effect.word);
      case "timer":
        return setTimer(effect.name, effect.atMs);
      case "cancelTimer":
        return cancelTimer(effect.name);
      case "emit":
        onEvent(effect.event);
        return files.told(effect.event);
      case "done":
        return settle(effect.command, effect.result);
    }
  }

  /** Answers with exactly one event; a rejection is a bug of the port, because expected failures are values. */
  function track<T>(work: Promise<T>, toEvent: (value: T) => EngineEvent): void {
    underWay++;
    void work
      .then((value) => dispatch(toEvent(value)), fail)
      .finally(() => {
        underWay--;
        if (underWay === 0) onDrained?.();
      });
  }

  function setTimer(name: TimerName, atMs: number): void {
    cancelTimer(name);
    if (phase !== "open") return;
    const cancel = clock.schedule(atMs, () => {
      timers.delete(name);
      dispatch({ type: "timer", name });
    });
    timers.set(name, cancel);
  }

  function cancelTimer(name: TimerName): void {
    timers.get(name)?.();
    timers.delete(name);
  }

  function cancelTimers(): void {
    for (const cancel of timers.values()) cancel();
    timers.clear();
  }

  function settle(command: number, result: CommandResult): void {
    const onDone = waiting.get(command);
    waiting.delete(command);
    onDone?.(result);
  }

  function fail(error: unknown): void {
    if (phase === "closed") return;
    phase = "closed";
    // Told first, so that commands which end now can say why.
    onFatal(error);
    sockets.closeAll();
    links.closeAll();
    end();
  }

  function end(): void {
    phase = "closed";
    queue.length = 0;
    cancelTimers();
    for (const onDone of waiting.values()) onDone(undefined);
    waiting.clear();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "the store failed";
}
