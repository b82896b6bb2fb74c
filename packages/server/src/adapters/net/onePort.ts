/**
 * One port for http and https: the first byte of a connection tells a TLS handshake from plain text, and the socket goes to the server
 * that understands it. Limits against clients that are slow on purpose are set here for both.
 */
import type { RequestListener, Server } from "node:http";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { createServer } from "node:net";
import type { Duplex } from "node:stream";
import type { IncomingMessage } from "node:http";

export interface TlsFiles {
  /** PEM. */
  readonly cert: Buffer;
  readonly key: Buffer;
}

export interface OnePortOptions {
  readonly bindAddress: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Null: connections that begin with a TLS handshake are closed. */
  readonly tls: TlsFiles | null;
  readonly onRequest: RequestListener;
  readonly onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Called with the address of a new connection; returns what to call at its end, or `undefined` to refuse it. */
  readonly admit: (address: string) => (() => void) | undefined;
}

export interface OnePort {
  readonly port: number;
  /** Connections that begin from now on are served with these; not for a port without TLS. */
  setTls(files: TlsFiles): void;
  /** Takes no new connection, waits for answers that are being written, then ends what is left. */
  close(): Promise<void>;
}

/** From the connection to the end of the request's headers, the TLS handshake included. */
const HEADERS_TIMEOUT_MS = 5000;
/** From the first byte of a request to its last: 2 MiB over a slow line. */
const REQUEST_TIMEOUT_MS = 60_000;
const KEEP_ALIVE_MS = 10_000;
const TIMEOUT_CHECK_MS = 1000;
const MAX_HEADER_BYTES = 8 * 1024;
const CLOSE_GRACE_MS = 2000;
/** First byte of a TLS record that carries a handshake (RFC 8446 §5.1). */
const TLS_HANDSHAKE = 0x16;

/** Listens. Rejects with the error of `listen` (EADDRINUSE, EACCES, …) or of unusable TLS files. */
export async function listenOnePort(options: OnePortOptions): Promise<OnePort> {
  const limits = {
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
  };
  const plain = createHttpServer(limits, options.onRequest);
  const secure =
    options.tls &&
    createHttpsServer({ ...limits, ...options.tls, handshakeTimeout: HEADERS_TIMEOUT_MS }, options.onRequest);
  const servers: readonly Server[] = secure === null ? [plain] : [plain, secure];
  for (const server of servers) {
    server.on("upgrade", options.onUpgrade);
    // These two are handed their connections and never listen, but only a listening server looks for overdue requests.
    server.emit("listening");
  }
  const sockets = new Set<Socket>();
  const front = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => {
    const leave = options.admit(socket.remoteAddress ?? "");
    if (leave === undefined) return void socket.destroy();
    sockets.add(socket);
    socket.on("close", () => {
      sockets.delete(socket);
      leave();
    });
    handOver(socket, plain, secure);
  });
  await new Promise<void>((resolve, reject) => {
    front.once("error", reject);
    front.listen({ host: options.bindAddress, port: options.port }, resolve);
  });
  return {
    port: (front.address() as AddressInfo).port,
    setTls: (files) => secure?.setSecureContext({ ...files }),
    close: () => closeAll(front, servers, sockets),
  };
}

function handOver(socket: Socket, plain: Server, secure: Server | null): void {
  const drop = (): void => void socket.destroy();
  socket.on("error", drop);
  socket.setTimeout(HEADERS_TIMEOUT_MS, drop);
  socket.once("readable", () => {
    const first = socket.read(1) as Buffer | null;
    if (first === null) return drop();
    socket.setTimeout(0, drop);
    const server = first[0] === TLS_HANDSHAKE ? secure : plain;
    if (server === null) return drop();
    socket.unshift(first);
    socket.off("error", drop);
    server.emit("connection", socket);
  });
}

async function closeAll(
  front: ReturnType<typeof createServer>,
  servers: readonly Server[],
  sockets: ReadonlySet<Socket>,
): Promise<void> {
  const closed = new Promise<void>((resolve) => front.close(() => resolve()));
  for (const server of servers) {
    // Stops the search for overdue requests; there is no listening handle that could fail to close.
    server.close();
    server.closeIdleConnections();
  }
  const patience = setTimeout(() => {
    for (const socket of sockets) socket.destroy();
  }, CLOSE_GRACE_MS);
  await closed;
  clearTimeout(patience);
}
