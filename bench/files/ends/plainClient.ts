/** `plainClient.ts URL AUTHORITY`: uploads and downloads as it is told. */
import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import { pipeline } from "node:stream/promises";

export type HttpOrder =
  | { readonly kind: "upload" | "download"; readonly path: string }
  | { readonly kind: "close" };
export type HttpAnswer =
  | { readonly kind: "ready" }
  | { readonly kind: "done"; readonly ms: number }
  | { readonly kind: "failed"; readonly message: string };

const [url = "", ca = ""] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, ca });

async function obey(order: HttpOrder): Promise<HttpAnswer> {
  const startedMs = performance.now();
  if (order.kind === "upload") await upload(order.path);
  else if (order.kind === "download") await download(order.path);
  return { kind: "done", ms: performance.now() - startedMs };
}

async function upload(path: string): Promise<void> {
  const { size } = await stat(path);
  const sending = request(url, { agent, method: "PUT", headers: { "content-length": size } });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sending.on("response", resolve).on("error", reject);
  });
  await pipeline(createReadStream(path), sending);
  (await answered).resume();
}

async function download(path: string): Promise<void> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { agent }, resolve).on("error", reject).end();
  });
  // `flush` is fsync before the file is closed.
  await pipeline(response, createWriteStream(path, { flush: true }));
}

const answer = (said: HttpAnswer): void => void process.send?.(said);
process.on("message", (order: HttpOrder) => {
  if (order.kind === "close") return process.exit();
  obey(order).then(answer, (error: unknown) => answer({ kind: "failed", message: String(error) }));
});
// The bench has ended, however it did.
process.on("disconnect", () => process.exit());
answer({ kind: "ready" });
