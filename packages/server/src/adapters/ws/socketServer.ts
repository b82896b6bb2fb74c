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
import type { SocketEffect } from "./hubDriver.ts";

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
  readonly socket: WebSocket;
  congested: boolean;
}

export function createSocketServer({ tell, onSocketError }: SocketServerOptions): SocketServer {
  const connections = new Map<ConnectionId, Connection>();
  let lastId: ConnectionId = 0;
  let closing = false;
  const server = new WebSocketServer(OPTIONS);

  function connected(socket: WebSocket): void {
    const connection = ++lastId;
    connections.set(connection, { socket, congested: false });
    socket.on("message", (data, isBinary) => {
      if (!isBinary) return socket.close(ERRORS.badFrame.close, "badFrame");
      // One message is one Buffer unless `binaryType` says otherwise.
      if (socket.readyState === socket.OPEN)
        tell({ type: "frame", connection, bytes: new Uint8Array(data as Buffer) });
    });
    // Too large or malformed messages: the library answers with 1009 or 1002 and closes.
    socket.on("error", (error) => onSocketError?.((error as { code?: string }).code ?? "unknown"));
    socket.on("close", () => {
      connections.delete(connection);
      tell({ type: "closed", connection });
    });
    tell({ type: "opened", connection });
  }

  function send(id: ConnectionId, connection: Connection, bytes: Uint8Array): void {
    const { socket } = connection;
    if (socket.readyState !== socket.OPEN) return;
    socket.send(bytes, { binary: true }, () => {
      if (!connection.congested || socket.bufferedAmount > SEND_BUFFER_BYTES / 2) return;
      connection.congested = false;
      socket.resume();
      tell({ type: "drained", connection: id });
    });
    if (connection.congested || socket.bufferedAmount <= SEND_BUFFER_BYTES) return;
    connection.congested = true;
    socket.pause();
    tell({ type: "congested", connection: id });
  }

  return {
    upgrade(request, socket, head) {
      if (closing) socket.destroy();
      else server.handleUpgrade(request, socket, head, connected);
    },
    carryOut(effect) {
      const connection = connections.get(effect.connection);
      if (connection === undefined) return;
      if (effect.type === "send") return send(effect.connection, connection, effect.bytes);
      closeSocket(connection.socket, effect.code, effect.reason);
    },
    async close() {
      closing = true;
      const gone = [...connections.values()].map(
        ({ socket }) => new Promise<void>((resolve) => socket.once("close", () => resolve())),
      );
      for (const { socket } of connections.values()) closeSocket(socket, ERRORS.unavailable.close, "restart");
      await Promise.all(gone);
    },
  };
}

function closeSocket(socket: WebSocket, code: number, reason: string): void {
  // A paused socket would never read the answer to its close frame.
  socket.resume();
  socket.close(code, reason);
}
