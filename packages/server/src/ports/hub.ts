/**
 * The connection engine as data: what happened to sockets and store requests goes in, what to do with them comes out. An adapter carries
 * the effects out in order and reports back; it holds no rule of its own.
 */
import type { Notice } from "./notices.ts";
import type { PackedFrames } from "./packedFrames.ts";
import type { AnyResult, StoreRequest } from "./requests.ts";

/** Chosen by the adapter, unique for the life of the hub. */
export type ConnectionId = number;

/** Pairs an `execute` effect with its `committed` event. */
export type Ticket = number;

export type HubEvent =
  /** A socket is open. It must send hello within five seconds. */
  | { readonly type: "opened"; readonly connection: ConnectionId }
  /** Binary messages that came at once, in order: posts among them that follow each other in one group are stored together. */
  | { readonly type: "frames"; readonly connection: ConnectionId; readonly frames: readonly Uint8Array[] }
  /** The socket is gone, whoever closed it. */
  | { readonly type: "closed"; readonly connection: ConnectionId }
  /** More bytes than the adapter's bound wait in the socket's send buffer: nothing is pushed until `drained`. The adapter also stops reading the socket meanwhile. */
  | { readonly type: "congested"; readonly connection: ConnectionId }
  /** The send buffer is below its bound again. */
  | { readonly type: "drained"; readonly connection: ConnectionId }
  /** The result of an `execute` effect. */
  | { readonly type: "committed"; readonly ticket: Ticket; readonly result: AnyResult }
  /** What the executor's notice listener was given, of all requests. */
  | { readonly type: "notices"; readonly notices: readonly Notice[] }
  /** The time asked for by the last `timer` effect has come. */
  | { readonly type: "timer" };

export type HubEffect =
  | { readonly type: "send"; readonly connection: ConnectionId; readonly bytes: Uint8Array }
  /** Several frames, in order. Their memory belongs to whoever carries the effect out. */
  | { readonly type: "sendPacked"; readonly connection: ConnectionId; readonly frames: PackedFrames }
  /** Close the socket. The hub has forgotten the connection: later events of it are ignored. */
  | {
      readonly type: "close";
      readonly connection: ConnectionId;
      readonly code: number;
      readonly reason: string;
    }
  | { readonly type: "execute"; readonly ticket: Ticket; readonly request: StoreRequest }
  /** Replaces the one timer. */
  | { readonly type: "timer"; readonly atMs: number };

export interface Hub {
  /** `nowMs` never decreases; it need not be the wall clock. */
  handle(event: HubEvent, nowMs: number): readonly HubEffect[];
  /** Ready connections now, for metrics. */
  connections(): number;
}
