/**
 * The connection to the server (NET-1 to NET-5): opens, introduces itself, stays alive, and comes back with back-off and full jitter. What the
 * server pushes goes into the inbox; the jobs take it from there.
 */
import type { ErrorCode, ErrorEntry, GroupId, MailboxEntry, ReadyFrame, ServerFrame } from "@sotto/protocol";
import { ERRORS, PROTOCOL, decodeServerFrame, encodeClientFrame } from "@sotto/protocol";
import { onPostOk, onPostRefused } from "./answers.ts";
import type { ConnectionProblem, EngineEvent } from "./contract.ts";
import type { Core } from "./core.ts";
import { emit, jitter, setTimer } from "./core.ts";
import { onPeerReady } from "./direct/calls.ts";
import { doubtLink } from "./direct/links.ts";
import { enqueueFollow } from "./group/duties.ts";
import { enqueueRefill } from "./keyPackages.ts";
import { nextRequestId } from "./posts.ts";
import { enqueueRepair } from "./repair.ts";
import { isForeignStore } from "./serverStore.ts";

const FIRST_BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 30_000;
/** The server is taken for dead when this many pings have brought no frame. */
const MAX_SILENT_PINGS = 2;
/** How long the server may take to answer hello. */
const HELLO_TIMEOUT_MS = 15_000;

/** Problems that trying again does not mend: the connection stays closed until the application asks. */
const FINAL_PROBLEMS: readonly ConnectionProblem[] = [
  "signedOut",
  "replaced",
  "rolledBack",
  "noDevice",
  "versionTooOld",
];

/** What the connection tells the rest of the engine. */
export interface ConnectionHooks {
  /** The server will answer from now on: everything that waits may go. */
  readonly onReady: () => void;
  /** Entries have been added to the inbox. */
  readonly onEntries: () => void;
}

export function connect(core: Core): void {
  core.live.wanted = true;
  if (core.live.phase === "offline") open(core);
}

export function disconnect(core: Core): void {
  core.live.wanted = false;
  core.effect({ type: "cancelTimer", name: "connect" });
  if (core.live.phase !== "offline") core.effect({ type: "disconnect", connection: core.live.connection });
  goOffline(core, undefined);
}

function open(core: Core): void {
  core.live.phase = "opening";
  core.live.connection++;
  core.effect({ type: "connect", connection: core.live.connection });
  emit(core, { type: "connection", state: "connecting" });
}

export function onConnected(core: Core): void {
  const { live, state } = core;
  live.phase = "hello";
  live.silentPings = 0;
  live.toldHidden = state.settings.presenceHidden;
  // A server that takes the connection and says nothing is none.
  setTimer(core, "heartbeat", HELLO_TIMEOUT_MS);
  const frame = encodeClientFrame({
    type: "hello",
    requestId: nextRequestId(core),
    minVersion: PROTOCOL.min,
    maxVersion: PROTOCOL.max,
    token: state.identity.token,
    storeCounter: state.position.storeCounter,
    client: "sotto/0.1",
    hidden: live.toldHidden,
  });
  core.effect({ type: "send", connection: live.connection, frame });
}

export function onDisconnected(core: Core, event: Extract<EngineEvent, { type: "disconnected" }>): void {
  goOffline(core, problemOf(event));
}

/** The timers "connect" and "heartbeat". */
export function onConnectTimer(core: Core): void {
  if (core.live.wanted && core.live.phase === "offline") open(core);
}

export function onHeartbeatTimer(core: Core): void {
  const { live } = core;
  if (live.phase !== "online" && live.phase !== "hello") return;
  // Counted, not timed: the clock may have been set meanwhile.
  if (live.phase === "hello" || live.silentPings >= MAX_SILENT_PINGS) {
    core.effect({ type: "disconnect", connection: live.connection });
    goOffline(core, "timeout");
    return;
  }
  live.silentPings++;
  const frame = encodeClientFrame({ type: "ping", requestId: nextRequestId(core) });
  core.effect({ type: "send", connection: live.connection, frame });
  scheduleHeartbeat(core);
}

export function onFrame(core: Core, bytes: Uint8Array, hooks: ConnectionHooks): void {
  core.live.silentPings = 0;
  const frame = decodeServerFrame(bytes);
  const introducing = core.live.phase === "hello";
  if (frame?.type === "refused" && introducing) return refuseConnection(core, problemOfCode(frame.code));
  if (frame === undefined || (frame.type === "ready") !== introducing)
    return refuseConnection(core, "badFrame");
  onServerFrame(core, frame, hooks);
}

function onServerFrame(core: Core, frame: ServerFrame, hooks: ConnectionHooks): void {
  switch (frame.type) {
    case "ready":
      return onReady(core, frame, hooks);
    case "ok":
      return onPostOk(core, frame);
    case "refused":
      return onPostRefused(core, frame);
    case "pong":
      return;
    case "message":
    case "handshake":
    case "welcome":
    case "departed":
    case "missed":
      return onEntry(core, frame, hooks);
    case "presence":
      return setPresence(core, frame.group, frame.online);
    case "accountChanged":
      enqueueFollow(core, frame.account);
      return enqueueRepair(core, frame.account);
  }
}

function onReady(core: Core, frame: ReadyFrame, hooks: ConnectionHooks): void {
  const { live, state } = core;
  if (frame.storeCounter > state.position.storeCounter) {
    // An older copy of this device's store would use MLS generations again (RLY-20).
    live.rolledBack = true;
    return refuseConnection(core, "rolledBack");
  }
  live.phase = "online";
  live.attempts = 0;
  live.heartbeatMs = frame.heartbeatMs;
  live.readySequence = frame.highSequence;
  live.clockOffsetMs = frame.clockMs - core.now();
  scheduleHeartbeat(core);
  const restored = state.position.store !== null && state.position.store !== frame.store;
  if (live.serverStore !== null && live.serverStore !== frame.store) {
    // Entries of the old store that have not been taken in: what is still worth something is sent again.
    live.inbox = [];
    live.inboxSequence = 0;
  }
  live.serverStore = frame.store;
  emit(core, { type: "connection", state: "online", ...(restored && { reason: "serverRestored" }) });
  if (state.position.cursor > 0) sendAck(core);
  sendPresence(core);
  enqueueRefill(core, frame.keyPackages);
  hooks.onReady();
}

/** Entries come in ascending sequence; what has been seen is told to be, once more. */
function onEntry(core: Core, entry: MailboxEntry, hooks: ConnectionHooks): void {
  const { live, state } = core;
  if (!isForeignStore(core) && entry.sequence <= state.position.cursor) return sendAck(core);
  if (entry.sequence <= live.inboxSequence) return;
  live.inboxSequence = entry.sequence;
  live.inbox.push(entry);
  hooks.onEntries();
}

/** Acknowledges what is stored. */
export function sendAck(core: Core): void {
  const { live, state } = core;
  if (live.phase !== "online" || isForeignStore(core)) return;
  const { cursor: sequence, storeCounter } = state.position;
  const frame = encodeClientFrame({ type: "ack", requestId: 0, sequence, storeCounter });
  core.effect({ type: "send", connection: live.connection, frame });
}

/** Tells the server whether contacts may see this account online, if it was told otherwise before (RLY-22). */
export function sendPresence(core: Core): void {
  const { live, state } = core;
  const hidden = state.settings.presenceHidden;
  if (live.phase !== "online" || live.toldHidden === hidden) return;
  live.toldHidden = hidden;
  const frame = encodeClientFrame({ type: "presence", requestId: 0, hidden });
  core.effect({ type: "send", connection: live.connection, frame });
}

function setPresence(core: Core, group: GroupId, online: boolean): void {
  if (online) core.live.seen.add(group);
  else core.live.seen.delete(group);
  tellPresence(core, group);
  const id = core.state.conversationOfGroup.get(group);
  if (id === undefined) return;
  // That this device has lost the server says nothing of the others.
  if (core.live.phase === "online") doubtLink(core, id);
  if (online) onPeerReady(core, id);
}

/** Says whether the other side of a pair is online, if the pair is one that this device knows. */
export function tellPresence(core: Core, group: GroupId): void {
  const { state, live } = core;
  const id = state.conversationOfGroup.get(group);
  const account = id && state.conversations.get(id)?.peer;
  if (account) emit(core, { type: "presence", account, online: live.seen.has(group) });
}

function refuseConnection(core: Core, problem: ConnectionProblem | undefined): void {
  core.effect({ type: "disconnect", connection: core.live.connection });
  goOffline(core, problem);
}

function goOffline(core: Core, problem: ConnectionProblem | undefined): void {
  const { live } = core;
  live.phase = "offline";
  live.inflight.clear();
  live.held.clear();
  live.resume.clear();
  core.effect({ type: "cancelTimer", name: "heartbeat" });
  for (const group of live.seen) setPresence(core, group, false);
  if (problem !== undefined && FINAL_PROBLEMS.includes(problem)) live.wanted = false;
  if (!live.wanted) {
    emit(core, { type: "connection", state: "offline", ...(problem !== undefined && { reason: problem }) });
    return;
  }
  const ceilingMs = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** live.attempts++);
  const retryAtMs = core.now() + jitter(core, ceilingMs);
  core.effect({ type: "timer", name: "connect", atMs: retryAtMs });
  emit(core, {
    type: "connection",
    state: "offline",
    retryAtMs,
    ...(problem !== undefined && { reason: problem }),
  });
}

function scheduleHeartbeat(core: Core): void {
  // Between 80 and 100 %: clients that began together do not ping together.
  setTimer(
    core,
    "heartbeat",
    Math.floor(core.live.heartbeatMs * 0.8) + jitter(core, core.live.heartbeatMs * 0.2),
  );
}

function problemOf({
  closeCode,
  reason,
}: Extract<EngineEvent, { type: "disconnected" }>): ConnectionProblem | undefined {
  const code = (Object.keys(ERRORS) as ErrorCode[]).find(
    (key) => (ERRORS[key] as ErrorEntry).close === closeCode,
  );
  return closeCode === undefined || code === undefined ? reason : (problemOfCode(code) ?? reason);
}

function problemOfCode(code: ErrorCode): ConnectionProblem | undefined {
  switch (code) {
    case "unauthorised":
      return "signedOut";
    case "versionUnsupported":
      return "versionTooOld";
    case "replaced":
    case "noDevice":
    case "slowDown":
    case "badFrame":
    case "timeout":
      return code;
    default:
      return undefined;
  }
}
