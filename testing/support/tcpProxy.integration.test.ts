import { once } from "node:events";
import type { Server, Socket } from "node:net";
import { connect, createServer } from "node:net";
import { fromUtf8 } from "@sotto/protocol";
import { afterEach, expect, test } from "vitest";
import { createRecording } from "./recording.ts";
import type { TcpProxy } from "./tcpProxy.ts";
import { startTcpProxy } from "./tcpProxy.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Answers everything with `prefix` before it; `sockets` holds the connections. */
async function echo(prefix: string): Promise<{ port: number; sockets: Socket[]; server: Server }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => {}).on("data", (bytes) => socket.write(prefix + bytes.toString()));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => server.close());
  return { port: (server.address() as { port: number }).port, sockets, server };
}

function dial(proxy: TcpProxy): Socket {
  const socket = connect(Number(new URL(proxy.url).port), "127.0.0.1").on("error", () => {});
  closers.push(() => socket.destroy());
  return socket;
}

async function exchange(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  const [answer] = (await once(socket, "data")) as [Buffer];
  return answer.toString();
}

test("all bytes are passed on and kept, by connection and direction; a new target takes new connections", async () => {
  const recording = createRecording();
  const proxy = await startTcpProxy(recording);
  closers.push(() => proxy.close());
  const first = await echo("one:");
  proxy.setTarget(first.port);
  const alice = dial(proxy);
  expect(await exchange(alice, "hello")).toBe("one:hello");

  const second = await echo("two:");
  proxy.setTarget(second.port);
  expect(await exchange(dial(proxy), "hi")).toBe("two:hi");
  expect(await exchange(alice, "!")).toBe("one:!");

  const kept = recording
    .connections()
    .map(({ number, toServer, toClient }) => [number, fromUtf8(toServer), fromUtf8(toClient)]);
  expect(kept).toEqual([
    [1, "hello!", "one:helloone:!"],
    [2, "hi", "two:hi"],
  ]);
  expect(recording.sizeBytes()).toBe(28);
});

test("when the server's end breaks, so does the client's", async () => {
  const proxy = await startTcpProxy(createRecording());
  closers.push(() => proxy.close());
  const { port, sockets } = await echo("");
  proxy.setTarget(port);
  const alice = dial(proxy);
  await exchange(alice, "hello");
  const closed = once(alice, "close");
  sockets[0]?.resetAndDestroy();
  await closed;
});

test("without a target a client is cut off", async () => {
  const proxy = await startTcpProxy(createRecording());
  closers.push(() => proxy.close());
  await once(dial(proxy), "close");
});
