/** Sockets of the simulated network: order holds within one, but either end may die at any frame, noticed or not. */
import type { Break, BreakableSocket, Link } from "./link.ts";
import { isDown } from "./link.ts";
import { createPipe } from "./pipe.ts";
import type { ServerSocket } from "./serverNode.ts";

export interface ClientSocketHandlers {
  readonly onOpen: () => void;
  readonly onFrame: (frame: Uint8Array) => void;
  /** Once, also when it never opened; never for a socket whose end goes unnoticed. */
  readonly onClose: (closeCode: number | undefined, neverOpened: boolean) => void;
}

export interface ClientSocket extends BreakableSocket {
  send(frame: Uint8Array): void;
  close(): void;
}

type ToClient = { readonly frame: Uint8Array } | { readonly closeCode: number | undefined };
type ToServer = { readonly frame: Uint8Array } | "close";

/** A connection attempt that nobody answers. */
const CONNECT_TIMEOUT_MS = 15_000;

export function openSocket(link: Link, handlers: ClientSocketHandlers): ClientSocket {
  const { scheduler, server } = link;
  let serverSide: ServerSocket | undefined;
  /** The device has been told of the end, or will not be. */
  let clientDone = false;
  let serverDone = false;
  let lingerUntilMs = 0;

  const toClient = createPipe<ToClient>({
    scheduler,
    latencyMs: link.latencyMs,
    blockedUntilMs: () => Math.max(link.downUntilMs, link.deafUntilMs),
    deliver(item) {
      if (clientDone) return;
      if ("frame" in item) handlers.onFrame(item.frame);
      else endClient(item.closeCode);
    },
  });
  const toServer = createPipe<ToServer>({
    scheduler,
    latencyMs: link.latencyMs,
    blockedUntilMs: () => Math.max(link.downUntilMs, lingerUntilMs),
    deliver(item) {
      if (serverSide === undefined) return;
      if (serverDone || !server.isOpen(serverSide)) {
        // Nobody is there any more: the answer is a reset.
        if (!clientDone) scheduler.after(link.latencyMs(), () => endClient(undefined));
      } else if (item === "close") endServer();
      else server.frame(serverSide, link.relay.toServer(item.frame));
    },
  });

  const socket: ClientSocket = {
    send: (frame) => toServer.put({ frame }),
    close() {
      toServer.put("close");
      scheduler.after(link.latencyMs(), () => endClient(undefined));
    },
    break(how: Break) {
      toServer.cut(Math.floor(how.toServer * (toServer.size() + 1)));
      toClient.cut(Math.floor(how.toClient * (toClient.size() + 1)));
      lingerUntilMs = scheduler.nowMs() + how.lingerMs;
      if (how.clientLearns) scheduler.after(link.latencyMs(), () => endClient(undefined));
      if (how.serverLearns) scheduler.after(how.lingerMs + 2 * link.latencyMs(), endServer);
      link.sockets.delete(socket);
    },
  };

  function endClient(closeCode: number | undefined): void {
    if (clientDone) return;
    clientDone = true;
    link.sockets.delete(socket);
    handlers.onClose(closeCode, serverSide === undefined);
  }

  function endServer(): void {
    if (serverDone) return;
    serverDone = true;
    if (serverSide !== undefined) server.closed(serverSide);
  }

  function arrive(): void {
    serverSide = {
      send(frame) {
        for (const passed of link.relay.toClient(frame)) toClient.put({ frame: passed });
      },
      close(closeCode) {
        serverDone = true;
        toClient.put({ closeCode });
      },
      lost() {
        serverDone = true;
        toClient.cut(Math.floor(link.random.next() * (toClient.size() + 1)));
        // Most resets reach the device at once, some with its next frame only.
        if (link.random.chance(0.7)) scheduler.after(link.latencyMs(), () => endClient(undefined));
      },
    };
    if (!server.opened(serverSide)) {
      serverSide = undefined;
      scheduler.after(link.latencyMs(), () => endClient(undefined));
      return;
    }
    link.sockets.add(socket);
    scheduler.after(link.latencyMs(), () => {
      if (!clientDone) handlers.onOpen();
    });
  }

  const delayMs = isDown(link) ? CONNECT_TIMEOUT_MS : link.latencyMs();
  scheduler.after(delayMs, () => {
    if (!isDown(link)) arrive();
    else endClient(undefined);
  });
  return socket;
}
