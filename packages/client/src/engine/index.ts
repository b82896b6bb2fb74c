/**
 * The client engine: contacts, conversations, outbox, receipts and the connection of one device as a pure state machine. It runs the same in a
 * browser, in Node and in the simulation; see contract.ts for its boundary and core.ts for how its work is ordered.
 */
import {
  connect,
  disconnect,
  onConnectTimer,
  onConnected,
  onDisconnected,
  onFrame,
  onHeartbeatTimer,
} from "./connection.ts";
import { enqueueCommand } from "./commands.ts";
import { enqueueCreation } from "./contacts.ts";
import type { CommandResult, Effect, EngineEvent, LinkView, TimerName } from "./contract.ts";
import type { Sha256 } from "./chain.ts";
import type { Completion, Core, Job, Step, Wait } from "./core.ts";
import { StoreFailed, TryLater, jitter, setTimer } from "./core.ts";
import { enqueueSubmit } from "./commits.ts";
import type { ConversationId } from "@sotto/protocol";
import { considerCall } from "./direct/calls.ts";
import { enqueueTaking } from "./direct/intake.ts";
import { attend, onLink, onLinksTimer } from "./direct/links.ts";
import { conversationOfLink, fileLinkOf, linkView } from "./direct/view.ts";
import { enqueueListChecks, scheduleOldListChecks } from "./group/list.ts";
import { enqueuePeople } from "./group/people.ts";
import { enqueueAllWaiting } from "./group/opening.ts";
import { enqueueStepsOff } from "./group/undecided.ts";
import { enqueueAllWishes } from "./group/wishes.ts";
import { enqueueMaintenance } from "./handshakes.ts";
import { enqueueInbox } from "./inbox.ts";
import { enqueueLeave } from "./leaving.ts";
import { enqueueMarkSent, releaseHold } from "./answers.ts";
import { enqueueProfiles } from "./profiles.ts";
import { enqueueDueReceipts, enqueueReceipt } from "./receipts.ts";
import { owe } from "./fileReceipts.ts";
import type { Identity } from "./records/identity.ts";
import { enqueueRenewals } from "./renewal.ts";
import { enqueueStoreChange } from "./restored.ts";
import { enqueueJoin } from "./room/join.ts";
import { enqueueRooms } from "./room/tend.ts";
import type { EngineTables, StoredState, VolatileState } from "./state.ts";
import { freshVolatileState, readTables } from "./state.ts";

export type { EngineTables, StoredState } from "./state.ts";
export { DamagedRecordError, ENGINE_TABLES } from "./state.ts";
export { messageOf } from "./conversations.ts";

export interface EngineOptions {
  readonly identity: Identity;
  /** The tables of {@link ENGINE_TABLES}, read whole. */
  readonly tables: EngineTables;
  /** Secure random bytes; the simulation's are seeded. */
  readonly random: (size: number) => Uint8Array;
  readonly sha256: Sha256;
  /** Whether the platform can connect devices directly. */
  readonly canLink: boolean;
}

export interface Engine {
  /** Takes one event and returns what is to be done, in order. Throws only for a bug, or when the store's contents cannot be used. */
  handle(event: EngineEvent, nowMs: number): readonly Effect[];
  /** For views; changed only by {@link handle}. */
  readonly state: Readonly<StoredState>;
  readonly live: Readonly<VolatileState>;
  /** The direct way of a conversation. */
  linkView(conversation: ConversationId): LinkView;
  /** The link that can carry files of the conversation now. */
  fileLinkOf(conversation: ConversationId): number | undefined;
  /** The conversation whose files that link may bring now. */
  conversationOfLink(link: number): ConversationId | undefined;
}

const RETRY_MS = 1000;
const MAX_RETRY_MS = 30_000;

/** An engine over what the device has stored. Throws `DamagedRecordError`. */
export function createEngine(options: EngineOptions): Engine {
  const machine = new Machine(options);
  return {
    handle: (event, nowMs) => machine.handle(event, nowMs),
    state: machine.state,
    live: machine.live,
    linkView: (conversation) => linkView(machine, conversation),
    fileLinkOf: (conversation) => fileLinkOf(machine, conversation),
    conversationOfLink: (link) => conversationOfLink(machine, link),
  };
}

interface RunningJob {
  readonly job: Job;
  readonly steps: Step<void>;
  readonly ticket: number;
}

class Machine implements Core {
  readonly state: StoredState;
  readonly live: VolatileState = freshVolatileState();
  readonly sha256: Sha256;
  readonly random: (size: number) => Uint8Array;
  readonly canLink: boolean;
  readonly #queue = new Map<string, Job>();
  #running: RunningJob | undefined;
  #effects: Effect[] = [];
  #ticket = 0;
  #nowMs = 0;
  #peopleRevision = 0;

  constructor({ identity, tables, random, sha256, canLink }: EngineOptions) {
    this.state = readTables(identity, tables);
    this.random = random;
    this.sha256 = sha256;
    this.canLink = canLink;
  }

  handle(event: EngineEvent, nowMs: number): readonly Effect[] {
    this.#nowMs = nowMs;
    this.#effects = [];
    this.#take(event);
    this.#pump();
    return this.#effects;
  }

  now(): number {
    return this.#nowMs;
  }

  effect(effect: Effect): void {
    this.#effects.push(effect);
  }

  enqueue(job: Job): void {
    if (!this.#queue.has(job.key)) this.#queue.set(job.key, job);
  }

  #take(event: EngineEvent): void {
    switch (event.type) {
      case "command":
        return this.#takeCommand(event);
      case "mls":
        return this.#resume(event.ticket, { kind: "mls", completion: event.completion });
      case "store":
        return this.#resume(event.ticket, { kind: "store", ok: event.ok });
      case "read":
        return this.#resume(event.ticket, { kind: "read", values: event.values });
      case "request":
        return this.#resume(event.ticket, { kind: "request", answer: event.answer });
      case "link":
        return onLink(this, event.link, event.happening);
      case "timer":
        return this.#takeTimer(event.name);
      case "connected":
        if (event.connection === this.live.connection && this.live.phase === "opening") onConnected(this);
        return;
      case "disconnected":
        if (event.connection === this.live.connection && this.live.phase !== "offline")
          onDisconnected(this, event);
        return;
      case "frame":
        if (event.connection !== this.live.connection || this.live.phase === "offline") return;
        return onFrame(this, event.frame, {
          onReady: () => this.#wakeAll(),
          onEntries: () => enqueueInbox(this),
        });
    }
  }

  #takeCommand({ command, request }: Extract<EngineEvent, { type: "command" }>): void {
    if (request.kind === "connect") connect(this);
    else if (request.kind === "disconnect") disconnect(this);
    else if (request.kind === "fileReceipt") {
      owe(this, request);
      enqueueReceipt(this, request.conversation);
    } else if (request.kind !== "attend") return enqueueCommand(this, command, request);
    const result: CommandResult =
      request.kind === "attend" ? attend(this, request.conversation) : { ok: true };
    this.effect({ type: "done", command, result });
  }

  #takeTimer(name: TimerName): void {
    this.live.timers.delete(name);
    switch (name) {
      case "connect":
        return onConnectTimer(this);
      case "heartbeat":
        return onHeartbeatTimer(this);
      case "retry":
        return this.#wakeAll();
      case "sent":
        return enqueueMarkSent(this);
      case "receipts":
        return enqueueDueReceipts(this);
      case "links":
        return onLinksTimer(this);
      case "wishes":
        enqueueAllWishes(this);
        enqueueRooms(this);
        return enqueueListChecks(this);
      case "maintenance":
        return this.#maintain();
    }
  }

  /** Everything that may have waited for the connection, an answer or the clock. */
  #wakeAll(): void {
    enqueueStoreChange(this);
    enqueueAllWaiting(this);
    enqueueInbox(this);
    for (const { group, reason } of this.state.pending.values()) {
      if (reason === "create") enqueueCreation(this, group);
      else if (reason === "join") enqueueJoin(this, group);
      else enqueueSubmit(this, group);
    }
    for (const group of this.state.leaving) enqueueLeave(this, group);
    enqueueStepsOff(this);
    scheduleOldListChecks(this);
    enqueueListChecks(this);
    enqueueAllWishes(this);
    enqueueRooms(this);
    enqueuePeople(this);
    for (const id of this.state.conversations.keys()) {
      releaseHold(this, id);
      considerCall(this, id);
      enqueueTaking(this, id);
    }
    enqueueMarkSent(this);
    enqueueDueReceipts(this);
    enqueueProfiles(this);
    this.#maintain();
  }

  /** What is due by the clock alone. */
  #maintain(): void {
    enqueueMaintenance(this);
    enqueueRenewals(this);
  }

  /** Starts jobs until one waits. */
  #pump(): void {
    while (this.#running === undefined) {
      const [next] = this.#queue.values();
      if (next === undefined) return;
      this.#queue.delete(next.key);
      this.#advance(next, next.run(), undefined);
    }
  }

  #resume(ticket: number, completion: Completion): void {
    const running = this.#running;
    if (running?.ticket !== ticket) return;
    this.#running = undefined;
    this.#advance(running.job, running.steps, completion);
  }

  #advance(job: Job, steps: Step<void>, completion: Completion | undefined): void {
    try {
      // The first call of a generator ignores its argument.
      const step = steps.next(completion as Completion);
      if (step.done === true) {
        this.live.retries = 0;
        this.#notePeople();
        return;
      }
      const ticket = ++this.#ticket;
      this.#running = { job, steps, ticket };
      this.effect(effectOf(step.value, ticket));
    } catch (failure) {
      if (!(failure instanceof StoreFailed) && !(failure instanceof TryLater)) throw failure;
      if (job.onFailure === undefined) this.#retryLater();
      else job.onFailure(failure);
    }
  }

  /** Who may know the own profile's key follows from who is there, whatever has changed that. */
  #notePeople(): void {
    if (this.#peopleRevision === this.state.peopleRevision) return;
    this.#peopleRevision = this.state.peopleRevision;
    enqueueProfiles(this);
  }

  #retryLater(): void {
    const ceilingMs = Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** Math.min(this.live.retries++, 10));
    setTimer(this, "retry", RETRY_MS / 2 + jitter(this, ceilingMs));
  }
}

function effectOf(wait: Wait, ticket: number): Effect {
  switch (wait.kind) {
    case "mls":
      return { type: "mls", ticket, operation: wait.operation };
    case "store":
      return { type: "store", ticket, writes: wait.writes };
    case "read":
      return { type: "read", ticket, table: wait.table, keys: wait.keys };
    case "request":
      return { type: "request", ticket, request: wait.request };
  }
}
