/** Frames submitted over HTTP: the same requests as on the socket, without a connection. */
import type { Refusal } from "@sotto/protocol";
import type { AnyResult, FrameRequest, SessionKey } from "./requests.ts";

export interface PreparedFrame {
  readonly request: FrameRequest;
  /** The encoded `ok` or `refused` frame that answers. */
  readonly reply: (result: AnyResult) => Uint8Array;
}

/** The request of one encoded frame, or why there is none: badFrame, or unexpectedFrame for hello, ack and ping. */
export type PrepareFrame = (session: SessionKey, bytes: Uint8Array) => PreparedFrame | Refusal;
