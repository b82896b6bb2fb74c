/** {@link HttpTransport} on the platform's `fetch`, which Node and browsers share. */
import { concatBytes } from "@sotto/protocol";
import type { Unreachable } from "../ports/server.ts";
import { append, arrived, goesOn, rangeOf } from "./arriving.ts";
import type { HttpCall, HttpReply, HttpTransport } from "./transport.ts";
import { REQUEST_TIMEOUT_MS } from "./transport.ts";

export interface FetchTransportOptions {
  /** `https://host[:port]` without a path. */
  readonly origin: string;
  /** Why `fetch` rejected, from the platform's error. Not asked about time-outs. */
  readonly classify: (error: unknown) => Unreachable;
  /** Aborts every exchange under way; later ones fail at once. */
  readonly closed?: AbortSignal;
  readonly timeoutMs?: number;
}

/**
 * Requests carry no cookies and no referrer, and follow no redirect: a server that sends the client elsewhere is not the one that the
 * user named, and the token must not travel on.
 */
export function createFetchTransport(options: FetchTransportOptions): HttpTransport {
  const { origin, classify, closed, timeoutMs = REQUEST_TIMEOUT_MS } = options;
  return async (call) => {
    const timeout = AbortSignal.timeout(call.timeoutMs ?? timeoutMs);
    const signal = closed === undefined ? timeout : AbortSignal.any([closed, timeout]);
    try {
      const asking = fetch(origin + call.path, { ...initOf(call), signal });
      call.onSent?.();
      return await replyOf(await asking, call);
    } catch (error) {
      if (timeout.aborted) return { kind: "unreachable", reason: "timeout" };
      return { kind: "unreachable", reason: closed?.aborted === true ? "offline" : classify(error) };
    }
  };
}

function initOf(call: HttpCall): RequestInit {
  const headers: Record<string, string> = { ...rangeOf(call.arriving) };
  if (call.token !== undefined) headers["authorization"] = `Bearer ${call.token}`;
  const init = {
    method: call.method,
    headers,
    redirect: "manual",
    credentials: "omit",
    referrerPolicy: "no-referrer",
    cache: "no-store",
  } as const satisfies RequestInit;
  if (call.body === undefined) return init;
  const isJson = "json" in call.body;
  headers["content-type"] = isJson ? "application/json" : "application/octet-stream";
  // `fetch` wants bytes that cannot be shared between threads; ours never are.
  return { ...init, body: isJson ? JSON.stringify(call.body.json) : bytesOf(call.body) };
}

/** In one piece: a Blob of several is copied too, and read back in small ones by Node. */
function bytesOf(body: Uint8Array | readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return (body instanceof Uint8Array ? body : concatBytes(...body)) as Uint8Array<ArrayBuffer>;
}

async function replyOf(response: Response, call: HttpCall): Promise<HttpReply> {
  const { status, headers } = response;
  const { arriving } = call;
  const mediaType = (headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const range = headers.get("content-range");
  const lengthBytes = Number(headers.get("content-length") ?? 0);
  if (arriving === undefined || !goesOn(arriving, { status, range, lengthBytes }))
    return { kind: "reply", status, mediaType, body: await readUpTo(response, call.maxAnswerBytes) };
  const isShort = await eachChunk(response, (chunk) => append(arriving, chunk));
  const body = isShort ? arrived(arriving) : undefined;
  return { kind: "reply", status: 200, mediaType, body };
}

async function readUpTo(response: Response, maxBytes: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const isShort = await eachChunk(response, (chunk) => {
    size += chunk.length;
    chunks.push(chunk);
    return size <= maxBytes;
  });
  return isShort ? concatBytes(...chunks) : undefined;
}

/** Until `take` says false: the rest is not read then, and the answer is false. */
async function eachChunk(response: Response, take: (chunk: Uint8Array) => boolean): Promise<boolean> {
  const reader = response.body?.getReader();
  for (let next = await reader?.read(); next?.done === false; next = await reader?.read()) {
    if (take(next.value)) continue;
    await reader?.cancel();
    return false;
  }
  return true;
}
