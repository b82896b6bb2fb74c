/** From the server's system calls: what was on the disk when an acknowledgement left it. */
import { decodeClientFrame, decodeServerFrame } from "@sotto/protocol";
import { createSocketStream } from "../capture/socketStream.ts";
import type { Syscall } from "./straceLog.ts";

/** One post that was acknowledged over a socket. */
export interface Acknowledgement {
  /** Line of the log at which the ok began to leave. */
  readonly leftAt: number;
  /** Line at which a write of the message to the write-ahead log was complete; `undefined`: none was before the ok. */
  readonly writtenAt: number | undefined;
  /** Line at which an fsync of the write-ahead log was complete that began after that write and ended before the ok. */
  readonly syncedAt: number | undefined;
}

const WAL = /-wal$/;
const SOCKET = /^TCP/;
const SYNC = /^f(data)?sync$/;
const READ = /^(read|readv|recvfrom|recvmsg)$/;
const WRITE = /^(write|writev|sendto|sendmsg)$/;
/**
 * Two parts of a ciphertext that tell it from all others, behind the headers of the MLS message. Messages that are stored together run over
 * the end of a database page, but a page ends in at most one of the two.
 */
const MARKS = [
  { start: 120, end: 152 },
  { start: 152, end: 184 },
] as const;

interface Post {
  readonly marks: readonly Uint8Array[];
  writtenAt?: number;
  syncedAt?: number;
}

/** All acknowledgements of posts, in the order in which they left. */
export function acknowledgements(calls: readonly Syscall[]): readonly Acknowledgement[] {
  const sockets = new Map<string, ReturnType<typeof createSocket>>();
  const posts = new Set<Post>();
  const found: Acknowledgement[] = [];
  for (const call of calls.toSorted((a, b) => a.completed - b.completed)) {
    if (call.result < 0) continue;
    if (WAL.test(call.target)) noteDisk(call, posts);
    if (!SOCKET.test(call.target)) continue;
    const socket = sockets.get(call.target) ?? createSocket();
    sockets.set(call.target, socket);
    if (READ.test(call.name)) for (const post of socket.received(call.data)) posts.add(post);
    if (!WRITE.test(call.name)) continue;
    for (const post of socket.sent(call.data.subarray(0, call.result))) {
      posts.delete(post);
      found.push({ leftAt: call.begun, ...durableBefore(post, call.begun) });
    }
  }
  return found;
}

function noteDisk(call: Syscall, posts: ReadonlySet<Post>): void {
  for (const post of posts) {
    if (post.writtenAt === undefined) {
      const written = Buffer.from(call.data);
      if (call.name === "pwrite64" && post.marks.some((mark) => written.includes(mark)))
        post.writtenAt = call.completed;
    } else if (SYNC.test(call.name) && call.begun > post.writtenAt) post.syncedAt ??= call.completed;
  }
}

function durableBefore(
  { writtenAt, syncedAt }: Post,
  line: number,
): Pick<Acknowledgement, "writtenAt" | "syncedAt"> {
  const before = (at: number | undefined): number | undefined =>
    at !== undefined && at < line ? at : undefined;
  return { writtenAt: before(writtenAt), syncedAt: before(syncedAt) };
}

/** One connection of the server: posts that come, and those that are acknowledged. */
function createSocket() {
  const incoming = createSocketStream();
  const outgoing = createSocketStream();
  const byRequest = new Map<number, Post>();
  return {
    received(bytes: Uint8Array): readonly Post[] {
      return incoming(bytes).flatMap((message) => {
        const frame = decodeClientFrame(message);
        if (frame?.type !== "post") return [];
        const post: Post = { marks: MARKS.map(({ start, end }) => frame.ciphertext.slice(start, end)) };
        byRequest.set(frame.requestId, post);
        return [post];
      });
    },
    sent(bytes: Uint8Array): readonly Post[] {
      return outgoing(bytes).flatMap((message) => {
        const frame = decodeServerFrame(message);
        const post = frame?.type === "ok" ? byRequest.get(frame.requestId) : undefined;
        return post === undefined ? [] : [post];
      });
    },
  };
}
