/** The connection engine: sockets' events and store results in, effects out. Holds connections, never contents. */
import type { ClientFrame, ErrorCode, HelloFrame } from "@sotto/protocol";
import {
  decodeClientFrame,
  encodeServerFrame,
  ERRORS,
  HEARTBEAT_MS,
  negotiate,
  PROTOCOL,
  toHex,
} from "@sotto/protocol";
import type { RuleCrypto } from "../../ports/crypto.ts";
import type { ConnectionId, Hub, HubEffect, HubEvent, Ticket } from "../../ports/hub.ts";
import type { Notice } from "../../ports/notices.ts";
import type { AnyResult, HelloValue, ResultOf, SessionKey, StoreRequest } from "../../ports/requests.ts";
import { replyFrame } from "../frames/prepareFrame.ts";
import { acknowledge } from "./acks.ts";
import type { Connection, Effects, NewConnection, ReadyConnection } from "./connection.ts";
import { acknowledged, createDelivery, pump, setCongested, told } from "./delivery.ts";
import { createDirectory } from "./directory.ts";
import {
  HELLO_TIMEOUT_MS,
  MAX_UNANSWERED_BYTES,
  MAX_UNANSWERED_FRAMES,
  SILENCE_MS,
  TICK_MS,
} from "./hubLimits.ts";
import { advanceLanes, enqueue } from "./lanes.ts";
import { cameOnline, hide, isSeen, pairChanged, pairsAtHello, wentOffline } from "./presence.ts";

/** A hub without connections. `sha256` makes session keys of tokens. */
export function createHub({ sha256 }: Pick<RuleCrypto, "sha256">): Hub {
  const connections = new Map<ConnectionId, Connection>();
  const directory = createDirectory();
  const pending = new Map<
    Ticket,
    { readonly connection: Connection; readonly done: (result: AnyResult) => void }
  >();
  let lastTicket = 0;
  let ticking = false;
  let out: HubEffect[] = [];

  const effects: Effects = {
    emit: (effect) => void out.push(effect),
    execute<R extends StoreRequest>(
      connection: Connection,
      request: R,
      done: (result: ResultOf<R>) => void,
    ): void {
      lastTicket += 1;
      // A ticket is answered with the result of its request's type.
      pending.set(lastTicket, { connection, done: done as (result: AnyResult) => void });
      out.push({ type: "execute", ticket: lastTicket, request });
    },
  };

  function open(id: ConnectionId, nowMs: number): void {
    connections.set(id, { stage: "new", id, greeting: false, openedMs: nowMs, missedPairs: [] });
    if (!ticking) tick(nowMs);
  }

  /** Takes the connection out of every book. */
  function forget(connection: Connection): void {
    connections.delete(connection.id);
    if (connection.stage === "new") return;
    directory.remove(connection);
    wentOffline(connection, directory, effects);
  }

  function close(connection: Connection, code: ErrorCode & keyof typeof CLOSE_CODES): void {
    // What came before the reason counts.
    if (connection.stage === "ready") advanceLanes(connection, effects);
    forget(connection);
    effects.emit({ type: "close", connection: connection.id, code: CLOSE_CODES[code], reason: code });
  }

  /** Ends a connection whose device is still online, with another one. */
  function replace(older: ReadyConnection): void {
    connections.delete(older.id);
    directory.remove(older);
    effects.emit({ type: "close", connection: older.id, code: CLOSE_CODES.replaced, reason: "replaced" });
  }

  function frames(id: ConnectionId, received: readonly Uint8Array[], nowMs: number): void {
    for (const bytes of received) {
      const connection = connections.get(id);
      if (connection !== undefined) frame(connection, bytes, nowMs);
    }
    const connection = connections.get(id);
    if (connection?.stage === "ready") advanceLanes(connection, effects);
  }

  function frame(connection: Connection, bytes: Uint8Array, nowMs: number): void {
    const decoded = decodeClientFrame(bytes);
    if (decoded === undefined) return close(connection, "badFrame");
    if (connection.stage === "ready") {
      connection.heardMs = nowMs;
      return readyFrame(connection, decoded, bytes.length, nowMs);
    }
    // Nothing but hello before ready, and that once.
    if (decoded.type !== "hello" || connection.greeting) return close(connection, "unexpectedFrame");
    greet(connection, decoded, nowMs);
  }

  function greet(connection: NewConnection, hello: HelloFrame, nowMs: number): void {
    const version = negotiate(PROTOCOL, { min: hello.minVersion, max: hello.maxVersion });
    if (version === undefined) return refuseHello(connection, hello, "versionUnsupported");
    connection.greeting = true;
    const session = toHex(sha256(hello.token));
    effects.execute(connection, { type: "hello", session, storeCounter: hello.storeCounter }, (result) => {
      if (result.ok) welcome(connection, hello, session, version, result.value, nowMs);
      else refuseHello(connection, hello, result.refusal.code);
    });
  }

  /** Connections whose hello is being judged. */
  function greeting(): readonly NewConnection[] {
    return [...connections.values()]
      .filter((connection) => connection.stage === "new")
      .filter((connection) => connection.greeting);
  }

  function refuseHello(connection: NewConnection, hello: HelloFrame, code: ErrorCode): void {
    effects.emit({
      type: "send",
      connection: connection.id,
      bytes: replyFrame(hello, { ok: false, refusal: { code } }),
    });
    close(connection, isCloseCode(code) ? code : "internal");
  }

  function welcome(
    { id, missedPairs }: NewConnection,
    { requestId, hidden }: HelloFrame,
    session: SessionKey,
    version: number,
    value: HelloValue,
    heardMs: number,
  ): void {
    const { account, device, mailbox, highSequence, storeCounter, keyPackages, store } = value;
    // Hellos are judged in the order in which they are answered, so whoever is there is older (RLY-1).
    const wasSeen = isSeen(account, directory);
    const older = directory.ofDevice(device);
    if (older !== undefined) replace(older);
    const connection: ReadyConnection = {
      stage: "ready",
      id,
      session,
      sender: { session, connection: value.connection },
      account,
      device,
      mailbox,
      pairs: pairsAtHello(value, missedPairs),
      delivery: createDelivery(),
      lanes: new Map(),
      waitingLanes: new Set(),
      acks: { storing: false, next: undefined },
      unanswered: { frames: 0, bytes: 0 },
      hidden,
      presenceChanges: { count: 0, sinceMs: heardMs },
      heardMs,
    };
    connections.set(id, connection);
    directory.add(connection);
    const ready = {
      version,
      store,
      account,
      device,
      highSequence,
      storeCounter,
      heartbeatMs: HEARTBEAT_MS,
      keyPackages,
      clockMs: Math.floor(heardMs),
    };
    effects.emit({
      type: "send",
      connection: id,
      bytes: encodeServerFrame({ type: "ready", requestId, ...ready }),
    });
    cameOnline(connection, wasSeen, directory, effects);
    pump(connection, effects);
  }

  function readyFrame(
    connection: ReadyConnection,
    decoded: ClientFrame,
    sizeBytes: number,
    nowMs: number,
  ): void {
    switch (decoded.type) {
      case "hello":
        return close(connection, "unexpectedFrame");
      case "ping":
        return effects.emit({
          type: "send",
          connection: connection.id,
          bytes: encodeServerFrame({ type: "pong", requestId: decoded.requestId }),
        });
      case "ack":
        acknowledge(connection, decoded, effects);
        return acknowledged(connection, decoded.sequence, effects);
      case "presence":
        if (!hide(connection, decoded.hidden, directory, effects, nowMs)) close(connection, "slowDown");
        return;
      default: {
        const { frames, bytes } = connection.unanswered;
        const tooMany = frames >= MAX_UNANSWERED_FRAMES || bytes + sizeBytes > MAX_UNANSWERED_BYTES;
        return tooMany || connection.lanes.size > MAX_UNANSWERED_FRAMES
          ? close(connection, "slowDown")
          : enqueue(connection, decoded, sizeBytes);
      }
    }
  }

  function committed(ticket: Ticket, result: AnyResult): void {
    const waiting = pending.get(ticket);
    pending.delete(ticket);
    if (waiting === undefined) return;
    const { connection, done } = waiting;
    if (connections.get(connection.id) !== connection) return;
    const ended =
      !result.ok && connection.stage === "ready" && SESSION_OVER.find((code) => code === result.refusal.code);
    if (ended) close(connection, ended);
    else done(result);
  }

  function notice(item: Notice): void {
    switch (item.type) {
      case "delivered":
        for (const { mailbox, first } of item.to) {
          const connection = directory.ofMailbox(mailbox);
          if (connection !== undefined) told(connection, first, item.frames, effects);
        }
        return;
      // No connection is told: who asks finds out.
      case "blobsRemoved":
        return;
      case "accountChanged": {
        const bytes = encodeServerFrame({
          type: "accountChanged",
          account: item.account,
          version: item.version,
        });
        for (const mailbox of item.mailboxes) {
          const connection = directory.ofMailbox(mailbox);
          if (connection !== undefined) effects.emit({ type: "send", connection: connection.id, bytes });
        }
        return;
      }
      case "sessionsEnded":
        for (const connection of directory.all()) {
          if (item.sessions.includes(connection.session)) close(connection, "unauthorised");
        }
        return;
      case "pair":
        if (directory.ofMailbox(item.mailbox) !== undefined) pairChanged(item, directory, effects);
        else for (const { missedPairs } of greeting()) missedPairs.push(item);
        return;
    }
  }

  function tick(nowMs: number): void {
    for (const connection of connections.values()) {
      const silentMs = nowMs - (connection.stage === "new" ? connection.openedMs : connection.heardMs);
      const isOver = silentMs >= (connection.stage === "new" ? HELLO_TIMEOUT_MS : SILENCE_MS);
      if (isOver) close(connection, "timeout");
      else if (connection.stage === "ready") pump(connection, effects);
    }
    ticking = connections.size > 0;
    if (ticking) effects.emit({ type: "timer", atMs: nowMs + TICK_MS });
  }

  function apply(event: HubEvent, nowMs: number): void {
    if (event.type === "opened") return open(event.connection, nowMs);
    if (event.type === "committed") return committed(event.ticket, event.result);
    if (event.type === "notices") return event.notices.forEach(notice);
    if (event.type === "timer") return tick(nowMs);
    if (event.type === "frames") return frames(event.connection, event.frames, nowMs);
    const connection = connections.get(event.connection);
    if (connection === undefined) return;
    if (event.type === "closed") return forget(connection);
    if (connection.stage === "ready") setCongested(connection, event.type === "congested", effects);
  }

  return {
    handle(event, nowMs) {
      out = [];
      apply(event, nowMs);
      return out;
    },
    connections: () => directory.all().length,
  };
}

/** Refusals after which a connection has nothing more to say. */
const SESSION_OVER = ["unauthorised", "noDevice", "replaced"] as const;

const CLOSE_CODES = {
  badFrame: ERRORS.badFrame.close,
  unexpectedFrame: ERRORS.unexpectedFrame.close,
  unauthorised: ERRORS.unauthorised.close,
  noDevice: ERRORS.noDevice.close,
  slowDown: ERRORS.slowDown.close,
  replaced: ERRORS.replaced.close,
  versionUnsupported: ERRORS.versionUnsupported.close,
  timeout: ERRORS.timeout.close,
  unavailable: ERRORS.unavailable.close,
  internal: ERRORS.internal.close,
} as const;

function isCloseCode(code: ErrorCode): code is keyof typeof CLOSE_CODES {
  return Object.hasOwn(CLOSE_CODES, code);
}
