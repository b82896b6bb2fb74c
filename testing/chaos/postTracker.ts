/** Watches sockets for posts whose `ok` has not come: what a kill of the server at that instant leaves undecided for the device. */
import { concatBytes, decodeClientFrame, decodeServerFrame, toHex } from "@sotto/protocol";
import { firstWebSocketFrame } from "../capture/webSocketFrames.ts";
import type { Direction, Tap } from "../support/tcpProxy.ts";

export interface PostTracker extends Tap {
  /** Ciphertexts, in hexadecimal, of posts that were not answered when their connection ended; forgets them. */
  takeUnanswered(): ReadonlySet<string>;
  /** Resolves with the next post on its way to the server. */
  nextPost(): Promise<void>;
}

interface Socket {
  /** Bytes of an unfinished head or frame. */
  readonly rest: Record<Direction, Uint8Array>;
  readonly upgraded: Record<Direction, boolean>;
  /** By request id. */
  readonly posts: Map<number, string>;
}

const SOCKET_REQUEST = "GET /v1/socket ";
const END_OF_HEAD = Buffer.from("\r\n\r\n");
const NOTHING = new Uint8Array(0);

export function createPostTracker(): PostTracker {
  const sockets = new Map<number, Socket>();
  let unanswered = new Set<string>();
  let posted = Promise.withResolvers<void>();

  function readFrame(posts: Socket["posts"], direction: Direction, bytes: Uint8Array): void {
    const frame = direction === "toServer" ? decodeClientFrame(bytes) : decodeServerFrame(bytes);
    if (frame?.type === "ok" || frame?.type === "refused") posts.delete(frame.requestId);
    if (frame?.type !== "post") return;
    posts.set(frame.requestId, toHex(frame.ciphertext));
    posted.resolve();
    posted = Promise.withResolvers();
  }

  return {
    data(connection, direction, bytes) {
      const socket = sockets.get(connection) ?? openSocket(direction, bytes);
      if (socket === undefined) return;
      sockets.set(connection, socket);
      socket.rest[direction] = concatBytes(socket.rest[direction], bytes);
      skipHead(socket, direction);
      if (!socket.upgraded[direction]) return;
      for (const message of takeMessages(socket, direction)) readFrame(socket.posts, direction, message);
    },
    closed(connection) {
      for (const ciphertext of sockets.get(connection)?.posts.values() ?? []) unanswered.add(ciphertext);
      sockets.delete(connection);
    },
    takeUnanswered() {
      const taken = unanswered;
      unanswered = new Set();
      return taken;
    },
    nextPost: () => posted.promise,
  };
}

/** A connection whose first bytes ask for a socket; others are of no interest. */
function openSocket(direction: Direction, bytes: Uint8Array): Socket | undefined {
  const head = Buffer.from(bytes.subarray(0, SOCKET_REQUEST.length)).toString("latin1");
  if (direction !== "toServer" || head !== SOCKET_REQUEST) return undefined;
  return {
    rest: { toServer: NOTHING, toClient: NOTHING },
    upgraded: { toServer: false, toClient: false },
    posts: new Map(),
  };
}

function skipHead({ rest, upgraded }: Socket, direction: Direction): void {
  const end = upgraded[direction] ? -1 : Buffer.from(rest[direction]).indexOf(END_OF_HEAD);
  if (end < 0) return;
  upgraded[direction] = true;
  rest[direction] = rest[direction].subarray(end + END_OF_HEAD.length);
}

/** Takes all complete WebSocket messages off the rest. */
function takeMessages({ rest }: Socket, direction: Direction): readonly Uint8Array[] {
  const messages: Uint8Array[] = [];
  for (;;) {
    const frame = firstWebSocketFrame(rest[direction]);
    if (frame === undefined) return messages;
    rest[direction] = rest[direction].subarray(frame.headerBytes + frame.payload.length);
    messages.push(frame.payload);
  }
}
