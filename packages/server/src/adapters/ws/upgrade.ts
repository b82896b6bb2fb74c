/** Judges requests for a WebSocket by the same rules as every other request, before there is one. */
import { STATUS_CODES } from "node:http";
import type { IncomingMessage } from "node:http";
import type { BlockList } from "node:net";
import type { Duplex } from "node:stream";
import type { Refusal } from "@sotto/protocol";
import { ROUTES } from "@sotto/protocol";
import { refusalBody } from "../http/answers.ts";
import type { OriginRule } from "../http/origin.ts";
import { judgeOrigin } from "../http/origin.ts";
import { limitKeyOf, peerOf } from "../http/peer.ts";
import type { ConnectionCount } from "../net/connectionCount.ts";
import type { SocketServer } from "./socketServer.ts";

export interface UpgradeOptions {
  readonly sockets: SocketServer;
  readonly originRule: OriginRule;
  readonly trustedProxies: BlockList;
  /** Sockets per client address: connections of a proxy are counted here, by the client behind it. */
  readonly count: ConnectionCount;
}

/** The listener of a server's `upgrade` events. */
export function createUpgradeListener({ sockets, originRule, trustedProxies, count }: UpgradeOptions) {
  return (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on("error", () => socket.destroy());
    const refusal = refusalOf(request);
    if (refusal !== undefined) return refuse(socket, refusal);
    const key = limitKeyOf(peerOf(request, trustedProxies).address);
    if (!count.open(key)) return refuse(socket, { code: "slowDown", detail: "too many connections" });
    // The end of the underlying stream, so that a handshake that fails half-way is counted out too.
    socket.once("close", () => count.close(key));
    sockets.upgrade(request, socket, head);
  };

  function refusalOf(request: IncomingMessage): Refusal | undefined {
    if (!peerOf(request, trustedProxies).secure) return { code: "forbidden", detail: "https is needed" };
    if (judgeOrigin(originRule, request.headers.origin, request.headers.host) === "foreign")
      return { code: "foreignOrigin" };
    return request.url === ROUTES.socket.path ? undefined : { code: "notFound" };
  }
}

function refuse(socket: Duplex, refusal: Refusal): void {
  const { status, body } = refusalBody(refusal);
  const text = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n` +
      `connection: close\r\n\r\n${text}`,
  );
}
