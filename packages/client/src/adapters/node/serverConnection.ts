/** {@link ServerConnection} on `ws` and Node's HTTP. */
import type { Duplex } from "node:stream";
import { MAX_FRAME_BYTES, ROUTES, toBase64Url } from "@sotto/protocol";
import WebSocket from "ws";
import { createFetchTransport } from "../../http/fetchTransport.ts";
import { performRequest } from "../../http/requests.ts";
import { createServerApi, isSotto } from "../../http/serverApi.ts";
import type { HttpTransport } from "../../http/transport.ts";
import { REQUEST_TIMEOUT_MS } from "../../http/transport.ts";
import type { ServerConnection, SocketHandlers } from "../../ports/connection.ts";
import type { Unreachable } from "../../ports/server.ts";
import type { SessionConnection } from "../../sdk/platform.ts";
import { classifyNetworkError } from "./networkErrors.ts";
import { createNodeHttpTransport } from "./nodeHttpTransport.ts";

/** Server frames of the largest inline payload are a little above their payload's limit. */
const MAX_MESSAGE_BYTES = MAX_FRAME_BYTES + 4096;

export interface NodeConnectionOptions {
  /** `https://host[:port]` without a path. */
  readonly origin: string;
  /** The one authority that may vouch for the server, PEM; without it those that Node knows. */
  readonly authority?: string | undefined;
  readonly timeoutMs?: number;
}

/** The transport for requests outside a session; {@link connectNode} has its own. */
export function createNodeTransport(
  options: NodeConnectionOptions & { readonly closed?: AbortSignal },
): HttpTransport {
  const { authority, ...rest } = options;
  const direct = createNodeHttpTransport({ ...rest, authority });
  if (authority !== undefined) return direct;
  const usual = createFetchTransport({ ...rest, classify: classifyNetworkError });
  return (call) => (call.timeoutMs === undefined ? usual(call) : direct(call));
}

/** A connection for one session. Nothing is sent before the first socket or request. */
export function connectNode(
  options: NodeConnectionOptions & { readonly token: Uint8Array },
): SessionConnection {
  const { origin, authority, timeoutMs = REQUEST_TIMEOUT_MS } = options;
  const closed = new AbortController();
  const transport = createNodeTransport({ origin, authority, timeoutMs, closed: closed.signal });
  const api = createServerApi(transport);
  const token = toBase64Url(options.token);
  const socketUrl = origin.replace(/^http/, "ws") + ROUTES.socket.path;

  return {
    transport,
    openSocket: (handlers) =>
      openSocket({ url: socketUrl, authority, timeoutMs }, transport, closed.signal, handlers),
    request: (request) => performRequest(api, token, request),
    close: () => closed.abort(),
  };
}

function openSocket(
  target: { readonly url: string; readonly authority: string | undefined; readonly timeoutMs: number },
  transport: HttpTransport,
  closed: AbortSignal,
  handlers: SocketHandlers,
): ReturnType<ServerConnection["openSocket"]> {
  const { url, authority, timeoutMs } = target;
  const socket = new WebSocket(url, {
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
    handshakeTimeout: timeoutMs,
    followRedirects: false,
    rejectUnauthorized: true,
    ...(authority !== undefined && { ca: authority }),
  });
  let opened = false;
  /** Why it did not open, once known; `undefined`: something answered, and `GET /v1/info` will tell what. */
  let failure: { readonly reason: Unreachable | undefined } | undefined;
  const terminate = (): void => socket.terminate();
  closed.addEventListener("abort", terminate, { once: true });

  const gather = createGatherer(socket);

  socket.on("open", () => {
    opened = true;
    handlers.onOpen();
  });
  socket.on("message", (data, isBinary) => {
    if (!isBinary || !(data instanceof Buffer)) return socket.close(1003);
    handlers.onFrame(new Uint8Array(data));
  });
  socket.on("unexpected-response", (request, response) => {
    failure = { reason: response.statusCode === 426 ? "versionTooOld" : undefined };
    response.resume();
    request.destroy();
    terminate();
  });
  // Every error is followed by `close`, which says it once.
  socket.on("error", (error) => {
    failure ??= {
      reason: /handshake has timed out/.test(error.message) ? "timeout" : classifyNetworkError(error),
    };
  });
  socket.on("close", (code) => {
    closed.removeEventListener("abort", terminate);
    if (opened) return handlers.onClose(code, undefined);
    void whyNotOpened(transport, failure?.reason).then((reason) => handlers.onClose(undefined, reason));
  });

  return {
    send(frame) {
      gather();
      socket.send(frame, { binary: true });
    },
    close: () => socket.close(1000),
  };
}

/** Frames that are sent in one turn leave together: a call of the system for each would cost more than all else about it. */
function createGatherer(socket: WebSocket): () => void {
  let stream: Duplex | undefined;
  socket.on("upgrade", (response) => (stream = response.socket));
  return () => {
    // Corked already, for this turn.
    if (stream === undefined || stream.writableCorked > 0) return;
    const corked = stream;
    corked.cork();
    process.nextTick(() => corked.uncork());
  };
}

/** A server that answers, but not with a socket, is Sotto under repair or something else altogether. */
async function whyNotOpened(transport: HttpTransport, reason: Unreachable | undefined): Promise<Unreachable> {
  if (reason !== undefined) return reason;
  return (await isSotto(transport)) ? "offline" : "wrongAddress";
}
