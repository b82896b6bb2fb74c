/**
 * Between the devices and the real server engine: what a server that cheats does to answers, to what it is told, and to what it pushes. A
 * mailbox is numbered anew, with room behind each entry for those that the server makes up.
 */
import type { ClientFrame, MailboxEntry, ServerFrame } from "@sotto/protocol";
import { decodeClientFrame, decodeServerFrame, encodeClientFrame, encodeServerFrame } from "@sotto/protocol";
import type { AnyResult, StoreRequest } from "@sotto/server/simulation";
import type { Relay } from "../sim/link.ts";
import type { ServerNode, ServerSocket } from "../sim/serverNode.ts";

/** What the server does to one device. Each may be changed at any time; `undefined`: it is honest. */
export interface Deceit {
  /** What the device is answered instead of what the engine says. */
  answer: ((request: StoreRequest, honest: AnyResult) => AnyResult) | undefined;
  /** The reply to a frame that is kept from the engine; `undefined` lets it pass. */
  swallow: ((frame: ClientFrame) => ServerFrame | undefined) | undefined;
  /** What the device is shown instead of an entry. */
  replace: ((entry: MailboxEntry) => MailboxEntry) | undefined;
}

/** A mailbox entry without its place. */
export type MadeUpEntry = MailboxEntry extends infer E
  ? E extends unknown
    ? Omit<E, "sequence">
    : never
  : never;

export interface CheatedServer {
  /** The server as the device meets it. */
  readonly node: ServerNode;
  readonly relay: Relay;
  readonly deceit: Deceit;
  /** Shows the device an entry that nobody sent. */
  show(entry: MadeUpEntry): void;
  /** Pushes a frame that is no entry. */
  push(frame: ServerFrame): void;
}

const ROOM = 64;
/** In the place of a frame that does not reach the engine. */
const NOTHING_SAID = encodeClientFrame({ type: "ping", requestId: 1 });

export function createCheatedServer(server: ServerNode): CheatedServer {
  const deceit: Deceit = { answer: undefined, swallow: undefined, replace: undefined };
  let socket: ServerSocket | undefined;
  let base = 0;
  let used = 0;
  /** Frames that are pushed as they are. */
  const madeUp = new WeakSet<Uint8Array>();

  function push(frame: ServerFrame): void {
    const bytes = encodeServerFrame(frame);
    madeUp.add(bytes);
    socket?.send(bytes);
  }

  return {
    deceit,
    push,
    show: (entry) => push({ ...entry, sequence: base * ROOM + ++used }),
    node: {
      ...server,
      opened(opening) {
        socket = opening;
        return server.opened(opening);
      },
      call: (request, answer) =>
        server.call(request, (result) => answer(deceit.answer?.(request, result) ?? result)),
      submit(session, bytes, answer) {
        const frame = decodeClientFrame(bytes);
        const reply = frame && deceit.swallow?.(frame);
        if (reply === undefined) return server.submit(session, bytes, answer);
        answer(encodeServerFrame(reply));
        return true;
      },
    },
    relay: {
      toClient(bytes) {
        const frame = decodeServerFrame(bytes);
        if (frame === undefined || !("sequence" in frame) || madeUp.has(bytes)) return [bytes];
        base = frame.sequence;
        used = 0;
        const shown = deceit.replace?.(frame) ?? frame;
        return [encodeServerFrame({ ...shown, sequence: base * ROOM })];
      },
      toServer(bytes) {
        const frame = decodeClientFrame(bytes);
        const reply = frame?.type === "post" ? deceit.swallow?.(frame) : undefined;
        if (reply !== undefined) {
          push(reply);
          return NOTHING_SAID;
        }
        if (frame?.type !== "ack") return bytes;
        return encodeClientFrame({ ...frame, sequence: Math.floor(frame.sequence / ROOM) });
      },
    },
  };
}
