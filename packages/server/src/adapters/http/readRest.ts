/**
 * A request may be answered before all of it has come, as when it is refused. What is on its way still is taken and thrown away: a connection that is closed over unread bytes is
 * reset, and the answer is lost with it (RFC 9112 §9.6).
 */
import type { IncomingMessage, ServerResponse } from "node:http";

/** More than any request may have. How long it may take is the port's limit for requests. */
const MAX_REST_BYTES = 4 * 1024 * 1024;

/** Call before the request is answered. */
export function readRestOf(request: IncomingMessage, response: ServerResponse): void {
  // Before Node's own listener, which lets all of what nobody reads through unseen.
  response.prependOnceListener("finish", () => {
    if (request.complete) return;
    let restBytes = 0;
    request.on("data", (chunk: Buffer) => {
      restBytes += chunk.length;
      if (restBytes > MAX_REST_BYTES) request.destroy();
    });
    request.read(0);
  });
}
