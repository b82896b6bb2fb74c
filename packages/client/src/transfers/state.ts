/** What the machine knows: files, the links of their conversations, and what is under way. */
import type { ConversationId, Parcel, ParcelAssembly, TransferId } from "@sotto/protocol";
import { fileLeafCount } from "@sotto/protocol";
import type { Surroundings, TransferEffect, Way } from "./contract.ts";
import { FIRST_WINDOW } from "./limits.ts";
import type { Pause, Tries } from "./pauses.ts";
import { createTries, postpone } from "./pauses.ts";
import type { TransferRecord } from "./record.ts";
import type { Speed } from "./speed.ts";
import { createSpeed } from "./speed.ts";

/** A file that is taken in. */
export interface Incoming {
  shelf: "closed" | "opening" | "open";
  /** Once the shelf is open. */
  have: Uint8Array;
  held: number;
  /** No leaf below this one is missing. */
  from: number;
  /** Asked for on the link, in order, and not whole. */
  asked: number[];
  /** Something was, on this link. */
  hasAsked: boolean;
  /** Of the first of these, if its chunks come. */
  assembly: ParcelAssembly | undefined;
  /** Whole, and not written. */
  writing: Set<number>;
  /** Asked of the relay. */
  getting: Set<number>;
  window: number;
  /** Something was asked for anew on this link: what comes may belong to what was asked before. */
  muddled: boolean;
  pausedByPeer: boolean;
  /** When something was asked for or came. */
  stirredAtMs: number;
  /** What the relay has of it. */
  there: Uint8Array | undefined;
  askingRelay: boolean;
  /** A parcel of the relay did not verify: it is not asked any more. */
  isSpoiled: boolean;
  polls: Tries;
}

/** A leaf of an own file that goes out next. */
export interface Loaded {
  readonly leaf: number;
  readonly ticket: number;
  parcel: Parcel | undefined;
  chunk: number;
}

/** An own file. */
export interface Outgoing {
  /** Asked for and not begun. */
  queue: number[];
  /** The leaf that goes out and the next one. */
  loaded: Loaded[];
  /** It has been asked for on this link. */
  wasAsked: boolean;
  pausedByPeer: boolean;
  /** Leaves that the other side said it has. */
  peerHeld: number;
  /** The relay does not have it any more: until then a receipt may be on its way. */
  patientUntilMs: number;
  /** What the relay has of it, once it was asked in this run. */
  there: Uint8Array | undefined;
  putting: Set<number>;
  askingRelay: boolean;
  tries: Tries;
  /** Why the last try failed. */
  relayProblem: "full" | "unreachable" | undefined;
  polls: Tries;
}

export interface TransferFile {
  record: TransferRecord;
  readonly leafCount: number;
  run: number;
  readonly incoming: Incoming;
  readonly outgoing: Outgoing;
  readonly speed: Speed;
  lastPath: "direct" | "relay" | null;
  /** When it is to be looked at again without an event. */
  wakeAtMs: number;
  /** When it became known to this run: a message that has just been sent waits for a link for a moment. */
  readonly sinceMs: number;
  /** The other side has been told on this link that it is paused here. */
  saidPaused: boolean;
  /** The link on which what is owed was said, and when. */
  toldOn: number | undefined;
  toldAtMs: number;
  settling: boolean;
  settles: Tries;
  /** A receipt for it waits to get away. */
  saidWhole: boolean;
  /** The other side was asked whether it has it, or need not be now. */
  hasAskedWhole: boolean;
  /** What was last said of it. */
  shown: string;
}

/** A link, from its first frame to the first of another. What was asked on it outlives a while in which no packets go through. */
export interface LinkSession {
  readonly link: number;
  /** It carries files now. */
  steady: boolean;
  /** Since it carries, or does not. */
  sinceMs: number;
  /** When something was last asked of this side. */
  requestedAtMs: number;
  /** Own files that take turns, and those that wait for one. */
  readonly slots: TransferFile[];
  /** Tickets of leaves that are being read, also of those that nobody waits for any more. */
  readonly reading: Set<number>;
  readonly waiting: TransferFile[];
  turn: number;
}

/** What concerns all files of a conversation. */
export interface Talk {
  readonly id: ConversationId;
  readonly files: Set<TransferFile>;
  session: LinkSession | undefined;
  /** Without a link since then. */
  linklessSinceMs: number;
  attendedAtMs: number;
}

export interface Core {
  readonly surroundings: Surroundings;
  readonly files: Map<TransferId, TransferFile>;
  readonly talks: Map<ConversationId, Talk>;
  nowMs: number;
  puts: number;
  gets: number;
  nextTicket: number;
  wakeAtMs: number | undefined;
  effects: TransferEffect[];
  /** Those with a time at which they are looked at. */
  readonly timed: Set<TransferFile>;
  /** Files to be looked at before the event is done. */
  readonly dirty: Set<TransferFile>;
  /** Room for whole parcels, used again: memory that is touched for the first time costs more than what is done with it. */
  readonly spare: Uint8Array[];
  /** Bytes that the effects so far put into the channel of each link. */
  readonly poured: Map<number, number>;
}

export function createCore(surroundings: Surroundings): Core {
  return {
    surroundings,
    files: new Map(),
    talks: new Map(),
    nowMs: 0,
    puts: 0,
    gets: 0,
    nextTicket: 1,
    wakeAtMs: undefined,
    effects: [],
    timed: new Set(),
    dirty: new Set(),
    poured: new Map(),
    spare: [],
  };
}

export function createFile(record: TransferRecord, nowMs: number): TransferFile {
  return {
    record,
    leafCount: fileLeafCount(record.sizeBytes),
    run: 0,
    incoming: createIncoming(),
    outgoing: createOutgoing(),
    speed: createSpeed(),
    lastPath: null,
    wakeAtMs: Number.POSITIVE_INFINITY,
    sinceMs: nowMs,
    saidPaused: false,
    toldOn: undefined,
    toldAtMs: 0,
    settling: false,
    settles: createTries(),
    saidWhole: false,
    // A file of an earlier run: this device may have died before it wrote down what a receipt said.
    hasAskedWhole: !record.mine || record.state !== "offered" || record.relay === "gone",
    shown: "",
  };
}

function createIncoming(): Incoming {
  return {
    shelf: "closed",
    have: new Uint8Array(),
    held: 0,
    from: 0,
    asked: [],
    hasAsked: false,
    assembly: undefined,
    writing: new Set(),
    getting: new Set(),
    window: FIRST_WINDOW,
    muddled: false,
    pausedByPeer: false,
    stirredAtMs: 0,
    there: undefined,
    askingRelay: false,
    isSpoiled: false,
    polls: createTries(),
  };
}

function createOutgoing(): Outgoing {
  return {
    queue: [],
    loaded: [],
    wasAsked: false,
    pausedByPeer: false,
    peerHeld: 0,
    patientUntilMs: 0,
    there: undefined,
    putting: new Set(),
    askingRelay: false,
    tries: createTries(),
    relayProblem: undefined,
    polls: createTries(),
  };
}

/** Everything under way is forgotten: its answers will be those of an earlier run. */
export function resetFile(file: TransferFile): void {
  file.run++;
  // Chunks that were asked for before may still come.
  Object.assign(file.incoming, createIncoming(), { muddled: true });
  Object.assign(file.outgoing, createOutgoing());
  file.settling = false;
}

export function talkOf(core: Core, id: ConversationId): Talk {
  const known = core.talks.get(id);
  if (known !== undefined) return known;
  const talk: Talk = {
    id,
    files: new Set(),
    session: undefined,
    linklessSinceMs: core.nowMs,
    attendedAtMs: Number.NEGATIVE_INFINITY,
  };
  core.talks.set(id, talk);
  return talk;
}

export function touch(core: Core, file: TransferFile): void {
  core.dirty.add(file);
}

/** Something has become free that all transfers share. */
export function touchWaiting(core: Core): void {
  for (const file of core.files.values()) if (isActive(file)) touch(core, file);
}

/** Something may still be done for it. */
function isActive({ record, wakeAtMs }: TransferFile): boolean {
  return record.state === "wanted" || (record.mine && record.state === "offered") || wakeAtMs < Infinity;
}

export function wakeBy(core: Core, file: TransferFile, atMs: number): void {
  file.wakeAtMs = Math.min(file.wakeAtMs, Math.max(atMs, core.nowMs));
}

export function save(core: Core, file: TransferFile, change: Partial<TransferRecord>): void {
  file.record = { ...file.record, ...change };
  core.effects.push({ type: "store", record: file.record });
  touch(core, file);
}

export function put(core: Core, effect: TransferEffect): void {
  core.effects.push(effect);
}

export function pauseTries(core: Core, tries: Tries, pause: Pause): void {
  postpone(tries, pause, core.nowMs, core.surroundings.random());
}

/** The way of a file's conversation, if anything may go in it now. */
export function wayOf(core: Core, { record }: TransferFile): Way | undefined {
  return core.surroundings.wayOf(record.conversation);
}

/** The link on which frames of the file may go now. */
export function linkOf(core: Core, file: TransferFile): number | undefined {
  const session = core.talks.get(file.record.conversation)?.session;
  return session?.steady === true ? session.link : undefined;
}

export function mayUseRelay(way: Way | undefined): way is Way {
  return way !== undefined && way.mode !== "direct";
}
