/**
 * Loaded into a client before its own code: writes down every piece of a file that passes it, on links and to and from the relay, in the file that LEAF_LOG
 * names. What was written survives SIGKILL.
 */
import diagnostics from "node:diagnostics_channel";
import { appendFileSync } from "node:fs";
import type { ClientRequest } from "node:http";
import { createRequire } from "node:module";
import type { Socket } from "node:net";
import { decodeFileFrame } from "@sotto/protocol";
import type { Piece } from "./leafLog.ts";

type Method = (...args: readonly unknown[]) => unknown;
type Methods = Readonly<Record<string, Method>>;

const PACKAGE = "node-datachannel";
const log = process.env["LEAF_LOG"];
if (log === undefined) throw new Error("LEAF_LOG is missing");
watchLinks();
diagnostics.subscribe("http.client.request.created", (message) =>
  watchRequest((message as { readonly request: ClientRequest }).request),
);

function note(piece: Piece): void {
  appendFileSync(log ?? "", `${JSON.stringify(piece)}\n`);
}

/** The native package's classes cannot be changed; what it exports can. */
function watchLinks(): void {
  const require = createRequire(import.meta.resolve("sotto/node-links"));
  const native = require(PACKAGE) as { PeerConnection: new (...args: unknown[]) => Methods };
  const Connection = native.PeerConnection;
  native.PeerConnection = function watched(...args: unknown[]) {
    const connection = new Connection(...args);
    return withMethods(connection, {
      createDataChannel: (...given) => watchedChannel(connection["createDataChannel"]?.(...given) as Methods),
    });
  } as unknown as typeof Connection;
}

function watchedChannel(channel: Methods): Methods {
  return withMethods(channel, {
    sendMessageBinary(frame) {
      noteFrame("sent", frame as Uint8Array);
      return channel["sendMessageBinary"]?.(frame);
    },
    onMessage: (handler) =>
      channel["onMessage"]?.((message: unknown) => {
        if (typeof message !== "string") noteFrame("came", new Uint8Array(message as ArrayBuffer));
        (handler as Method)(message);
      }),
  });
}

/** Frames of messages are CBOR arrays: none of them looks like a chunk. */
function noteFrame(way: "sent" | "came", bytes: Uint8Array): void {
  const frame = decodeFileFrame(bytes);
  if (frame?.type !== "chunk") return;
  note({ way, piece: `${frame.transfer} ${frame.leaf} ${frame.chunk}`, bytes: frame.bytes.length });
}

function watchRequest(request: ClientRequest): void {
  const { method, path } = request;
  const isLeaf = /^\/v1\/blobs\/[^/]+\/\d+$/.test(path);
  const way = method === "PUT" ? "put" : method === "GET" ? "got" : undefined;
  if (!isLeaf || way === undefined) return;
  request.once("socket", (socket: Socket) => {
    const passed = (): number => (way === "put" ? socket.bytesWritten : socket.bytesRead);
    const before = passed();
    request.once("close", () => note({ way, piece: path, bytes: passed() - before }));
  });
}

function withMethods(target: Methods, own: Methods): Methods {
  return new Proxy(target, {
    get(of, name) {
      const value: unknown = typeof name === "string" ? (own[name] ?? of[name]) : Reflect.get(of, name);
      return typeof value === "function" ? (value as Method).bind(of) : value;
    },
  });
}
