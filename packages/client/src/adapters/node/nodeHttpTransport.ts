/**
 * {@link HttpTransport} on node:http and node:https, for what Node's `fetch` does badly: it takes no authority that is pinned, and copies what is large several times. The limits are
 * those of `createFetchTransport`: no cookies, no redirects followed, answers of a bounded length in a bounded time.
 */
import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { utf8 } from "@sotto/protocol";
import { append, arrived, goesOn, rangeOf } from "../../http/arriving.ts";
import type { HttpCall, HttpReply, HttpTransport } from "../../http/transport.ts";
import { REQUEST_TIMEOUT_MS } from "../../http/transport.ts";
import { classifyNetworkError } from "./networkErrors.ts";

export interface NodeHttpOptions {
  /** `https://host[:port]` without a path. Plain http is as plain here as elsewhere. */
  readonly origin: string;
  /** The one authority that may vouch for the server, PEM; without it those that Node knows. */
  readonly authority?: string | undefined;
  /** Aborts every exchange under way; later ones fail at once. */
  readonly closed?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
}

/** Allocated before anything has come, if so much is announced: a parcel of a file and a little more. */
const FIRST_BYTES = 1.25 * 1024 * 1024;
/** Of a body, written at a time: what waits here when the connection breaks has not gone. */
const SLICE_BYTES = 128 * 1024;

export function createNodeHttpTransport(options: NodeHttpOptions): HttpTransport {
  const { origin, authority, closed, timeoutMs = REQUEST_TIMEOUT_MS } = options;
  const secure = origin.startsWith("https:");
  const agent = secure
    ? // Said aloud, because the environment can switch it off for everybody who says nothing.
      new HttpsAgent({
        keepAlive: true,
        rejectUnauthorized: true,
        ...(authority !== undefined && { ca: authority }),
      })
    : new HttpAgent({ keepAlive: true });
  closed?.addEventListener("abort", () => agent.destroy(), { once: true });
  const send = secure ? httpsRequest : httpRequest;

  return async (call) => {
    const timeout = AbortSignal.timeout(call.timeoutMs ?? timeoutMs);
    const signal = closed === undefined ? timeout : AbortSignal.any([closed, timeout]);
    const pieces = piecesOf(call);
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        const request = send(origin + call.path, { ...headOf(call, pieces), agent, signal }, resolve);
        request.on("error", reject);
        pour(request, slicesOf(pieces), call.onSent);
      });
      return await replyOf(response, call);
    } catch (error) {
      if (timeout.aborted) return { kind: "unreachable", reason: "timeout" };
      return {
        kind: "unreachable",
        reason: closed?.aborted === true ? "offline" : classifyNetworkError(error),
      };
    }
  };
}

/** The body in the pieces in which it is written. */
function piecesOf({ body }: HttpCall): readonly Uint8Array[] {
  if (body === undefined) return [];
  if (body instanceof Uint8Array) return [body];
  return "json" in body ? [utf8(JSON.stringify(body.json))] : body;
}

function* slicesOf(pieces: readonly Uint8Array[]): Generator<Uint8Array, void> {
  for (const piece of pieces)
    for (let at = 0; at < piece.length; at += SLICE_BYTES) yield piece.subarray(at, at + SLICE_BYTES);
}

/** Writes no more than the connection takes; one that breaks takes nothing more. */
function pour(request: ClientRequest, slices: Iterator<Uint8Array, void>, onSent?: () => void): void {
  for (let next = slices.next(); next.done !== true; next = slices.next())
    if (!request.write(next.value)) return void request.once("drain", () => pour(request, slices, onSent));
  request.end(onSent);
}

function headOf(call: HttpCall, pieces: readonly Uint8Array[]): RequestOptions {
  const headers: Record<string, string | number> = { ...rangeOf(call.arriving) };
  if (call.token !== undefined) headers["authorization"] = `Bearer ${call.token}`;
  if (call.body !== undefined) {
    headers["content-type"] = "json" in call.body ? "application/json" : "application/octet-stream";
    headers["content-length"] = pieces.reduce((sizeBytes, { length }) => sizeBytes + length, 0);
  }
  return { method: call.method, headers };
}

async function replyOf(response: IncomingMessage, call: HttpCall): Promise<HttpReply> {
  const { statusCode: status = 0, headers } = response;
  const { arriving } = call;
  const mediaType = (headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const lengthBytes = Number(headers["content-length"] ?? 0);
  if (arriving === undefined || !goesOn(arriving, { status, range: headers["content-range"], lengthBytes }))
    return { kind: "reply", status, mediaType, body: await readUpTo(response, call.maxAnswerBytes) };
  for await (const chunk of response as AsyncIterable<Buffer>)
    if (!append(arriving, chunk)) return { kind: "reply", status: 200, mediaType, body: undefined };
  return { kind: "reply", status: 200, mediaType, body: arrived(arriving) };
}

async function readUpTo(response: IncomingMessage, maxBytes: number): Promise<Uint8Array | undefined> {
  const announced = Number(response.headers["content-length"] ?? maxBytes);
  // Leaving a loop early destroys the response, and its connection with it.
  let body = new Uint8Array(Math.min(announced, maxBytes, FIRST_BYTES));
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    const end = size + chunk.length;
    if (end > maxBytes) return undefined;
    if (end > body.length) {
      const larger = new Uint8Array(Math.min(maxBytes, Math.max(end, 2 * body.length)));
      larger.set(body.subarray(0, size));
      body = larger;
    }
    body.set(chunk, size);
    size = end;
  }
  return size === body.length ? body : body.slice(0, size);
}
