/** The socket and request side of one server, implemented by ws/fetch in Node and by the browser's own. */
import type { ServerAnswer, ServerRequest, Unreachable } from "./server.ts";

export interface SocketHandlers {
  onOpen(): void;
  onFrame(frame: Uint8Array): void;
  /** Exactly once, also when it never opened. */
  onClose(closeCode: number | undefined, reason: Unreachable | undefined): void;
}

export interface ServerConnection {
  /** Opens a socket; frames sent before `onOpen` are a bug. */
  openSocket(handlers: SocketHandlers): { send(frame: Uint8Array): void; close(): void };
  /** Never rejects. Times out after 15 s. */
  request(request: ServerRequest): Promise<ServerAnswer>;
}
