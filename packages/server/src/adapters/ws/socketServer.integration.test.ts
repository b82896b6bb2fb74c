import { once } from "node:events";
import type { Server } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import type { ClientFrame, ServerFrame } from "@sotto/protocol";
import {
  ERRORS,
  MAX_FRAME_BYTES,
  decodeServerFrame,
  encodeClientFrame,
  fromBase64Url,
} from "@sotto/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import WebSocket from "ws";
import { defaultConfig } from "../../config/loadConfig.ts";
import type { HubEvent } from "../../ports/hub.ts";
import type { PackedFrames } from "../../ports/packedFrames.ts";
import { repeatFrame } from "../../ports/packedFrames.ts";
import type { Person } from "../../testing/runningServer.ts";
import { bindBody, call, openSession, register, startTestServer } from "../../testing/runningServer.ts";
import type { SocketServer } from "./socketServer.ts";
import { SEND_BUFFER_BYTES, createSocketServer } from "./socketServer.ts";

type TestServer = Awaited<ReturnType<typeof startTestServer>>;

function open(server: TestServer, options: WebSocket.ClientOptions = {}): WebSocket {
  return new WebSocket(`${server.url.replace("http", "ws")}/v1/socket`, {
    perMessageDeflate: false,
    ...options,
  });
}

/** Frames of {@link SEND_BUFFER_BYTES} together. */
function bufferful(): PackedFrames {
  const frameBytes = 32 * 1024;
  return repeatFrame(new Uint8Array(frameBytes), SEND_BUFFER_BYTES / frameBytes);
}

/** The status and code of an upgrade that is refused. */
async function refusedUpgrade(url: string, options: WebSocket.ClientOptions = {}): Promise<[number, string]> {
  const [, response] = await once(new WebSocket(url, options), "unexpected-response");
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return [response.statusCode, JSON.parse(Buffer.concat(chunks).toString()).error.code];
}

async function closeCode(socket: WebSocket): Promise<number> {
  socket.on("error", () => {});
  const [code] = await once(socket, "close");
  return code;
}

async function ask(socket: WebSocket, frame: ClientFrame): Promise<ServerFrame | undefined> {
  socket.send(encodeClientFrame(frame));
  const [data] = await once(socket, "message");
  return decodeServerFrame(new Uint8Array(data));
}

function helloOf(token: string): ClientFrame {
  const bytes = fromBase64Url(token) ?? new Uint8Array();
  const versions = { minVersion: 1, maxVersion: 1 };
  const hello = { type: "hello", requestId: 1, ...versions, token: bytes, storeCounter: 0 } as const;
  return { ...hello, client: "test", hidden: false };
}

describe("sockets of the server", () => {
  let server: TestServer;
  let alice: Person;
  let bob: Person;
  /** Bob's socket, which nothing that others do may touch. */
  let bystander: WebSocket;

  beforeAll(async () => {
    server = await startTestServer({ allowedOrigins: ["https://app.example"] });
    alice = await register(server, "alice");
    bob = await register(server, "bob");
    bystander = open(server);
    await once(bystander, "open");
    await ask(bystander, helloOf(bob.token));
  });
  afterEach(async () => {
    expect(await ask(bystander, { type: "ping", requestId: 9 })).toEqual({ type: "pong", requestId: 9 });
  });
  afterAll(async () => {
    bystander.close();
    await server.stop();
  });

  async function opened(options: WebSocket.ClientOptions = {}): Promise<WebSocket> {
    const socket = open(server, options);
    await once(socket, "open");
    return socket;
  }

  test("hello with a device's token is answered by ready, ping by pong", async () => {
    const socket = await opened();
    expect(await ask(socket, helloOf(alice.token))).toMatchObject({
      type: "ready",
      account: alice.account,
      device: alice.device.device,
    });
    expect(await ask(socket, { type: "ping", requestId: 2 })).toEqual({ type: "pong", requestId: 2 });
    socket.close();
    await closeCode(socket);
  });

  test("a token that is none, or of no device, ends the connection with its code", async () => {
    const [none, deviceless] = [await opened(), await opened()];
    none.send(encodeClientFrame(helloOf(alice.token.replace(/^./, (c) => (c === "A" ? "B" : "A")))));
    expect(await closeCode(none)).toBe(ERRORS.unauthorised.close);
    deviceless.send(encodeClientFrame(helloOf(await openSession(server, alice))));
    expect(await closeCode(deviceless)).toBe(ERRORS.noDevice.close);
  });

  test.each([
    ["text", "hello", ERRORS.badFrame.close],
    ["an empty frame", new Uint8Array(0), ERRORS.badFrame.close],
    ["garbage", new Uint8Array(100).fill(0xff), ERRORS.badFrame.close],
    ["a frame before hello", encodeClientFrame({ type: "ping", requestId: 1 }), ERRORS.unexpectedFrame.close],
    ["a frame of more than 64 KiB", new Uint8Array(MAX_FRAME_BYTES + 1), ERRORS.tooLarge.close],
  ])("ATTACKS-21 %s closes with its code", async (_, message, code) => {
    const socket = await opened();
    socket.send(message);
    expect(await closeCode(socket)).toBe(code);
  });

  test("a text message is refused even where its bytes are a frame", async () => {
    const socket = await opened();
    await ask(socket, helloOf(alice.token));
    // The last byte of the header and the first of the body make one character of UTF-8.
    const ack = encodeClientFrame({ type: "ack", requestId: 1, sequence: 0xc2, storeCounter: 0 });
    expect(Buffer.from(Buffer.from(ack).toString("utf8"))).toEqual(Buffer.from(ack));
    const outcome = Promise.race([closeCode(socket), once(socket, "message").then(() => "taken")]);
    socket.send(Buffer.from(ack).toString("utf8"));
    socket.send(encodeClientFrame({ type: "ping", requestId: 2 }));
    expect(await outcome).toBe(ERRORS.badFrame.close);
  });

  test("ATTACKS-21 compression is not offered, and a compressed frame is a protocol error", async () => {
    const raw = connect(server.port, "127.0.0.1");
    const socket = await opened({ perMessageDeflate: true, createConnection: () => raw });
    expect(socket.extensions).toBe("");
    raw.write(maskedFrame(0xc2, Buffer.alloc(50)));
    expect(await closeCode(socket)).toBe(1002);
  });

  test("ATTACKS-21 a message in very many fragments is refused", async () => {
    const raw = connect(server.port, "127.0.0.1");
    const socket = await opened({ createConnection: () => raw });
    raw.write(maskedFrame(0x02, Buffer.of(1)));
    raw.write(Buffer.concat(Array.from({ length: 100 }, () => maskedFrame(0x00, Buffer.of(1)))));
    expect(await closeCode(socket)).toBe(1008);
  });

  test("ATTACKS-21 who says no hello is let go after five seconds", async () => {
    const socket = await opened();
    const startedMs = performance.now();
    expect(await closeCode(socket)).toBe(ERRORS.timeout.close);
    expect(performance.now() - startedMs).toBeGreaterThan(4000);
  }, 20_000);

  test("logging out ends the connection", async () => {
    const token = await openSession(server, alice);
    await call(server, "bindDevice", { token, body: bindBody(alice, token) });
    const socket = await opened();
    await ask(socket, helloOf(token));
    const closed = closeCode(socket);
    await call(server, "logout", { token, body: { everywhere: false } });
    expect(await closed).toBe(ERRORS.unauthorised.close);
  });

  test("ATTACKS-17 a foreign page gets no socket, its own and an allowed one do", async () => {
    const url = `${server.url.replace("http", "ws")}/v1/socket`;
    expect(await refusedUpgrade(url, { origin: "https://evil.example" })).toEqual([403, "foreignOrigin"]);
    expect(await refusedUpgrade(url, { origin: "null" })).toEqual([403, "foreignOrigin"]);
    for (const origin of [server.url, "https://app.example"]) (await opened({ origin })).terminate();
  });

  test("there is one path for sockets", async () => {
    const url = server.url.replace("http", "ws");
    for (const path of ["/", "/v1/info", "/v1/socket/", "/v1/socket?token=x"]) {
      expect(await refusedUpgrade(url + path)).toEqual([404, "notFound"]);
    }
  });

  test("a malformed upgrade leaves the server serving", async () => {
    const socket = connect(server.port, "127.0.0.1");
    socket.write("GET /v1/socket HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
    const [data] = await once(socket, "data");
    expect(String(data)).toMatch(/^HTTP\/1.1 400 /);
    socket.destroy();
  });
});

test("S3 a client elsewhere gets no socket over plain http; each has so many sockets and no more", async () => {
  const limits = { ...defaultConfig().limits, connectionsPerAddress: 2 };
  const server = await startTestServer({ trustedProxies: ["127.0.0.1"], limits });
  const url = `${server.url.replace("http", "ws")}/v1/socket`;
  const from = (address: string, proto: string): WebSocket.ClientOptions => ({
    headers: { "x-forwarded-for": address, "x-forwarded-proto": proto },
  });
  expect(await refusedUpgrade(url, from("192.0.2.9", "http"))).toEqual([403, "forbidden"]);
  const sockets = [1, 2].map(() => new WebSocket(url, from("192.0.2.9", "https")));
  for (const socket of sockets) await once(socket, "open");
  expect(await refusedUpgrade(url, from("192.0.2.9", "https"))).toEqual([429, "slowDown"]);
  const other = new WebSocket(url, from("192.0.2.10", "https"));
  await once(other, "open");
  for (const socket of [...sockets, other]) socket.terminate();
  await server.stop();
});

describe("back-pressure", () => {
  let http: Server;
  let sockets: SocketServer;
  let device: WebSocket;
  let told: string[];
  let wake = (): void => {};

  beforeEach(async () => {
    told = [];
    sockets = createSocketServer({
      tell(event: HubEvent) {
        told.push(event.type);
        wake();
      },
    });
    http = createServer().on("upgrade", (request, socket, head) => sockets.upgrade(request, socket, head));
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    device = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
    await once(device, "open");
  });
  afterEach(async () => {
    device.terminate();
    await sockets.close();
    http.close();
  });

  async function until(type: HubEvent["type"]): Promise<void> {
    while (!told.includes(type)) await new Promise<void>((resolve) => (wake = resolve));
  }

  test("a device that does not read makes its connection congested once, and reading drains it", async () => {
    device.pause();
    // The system's own buffers take some megabytes before ours fills.
    for (let sent = 0; !told.includes("congested"); sent += SEND_BUFFER_BYTES) {
      expect(sent).toBeLessThan(100_000_000);
      sockets.carryOut({ type: "sendPacked", connection: 1, frames: bufferful() });
    }
    sockets.carryOut({ type: "send", connection: 1, bytes: new Uint8Array(1) });
    expect(told.filter((type) => type === "congested")).toHaveLength(1);
    expect(told).not.toContain("drained");
    device.send(new Uint8Array(1));
    device.resume();
    await until("drained");
    await until("frames");
    expect(told.indexOf("drained")).toBeLessThan(told.indexOf("frames"));
  });

  test("a congested connection can be closed: the device gets what was sent, then the code", async () => {
    device.pause();
    while (!told.includes("congested")) {
      sockets.carryOut({ type: "sendPacked", connection: 1, frames: bufferful() });
    }
    sockets.carryOut({ type: "close", connection: 1, code: 4408, reason: "timeout" });
    device.resume();
    expect(await closeCode(device)).toBe(4408);
    await until("closed");
  });
});

/** One frame of RFC 6455 §5.2 as a client sends it, with a mask of zeros. */
function maskedFrame(firstByte: number, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.of(firstByte, 0x80 | payload.length, 0, 0, 0, 0), payload]);
}
