/** `plainServer.ts ADDRESS PORT DIR`: PUT writes to a file and answers when it is durable, GET reads it. Prints its URL. */
import { createReadStream, createWriteStream, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

const [host = "", port = "", dir = ""] = process.argv.slice(2);
const file = join(dir, "content");
const tls = { key: readFileSync(join(dir, "key.pem")), cert: readFileSync(join(dir, "cert.pem")) };

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === "GET") return pipeline(createReadStream(file), response);
  // `flush` is fsync before the file is closed.
  await pipeline(request, createWriteStream(file, { flush: true }));
  response.end();
}

createServer(tls, (request, response) => void serve(request, response)).listen(Number(port), host, () =>
  console.log(`https://${host}:${port}`),
);
