/**
 * WebSockets of devices (`/v1/socket`): binary messages in and out, nothing compressed. All rules are the hub's; this file turns what
 * happens to sockets into its events and its effects into what happens to sockets.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { ERRORS, MAX_FRAME_BYTES } from "@sotto/protocol";
import type { WebSocket } from "ws";
import { WebSocketServer } from "ws";
import type { ConnectionId, HubEvent } from "../../ports/hub.ts";
import type { PackedFrames } from "../../ports/packedFrames.ts";
import { packFrames } from "../../ports/packedFrames.ts";
import type { SocketEffect } from "./hubDriver.ts";
import { frameInPlace } from "./messageFrames.ts";

export interface SocketServerOptions {
  readonly tell: (event: HubEvent) => void;
  /** Receives a sentence about a socket that failed; it holds no address. */
  readonly onSocketError?: (code: string) => void;
}

export interface SocketServer {
  /** Takes an upgrade that has passed the checks of address and origin. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  carryOut(effect: SocketEffect): void;
  /** Closes every socket with 1012 and waits for them to go. */
  close(): Promise<void>;
}

/** More than this waiting in one socket's send buffer: the device reads too slowly. */
export const SEND_BUFFER_BYTES = 256 * 1024;
/** Messages gather until the turn of the loop ends, or there are so many bytes of them. */
const GATHER_BYTES = 64 * 1024;
/** A frame in one piece is the rule; a client library may split it a little, an attacker must not into single bytes. */
const MAX_FRAGMENTS = 64;
/** How long a closing socket may take to say goodbye. */
const CLOSE_TIMEOUT_MS = 2000;

/** A constant of its own because the library's types do not know `closeTimeout` yet. */
const OPTIONS = {
  noServer: true,
  perMessageDeflate: false,
  maxPayload: MAX_FRAME_BYTES,
  maxFragments: MAX_FRAGMENTS,
  closeTimeout: CLOSE_TIMEOUT_MS,
  clientTracking: false,
};

interface Connection {
  readonly id: ConnectionId;
  readonly socket: WebSocket;
  /** The stream below the socket. */
  readonly stream: Duplex;
  congested: boolean;
  /** Messages of what is being read, told together when all are there. */
  received: Uint8Array[];
  /** WebSocket frames that go out together. */
  outgoing: Uint8Array[];
  outgoingBytes: number;
}

export function createSocketServer({ tell, onSocketError }: SocketServerOptions): SocketServer {
  const connections = new Map<ConnectionId, Connection>();
  let lastId: ConnectionId = 0;
  let closing = false;
  const server = new WebSocketServer(OPTIONS);
  const gathering = new Set<Connection>();

  function connected(socket: WebSocket, stream: Duplex): void {
    const id = ++lastId;
    const connection: Connection = {
      id,
      socket,
      stream,
      congested: false,
      received: [],
      outgoing: [],
      outgoingBytes: 0,
    };
    connections.set(id, connection);
    socket.on("message", (data, isBinary) => {
      if (!isBinary) return socket.close(ERRORS.badFrame.close, "badFrame");
      if (socket.readyState !== socket.OPEN) return;
      if (connection.received.length === 0) process.nextTick(tellReceived, connection);
      // One message is one Buffer unless `binaryType` says otherwise; the hub is to see plain bytes.
      const { buffer, byteOffset, length } = data as Buffer;
      connection.received.push(new Uint8Array(buffer, byteOffset, length));
    });
    // Too large or malformed messages: the library answers with 1009 or 1002 and closes.
    socket.on("error", (error) => onSocketError?.((error as { code?: string }).code ?? "unknown"));
    socket.on("close", () => {
      connections.delete(id);
      tell({ type: "closed", connection: id });
    });
    tell({ type: "opened", connection: id });
  }

  function tellReceived(connection: Connection): void {
    const { id, received: frames } = connection;
    connection.received = [];
    tell({ type: "frames", connection: id, frames });
  }

  function send(connection: Connection, packed: PackedFrames): void {
    const frames = frameInPlace(packed);
    connection.outgoing.push(frames);
    connection.outgoingBytes += frames.length;
    if (connection.outgoingBytes >= GATHER_BYTES) return flush(connection);
    if (gathering.size === 0) setImmediate(flushAll);
    gathering.add(connection);
  }

  function flushAll(): void {
    for (const connection of gathering) flush(connection);
    gathering.clear();
  }

  function flush(connection: Connection): void {
    const { socket, stream, outgoing } = connection;
    connection.outgoing = [];
    connection.outgoingBytes = 0;
    if (socket.readyState !== socket.OPEN || outgoing.length === 0) return;
    stream.cork();
    for (const frames of outgoing.slice(0, -1)) stream.write(frames);
    stream.write(outgoing.at(-1), () => written(connection));
    stream.uncork();
    if (connection.congested || socket.bufferedAmount <= SEND_BUFFER_BYTES) return;
    connection.congested = true;
    socket.pause();
    tell({ type: "congested", connection: connection.id });
  }

  function written(connection: Connection): void {
    const { socket } = connection;
    if (!connection.congested || socket.bufferedAmount > SEND_BUFFER_BYTES / 2) return;
    connection.congested = false;
    socket.resume();
    tell({ type: "drained", connection: connection.id });
  }

  function closeConnection(connection: Connection, code: number, reason: string): void {
    flush(connection);
    // A paused socket would never read the answer to its close frame.
    connection.socket.resume();
    connection.socket.close(code, reason);
  }

  return {
    upgrade(request, socket, head) {
      if (closing) socket.destroy();
      else server.handleUpgrade(request, socket, head, (webSocket) => connected(webSocket, socket));
    },
    carryOut(effect) {
      const connection = connections.get(effect.connection);
      if (connection === undefined) return;
      if (effect.type === "sendPacked") return send(connection, effect.frames);
      if (effect.type === "send") return send(connection, packFrames([effect.bytes]));
      closeConnection(connection, effect.code, effect.reason);
    },
    async close() {
      closing = true;
      const gone = [...connections.values()].map(
        ({ socket }) => new Promise<void>((resolve) => socket.once("close", () => resolve())),
      );
      for (const connection of connections.values())
        closeConnection(connection, ERRORS.unavailable.close, "restart");
      await Promise.all(gone);
    },
  };
}
