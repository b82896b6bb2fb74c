/**
 * Loaded into a server before its own code: writes down what clients send it, frame by frame and request by request, in the file that FRAME_LOG names.
 */
import diagnostics from "node:diagnostics_channel";
import { appendFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { createRequire } from "node:module";
import { decodeClientFrame } from "@sotto/protocol";
import type { FrameEntry } from "./frameLog.ts";

const PACKAGE = "ws";
const log = process.env["FRAME_LOG"];
if (log === undefined) throw new Error("FRAME_LOG is missing");

interface Emitter {
  emit: (event: string, ...args: unknown[]) => boolean;
}

const require = createRequire(import.meta.resolve("@sotto/server"));
const sockets = require(PACKAGE) as { readonly WebSocket: { readonly prototype: Emitter } };
const { prototype } = sockets.WebSocket;
const { emit } = prototype;
prototype.emit = function watched(this: Emitter, event, ...args) {
  if (event === "message") noteFrame(args[0] as Uint8Array);
  return emit.call(this, event, ...args);
};

diagnostics.subscribe("http.server.request.start", (message) => {
  const { method = "", url = "", headers } = (message as { readonly request: IncomingMessage }).request;
  note({ what: `${method} ${nameOf(url)}`, bytes: Number(headers["content-length"] ?? 0) });
});

function noteFrame(bytes: Uint8Array): void {
  note({ what: decodeClientFrame(new Uint8Array(bytes))?.type ?? "no frame", bytes: bytes.length });
}

/** Without what tells one blob, user or asset from another. */
function nameOf(url: string): string {
  const [first = "", second = "", third] = url.split("?")[0]?.split("/").slice(1) ?? [];
  return first === "v1" ? `/v1/${second}${third === undefined ? "" : "/…"}` : "the web app";
}

function note(entry: FrameEntry): void {
  appendFileSync(log ?? "", `${JSON.stringify(entry)}\n`);
}
