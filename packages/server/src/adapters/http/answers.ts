/** Answers of the HTTP interface: JSON values, bytes, and refusals from the one error table. */
import type { Refusal } from "@sotto/protocol";
import { ERRORS } from "@sotto/protocol";

const NO_STORE = { "cache-control": "no-store" } as const;
/** Seconds after which a client that was told to slow down may try again. */
const RETRY_AFTER_SECONDS = "60";

export function jsonAnswer(value: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: { ...NO_STORE, "content-type": "application/json", ...headers },
  });
}

/** With `from` above 0 they are the rest of `of` bytes, from that one on. */
export function bytesAnswer(bytes: Uint8Array, from = 0, of = bytes.length): Response {
  // As a stream of one piece, which is not copied.
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      if (bytes.length > 0) controller.enqueue(bytes);
      controller.close();
    },
  });
  return new Response(body, {
    status: from === 0 ? 200 : 206,
    headers: {
      ...NO_STORE,
      "content-type": "application/octet-stream",
      "content-length": String(bytes.length),
      ...(from > 0 && { "content-range": `bytes ${from}-${of - 1}/${of}` }),
    },
  });
}

/** `{error: {code, message, index?}}` with the table's status. */
export function refusalAnswer(refusal: Refusal): Response {
  const { status, body } = refusalBody(refusal);
  const headers: Record<string, string> = {};
  if (status === 429) headers["retry-after"] = RETRY_AFTER_SECONDS;
  if (status === 401) headers["www-authenticate"] = "Bearer";
  return jsonAnswer(body, status, headers);
}

/** Status and body of a refusal, for answers that are not made by the application such as a refused upgrade. */
export function refusalBody({ code, detail, index }: Refusal): {
  readonly status: number;
  readonly body: object;
} {
  const { http, meaning } = ERRORS[code];
  return {
    status: http,
    body: { error: { code, message: detail ?? meaning, ...(index !== undefined && { index }) } },
  };
}
