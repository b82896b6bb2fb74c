/** Watches sockets for posts whose `ok` has not come: what a kill of the server at that instant leaves undecided for the device. */
import { decodeClientFrame, decodeServerFrame, toHex } from "@sotto/protocol";
import type { SocketStream } from "../capture/socketStream.ts";
import { createSocketStream } from "../capture/socketStream.ts";
import type { Direction, Tap } from "../support/tcpProxy.ts";
import { createProgress } from "./progress.ts";

export interface PostTracker extends Tap {
  /** Ciphertexts, in hexadecimal, of posts that were not answered when their connection ended; forgets them. */
  takeUnanswered(): ReadonlySet<string>;
  /** True while a post is on its way or being worked on. */
  hasUnanswered(): boolean;
  /** Resolves when so many more posts have been answered. */
  answers(count: number): Promise<void>;
}

interface Connection {
  readonly streams: Readonly<Record<Direction, SocketStream>>;
  /** Ciphertexts by request id. */
  readonly posts: Map<number, string>;
}

export function createPostTracker(): PostTracker {
  const connections = new Map<number, Connection>();
  let unanswered = new Set<string>();
  const answered = createProgress();

  function read({ posts }: Connection, direction: Direction, message: Uint8Array): void {
    const frame = direction === "toServer" ? decodeClientFrame(message) : decodeServerFrame(message);
    if (frame?.type === "post") posts.set(frame.requestId, toHex(frame.ciphertext));
    const isAnswer = frame?.type === "ok" || frame?.type === "refused";
    if (isAnswer && posts.delete(frame.requestId)) answered.add(1);
  }

  return {
    opened(number) {
      const streams = { toServer: createSocketStream(), toClient: createSocketStream() };
      connections.set(number, { streams, posts: new Map() });
    },
    data(number, direction, bytes) {
      const connection = connections.get(number);
      if (connection === undefined) return;
      for (const message of connection.streams[direction](bytes)) read(connection, direction, message);
    },
    closed(number) {
      for (const ciphertext of connections.get(number)?.posts.values() ?? []) unanswered.add(ciphertext);
      connections.delete(number);
    },
    takeUnanswered() {
      const taken = unanswered;
      unanswered = new Set();
      return taken;
    },
    hasUnanswered: () => [...connections.values()].some(({ posts }) => posts.size > 0),
    answers: (count) => answered.more(count),
  };
}
