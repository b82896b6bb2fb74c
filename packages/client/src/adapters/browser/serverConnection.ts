/**
 * {@link ServerConnection} on the browser's WebSocket and fetch. A browser does not tell pages why a connection failed, so that a
 * certificate that is not trusted, a name that does not resolve and a missing network are all `offline` here.
 */
import { ROUTES, toBase64Url } from "@sotto/protocol";
import { createFetchTransport } from "../../http/fetchTransport.ts";
import { performRequest } from "../../http/requests.ts";
import type { ServerApi } from "../../http/serverApi.ts";
import { createServerApi } from "../../http/serverApi.ts";
import type { HttpTransport } from "../../http/transport.ts";
import { REQUEST_TIMEOUT_MS } from "../../http/transport.ts";
import type { ServerConnection, SocketHandlers } from "../../ports/connection.ts";
import type { Unreachable } from "../../ports/server.ts";
import type { SessionConnection } from "../../sdk/platform.ts";

const NORMAL_CLOSE = 1000;

/** The transport for requests outside a session; {@link connectBrowser} has its own. */
export function createBrowserTransport(origin: string, closed?: AbortSignal): HttpTransport {
  return createFetchTransport({ origin, classify: () => "offline", ...(closed !== undefined && { closed }) });
}

/** A connection for one session. Nothing is sent before the first socket or request. */
export function connectBrowser(origin: string, token: Uint8Array): SessionConnection {
  const closed = new AbortController();
  const transport = createBrowserTransport(origin, closed.signal);
  const api = createServerApi(transport);
  const bearer = toBase64Url(token);
  const socketUrl = origin.replace(/^http/, "ws") + ROUTES.socket.path;
  return {
    transport,
    openSocket: (handlers) => openSocket(socketUrl, api, closed.signal, handlers),
    request: (request) => performRequest(api, bearer, request),
    close: () => closed.abort(),
  };
}

function openSocket(
  url: string,
  api: ServerApi,
  closed: AbortSignal,
  handlers: SocketHandlers,
): ReturnType<ServerConnection["openSocket"]> {
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  let state: "opening" | "open" | "timedOut" = "opening";
  const close = (): void => socket.close(NORMAL_CLOSE);
  const timer = setTimeout(() => {
    state = "timedOut";
    close();
  }, REQUEST_TIMEOUT_MS);
  closed.addEventListener("abort", close, { once: true });

  socket.addEventListener("open", () => {
    clearTimeout(timer);
    state = "open";
    handlers.onOpen();
  });
  socket.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    if (data instanceof ArrayBuffer) handlers.onFrame(new Uint8Array(data));
    else close();
  });
  // Errors say nothing and are always followed by `close`.
  socket.addEventListener("close", ({ code }) => {
    clearTimeout(timer);
    closed.removeEventListener("abort", close);
    if (state === "open") return handlers.onClose(code, undefined);
    if (state === "timedOut") return handlers.onClose(undefined, "timeout");
    void whyNotOpened(api).then((reason) => handlers.onClose(undefined, reason));
  });

  return { send: (frame) => socket.send(frame as Uint8Array<ArrayBuffer>), close };
}

/** What a request to the same server meets; one that answers well is under repair. */
async function whyNotOpened(api: ServerApi): Promise<Unreachable> {
  const info = await api.call("info");
  return info.kind === "unreachable" ? info.reason : "offline";
}
