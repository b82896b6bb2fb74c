/**
 * Loaded into a program before its own code: writes down every piece of a file that passes it, in the file that LEAF_LOG names. Of a client: chunks on links, and leaves that come
 * from the relay. Of the server: leaves that come to it, bit by bit, for it may be killed before they are whole. What was written survives SIGKILL.
 */
import diagnostics from "node:diagnostics_channel";
import { appendFileSync } from "node:fs";
import type { ClientRequest, IncomingMessage } from "node:http";
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
  watchAsked((message as { readonly request: ClientRequest }).request),
);
diagnostics.subscribe("http.server.request.start", (message) =>
  watchBrought((message as { readonly request: IncomingMessage }).request),
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

const LEAF_PATH = /^\/v1\/blobs\/[^/]+\/\d+$/;

function watchAsked(request: ClientRequest): void {
  const { method, path } = request;
  if (method !== "GET" || !LEAF_PATH.test(path)) return;
  request.once("socket", (socket: Socket) => {
    const before = socket.bytesRead;
    let of = 0;
    request.once("response", ({ headers }) => {
      of = Number(headers["content-range"]?.split("/")[1] ?? headers["content-length"]);
    });
    request.once("close", () => note({ way: "got", piece: path, bytes: socket.bytesRead - before, of }));
  });
}

/** Looking at its data would begin to read it. */
function watchBrought(request: IncomingMessage): void {
  const { method, url = "", headers } = request;
  if (method !== "PUT" || !LEAF_PATH.test(url)) return;
  const push = request.push.bind(request);
  const of = Number(headers["content-length"]);
  request.push = (bytes: Uint8Array | null, ...rest) => {
    if (bytes !== null) note({ way: "put", piece: url, bytes: bytes.length, of });
    return push(bytes, ...rest);
  };
}

function withMethods(target: Methods, own: Methods): Methods {
  return new Proxy(target, {
    get(of, name) {
      const value: unknown = typeof name === "string" ? (own[name] ?? of[name]) : Reflect.get(of, name);
      return typeof value === "function" ? (value as Method).bind(of) : value;
    },
  });
}
