/**
 * The server's HTTP interface as typed calls: every answer is checked against the schemas of `@sotto/protocol` on arrival, so that nothing
 * unchecked goes further. An answer that no Sotto server gives is told from a passing fault by asking `GET /v1/info`.
 */
import type { BlobId, Refusal } from "@sotto/protocol";
import { HTTP, MAX_HTTP_FRAME_BYTES, ROUTES, fromUtf8, isErrorCode, parseJson, toHex } from "@sotto/protocol";
import type { Unreachable } from "../ports/server.ts";
import type { Arriving } from "./arriving.ts";
import type { HttpCall, HttpReply, HttpTransport } from "./transport.ts";

export type ApiAnswer<T> =
  | { readonly kind: "ok"; readonly value: T }
  | ({ readonly kind: "refused" } & Refusal)
  | { readonly kind: "unreachable"; readonly reason: Unreachable };

/** Which schemas belong to which route. */
const SCHEMAS = {
  info: { response: HTTP.info.response },
  registerStart: HTTP.registerStart,
  registerFinish: HTTP.registerFinish,
  loginStart: HTTP.loginStart,
  loginFinish: HTTP.loginFinish,
  bindDevice: HTTP.bindDevice,
  logout: HTTP.logout,
  passwordStart: HTTP.passwordStart,
  passwordFinish: HTTP.passwordFinish,
  deleteAccount: HTTP.deleteAccount,
  putDeviceList: HTTP.putDeviceList,
  accountByName: HTTP.account,
  accountById: HTTP.account,
  putKeyPackages: HTTP.keyPackages,
  claimKeyPackages: HTTP.claimKeyPackages,
  getVault: HTTP.getVault,
  putVault: HTTP.vault,
  putProfile: HTTP.putProfile,
  getProfile: HTTP.getProfile,
  ice: HTTP.ice,
  groupMailboxes: HTTP.groupMailboxes,
  roomPasswordStart: HTTP.roomPasswordStart,
  putRoom: HTTP.putRoom,
  roomLoginStart: HTTP.roomLoginStart,
  roomLoginFinish: HTTP.roomLoginFinish,
  groupInfo: HTTP.groupInfo,
  putGroupInfo: HTTP.putGroupInfo,
  createBlob: HTTP.createBlob,
  blobStatus: HTTP.blobStatus,
  putParcel: HTTP.putParcel,
  keepParcel: HTTP.keepParcel,
  blobDone: HTTP.blobDone,
} as const;

export type JsonRoute = keyof typeof SCHEMAS;
type Parsed<Schema> = Schema extends { parse(data: unknown): infer T } ? T : never;
export type RequestOf<R extends JsonRoute> = (typeof SCHEMAS)[R] extends { request: infer S }
  ? Parsed<S>
  : undefined;
export type ResponseOf<R extends JsonRoute> = Parsed<(typeof SCHEMAS)[R]["response"]>;

export interface CallOptions<R extends JsonRoute> {
  readonly token?: string;
  /** Values for the `:names` of the route's path. */
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: RequestOf<R>;
}

/** Calls never reject. */
export interface ServerApi {
  call<R extends JsonRoute>(route: R, options?: CallOptions<R>): Promise<ApiAnswer<ResponseOf<R>>>;
  /** `POST /v1/frames`: the reply frame. */
  frame(frame: Uint8Array, token: string): Promise<ApiAnswer<Uint8Array>>;
  /** `GET /v1/bodies/{hash}`. The caller compares the hash. */
  body(hash: Uint8Array, token: string): Promise<ApiAnswer<Uint8Array>>;
  /** `PUT /v1/blobs/{blob}/{leaf}`: the pieces one behind the other; `onSent` as in {@link HttpCall}. */
  putParcel(
    at: ParcelPlace,
    pieces: readonly Uint8Array[],
    token: string,
    onSent: () => void,
  ): Promise<ApiAnswer<ResponseOf<"putParcel">>>;
  /** `GET /v1/blobs/{blob}/{leaf}`: what is missing behind `arriving`, whose bytes the answer has. */
  getParcel(at: ParcelPlace, token: string, arriving: Arriving): Promise<ApiAnswer<Uint8Array>>;
}

export interface ParcelPlace {
  readonly blob: BlobId;
  readonly leaf: number;
}

/** As long as a server waits for one request: a parcel of 1 MiB over a line of 140 kbit/s. */
const PARCEL_TIMEOUT_MS = 60_000;
const MAX_JSON_BYTES = 4 * 1024 * 1024;

export function createServerApi(transport: HttpTransport): ServerApi {
  return {
    async call(route, options = {}) {
      const { method, path } = ROUTES[route];
      const reply = await transport({
        method,
        path: filled(path, options.params ?? {}),
        ...(options.token !== undefined && { token: options.token }),
        ...(options.body !== undefined && { body: { json: options.body } }),
        maxAnswerBytes: MAX_JSON_BYTES,
      });
      return answerOf(reply, (body) => jsonAnswer(route, body));
    },
    async frame(frame, token) {
      const { method, path } = ROUTES.frames;
      const call = { method, path, token, body: frame, maxAnswerBytes: MAX_HTTP_FRAME_BYTES };
      return answerOf(await transport(call), binaryAnswer);
    },
    async body(hash, token) {
      const { method, path } = ROUTES.body;
      const call = {
        method,
        path: filled(path, { hash: toHex(hash) }),
        token,
        maxAnswerBytes: MAX_HTTP_FRAME_BYTES,
      };
      return answerOf(await transport(call satisfies HttpCall), binaryAnswer);
    },
    async putParcel({ blob, leaf }, pieces, token, onSent) {
      const { method, path } = ROUTES.putParcel;
      const call = {
        method,
        path: filled(path, { blob, leaf: String(leaf) }),
        token,
        body: pieces,
        maxAnswerBytes: MAX_JSON_BYTES,
        timeoutMs: PARCEL_TIMEOUT_MS,
        onSent,
      };
      return answerOf(await transport(call), (reply) => jsonAnswer("putParcel", reply));
    },
    async getParcel({ blob, leaf }, token, arriving) {
      const { method, path } = ROUTES.getParcel;
      const call = {
        method,
        path: filled(path, { blob, leaf: String(leaf) }),
        token,
        maxAnswerBytes: MAX_JSON_BYTES,
        timeoutMs: PARCEL_TIMEOUT_MS,
        arriving,
      };
      return answerOf(await transport(call satisfies HttpCall), binaryAnswer);
    },
  };

  async function answerOf<T>(
    reply: HttpReply,
    read: (reply: HttpReply & { kind: "reply" }) => T | undefined,
  ): Promise<ApiAnswer<T>> {
    if (reply.kind === "unreachable") return reply;
    if (reply.status === 200) {
      const value = read(reply);
      if (value !== undefined) return { kind: "ok", value };
    } else {
      const refusal = refusalOf(reply);
      if (refusal?.code === "versionUnsupported") return { kind: "unreachable", reason: "versionTooOld" };
      if (refusal !== undefined) return { kind: "refused", ...refusal };
    }
    return (await isSotto(transport))
      ? { kind: "refused", code: "internal", detail: `unexpected answer with status ${reply.status}` }
      : { kind: "unreachable", reason: "wrongAddress" };
  }
}

/** True when a Sotto server answers at the address. */
export async function isSotto(transport: HttpTransport): Promise<boolean> {
  const reply = await transport({ ...ROUTES.info, maxAnswerBytes: MAX_JSON_BYTES });
  return reply.kind === "reply" && reply.status === 200 && jsonAnswer("info", reply) !== undefined;
}

function jsonAnswer<R extends JsonRoute>(
  route: R,
  reply: HttpReply & { kind: "reply" },
): ResponseOf<R> | undefined {
  const checked = SCHEMAS[route].response.safeParse(jsonOf(reply));
  return checked.success ? (checked.data as ResponseOf<R>) : undefined;
}

function binaryAnswer(reply: HttpReply & { kind: "reply" }): Uint8Array | undefined {
  return reply.mediaType === "application/octet-stream" ? reply.body : undefined;
}

function refusalOf(reply: HttpReply & { kind: "reply" }): Refusal | undefined {
  const checked = HTTP.error.response.safeParse(jsonOf(reply));
  if (!checked.success) return undefined;
  const { code, message, index } = checked.data.error;
  // A newer server may know codes that this build does not: treat them as a passing failure.
  return {
    code: isErrorCode(code) ? code : "internal",
    detail: message,
    ...(index !== undefined && { index }),
  };
}

function jsonOf(reply: HttpReply & { kind: "reply" }): unknown {
  const text = reply.mediaType === "application/json" && reply.body ? fromUtf8(reply.body) : undefined;
  return text === undefined ? undefined : parseJson(text);
}

function filled(path: string, params: Readonly<Record<string, string>>): string {
  return path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
}
