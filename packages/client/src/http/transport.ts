/** One HTTP exchange with the server, without a meaning yet: what a platform has to provide for requests. */
import type { Unreachable } from "../ports/server.ts";
import type { Arriving } from "./arriving.ts";

export interface HttpCall {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Absolute path on the server, parameters already escaped. */
  readonly path: string;
  /** Bearer token, unpadded base64url. */
  readonly token?: string;
  /** Sent as JSON, or as application/octet-stream when it is bytes; several pieces of them one after the other, without putting them together where the platform can. */
  readonly body?: Uint8Array | readonly Uint8Array[] | { readonly json: unknown };
  /** A longer answer is not read to its end and counts as malformed. */
  readonly maxAnswerBytes: number;
  /** Instead of the transport's own, for what is large and takes long. */
  readonly timeoutMs?: number;
  /** The body of the answer goes on with that, and stays there if the exchange breaks off. The whole is the reply's, with status 200. */
  readonly arriving?: Arriving;
  /** The body has been handed to the system; or to the platform, where it does not say so of the system. Not when it fails before. */
  readonly onSent?: () => void;
}

export type HttpReply =
  | {
      readonly kind: "reply";
      readonly status: number;
      /** Media type without parameters, lower case; empty when the answer names none. */
      readonly mediaType: string;
      /** `undefined` when longer than allowed. */
      readonly body: Uint8Array | undefined;
    }
  | { readonly kind: "unreachable"; readonly reason: Unreachable };

/** Never rejects. Gives up after {@link REQUEST_TIMEOUT_MS}, or what the call says. */
export type HttpTransport = (call: HttpCall) => Promise<HttpReply>;

/** Long enough for a commit of 2 MiB over a slow line, short enough that a person still waits. */
export const REQUEST_TIMEOUT_MS = 15_000;
