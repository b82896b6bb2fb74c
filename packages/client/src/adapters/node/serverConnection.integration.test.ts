/** What each way of not reaching a server is called, against real sockets on this machine. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server as NetServer } from "node:net";
import { createServer as createNetServer } from "node:net";
import { tmpdir } from "node:os";
import { text } from "node:stream/consumers";
import { rootCertificates } from "node:tls";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { WebSocket } from "ws";
import { WebSocketServer } from "ws";
import type { Unreachable } from "../../ports/server.ts";
import type { ServerAnswer } from "../../ports/server.ts";
import type { HttpCall, HttpReply } from "../../http/transport.ts";
import { connectNode, createNodeTransport } from "./serverConnection.ts";

const TOKEN = new Uint8Array(32);
const INFO = { name: "sotto", protocol: { min: 1, max: 1 }, store: "0".repeat(32), registration: "open" };

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function listen(server: NetServer): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server that is Sotto as far as `GET /v1/info` tells. */
function sottoLike(answer: (path: string) => { status: number; body: unknown } | undefined): Server {
  return createServer((request, response) => {
    const { status, body } =
      request.url === "/v1/info"
        ? { status: 200, body: INFO }
        : (answer(request.url ?? "") ?? { status: 404, body: {} });
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
}

function ask(origin: string, timeoutMs = 5000): Promise<ServerAnswer> {
  const connection = connectNode({ origin, authority: pinned, token: TOKEN, timeoutMs });
  closers.push(() => connection.close());
  return connection.request({ kind: "accountByName", userName: "bob" });
}

interface SocketEnd {
  readonly opened: boolean;
  readonly frames: readonly Uint8Array[];
  readonly closeCode: number | undefined;
  readonly reason: Unreachable | undefined;
}

function openSocket(origin: string, timeoutMs = 5000): { end: Promise<SocketEnd>; close: () => void } {
  const connection = connectNode({ origin, authority: pinned, token: TOKEN, timeoutMs });
  closers.push(() => connection.close());
  let opened = false;
  const frames: Uint8Array[] = [];
  const end = new Promise<SocketEnd>((resolve, reject) => {
    let closed = false;
    connection.openSocket({
      onOpen() {
        opened = true;
      },
      onFrame: (frame) => frames.push(frame),
      onClose(closeCode, reason) {
        if (closed) reject(new Error("closed twice"));
        closed = true;
        resolve({ opened, frames, closeCode, reason });
      },
    });
  });
  return { end, close: () => connection.close() };
}

/** Requests go by `fetch`, or by node:https where an authority is pinned; both keep the same promises. */
const TRANSPORTS: readonly (readonly [name: string, authority: string | undefined])[] = [
  ["fetch", undefined],
  ["node:https", rootCertificates[0]],
];
let pinned: string | undefined;

describe.each(TRANSPORTS)("not reaching a server, by %s", (_, authority) => {
  beforeEach(() => void (pinned = authority));

  test("nobody listens: offline", async () => {
    const server = createServer();
    const host = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await ask(`http://${host}`)).toEqual({ kind: "unreachable", reason: "offline" });
    expect(await openSocket(`http://${host}`).end).toMatchObject({
      opened: false,
      closeCode: undefined,
      reason: "offline",
    });
  });

  test("a name that does not resolve: offline", async () => {
    expect(await ask("https://sotto.invalid")).toEqual({ kind: "unreachable", reason: "offline" });
  });

  test("another kind of web server: wrongAddress, by request and by socket", async () => {
    const host = await listen(createServer((_, response) => response.end("<html>Welcome</html>")));
    expect(await ask(`http://${host}`)).toEqual({ kind: "unreachable", reason: "wrongAddress" });
    expect(await openSocket(`http://${host}`).end).toMatchObject({ opened: false, reason: "wrongAddress" });
  });

  test("something that does not speak HTTP: wrongAddress", async () => {
    const host = await listen(createNetServer((socket) => void socket.end("220 mail.example.org ready\r\n")));
    expect(await ask(`http://${host}`)).toEqual({ kind: "unreachable", reason: "wrongAddress" });
    expect(await openSocket(`http://${host}`).end).toMatchObject({ reason: "wrongAddress" });
  });

  test("a redirect is not followed: wrongAddress, and the token goes nowhere else", async () => {
    const seen: string[] = [];
    const other = await listen(
      createServer((request, response) => void response.end(seen.push(request.url ?? ""))),
    );
    const host = await listen(
      createServer((request, response) => {
        response.writeHead(307, { location: `http://${other}${request.url ?? ""}` }).end();
      }),
    );
    expect(await ask(`http://${host}`)).toEqual({ kind: "unreachable", reason: "wrongAddress" });
    expect(seen).toEqual([]);
  });

  test("silence: timeout", async () => {
    const host = await listen(createNetServer((socket) => closers.push(() => socket.destroy())));
    expect(await ask(`http://${host}`, 100)).toEqual({ kind: "unreachable", reason: "timeout" });
    expect(await openSocket(`http://${host}`, 100).end).toMatchObject({ opened: false, reason: "timeout" });
  });

  test("a server that asks for another version: versionTooOld", async () => {
    const refusal = { error: { code: "versionUnsupported", message: "no common version" } };
    const server = sottoLike(() => ({ status: 426, body: refusal }));
    const host = await listen(server);
    expect(await ask(`http://${host}`)).toEqual({ kind: "unreachable", reason: "versionTooOld" });
    server.on("upgrade", (_, socket) => socket.end("HTTP/1.1 426 Upgrade Required\r\n\r\n"));
    expect(await openSocket(`http://${host}`).end).toMatchObject({ reason: "versionTooOld" });
  });

  test("a Sotto server that refuses sockets for now: offline, so that it is tried again", async () => {
    const server = sottoLike(() => undefined);
    server.on("upgrade", (_, socket) => socket.end("HTTP/1.1 503 Service Unavailable\r\n\r\n"));
    expect(await openSocket(`http://${await listen(server)}`).end).toMatchObject({ reason: "offline" });
  });

  test("a Sotto server's refusal keeps its code; an answer it should not give is a passing fault", async () => {
    const host = await listen(
      sottoLike((path) =>
        path.endsWith("/bob")
          ? { status: 404, body: { error: { code: "userUnknown", message: "no" } } }
          : undefined,
      ),
    );
    expect(await ask(`http://${host}`)).toMatchObject({ kind: "refused", code: "userUnknown" });
    const odd = await listen(sottoLike(() => ({ status: 200, body: { account: "not an id" } })));
    expect(await ask(`http://${odd}`)).toMatchObject({ kind: "refused", code: "internal" });
  });

  test("an untrusted certificate: untrusted", async (context) => {
    const dir = mkdtempSync(join(tmpdir(), "sotto-tls-"));
    closers.push(() => rmSync(dir, { recursive: true, force: true }));
    const files = { key: join(dir, "key.pem"), cert: join(dir, "cert.pem") };
    try {
      execFileSync(
        "openssl",
        [
          "req",
          "-x509",
          "-newkey",
          "ec",
          "-pkeyopt",
          "ec_paramgen_curve:P-256",
          "-nodes",
          "-keyout",
          files.key,
          "-out",
          files.cert,
          "-days",
          "1",
          "-subj",
          "/CN=localhost",
        ],
        { stdio: "ignore" },
      );
    } catch {
      return context.skip("openssl is not installed");
    }
    const host = await listen(
      createTlsServer({ key: readFileSync(files.key), cert: readFileSync(files.cert) }, (_, response) =>
        response.end(),
      ),
    );
    expect(await ask(`https://${host}`)).toEqual({ kind: "unreachable", reason: "untrusted" });
    expect(await openSocket(`https://${host}`).end).toMatchObject({ reason: "untrusted" });
  });

  test("TLS to a server without it: wrongAddress", async () => {
    const host = await listen(createServer((_, response) => response.end()));
    expect(await ask(`https://${host}`)).toEqual({ kind: "unreachable", reason: "wrongAddress" });
  });

  test("closing the connection aborts what is under way", async () => {
    const host = await listen(createNetServer((socket) => closers.push(() => socket.destroy())));
    const connection = connectNode({ origin: `http://${host}`, authority: pinned, token: TOKEN });
    const asked = connection.request({ kind: "accountByName", userName: "bob" });
    connection.close();
    expect(await asked).toEqual({ kind: "unreachable", reason: "offline" });
  });
});

describe.each(TRANSPORTS)("a request by %s", (_, authority) => {
  async function exchange(
    call: HttpCall,
    answer: (request: IncomingMessage, response: ServerResponse) => void,
  ): Promise<{ reply: HttpReply; heard: readonly unknown[] }> {
    const heard: unknown[] = [];
    const host = await listen(
      createServer((request, response) => {
        const { method, url, headers } = request;
        void text(request).then((body) => {
          heard.push([method, url, headers.authorization, headers["content-type"], headers.cookie, body]);
          return answer(request, response);
        });
      }),
    );
    const reply = await createNodeTransport({ origin: `http://${host}`, authority })(call);
    return { reply, heard };
  }
  const get = { method: "GET", path: "/v1/info", maxAnswerBytes: 10 } as const;

  test("carries method, path, token and body as they are given, and no cookie", async () => {
    const ok = (_: IncomingMessage, response: ServerResponse): void =>
      void response
        .writeHead(200, { "content-type": "Text/Plain; charset=x", "set-cookie": "a=b" })
        .end("\u00e4");
    const json = {
      method: "POST",
      path: "/a%20b?c=d",
      token: "tok",
      body: { json: { name: "\u00e4" } },
      maxAnswerBytes: 10,
    } as const;
    const first = await exchange(json, ok);
    expect(first.heard).toEqual([
      ["POST", "/a%20b?c=d", "Bearer tok", "application/json", undefined, '{"name":"\u00e4"}'],
    ]);
    expect(first.reply).toEqual({
      kind: "reply",
      status: 200,
      mediaType: "text/plain",
      body: new Uint8Array([0xc3, 0xa4]),
    });
    const bytes = { method: "PUT", path: "/", body: new Uint8Array([65, 66]), maxAnswerBytes: 10 } as const;
    expect((await exchange(bytes, ok)).heard).toEqual([
      ["PUT", "/", undefined, "application/octet-stream", undefined, "AB"],
    ]);
  });

  test("follows no redirect: the token stays with the server that was named", async () => {
    const call = { ...get, token: "tok" };
    const { reply, heard } = await exchange(call, (_, response) =>
      response.writeHead(302, { location: "/elsewhere" }).end(),
    );
    expect(reply).toMatchObject({ kind: "reply", status: 302 });
    expect(heard).toHaveLength(1);
  });

  test("reads an answer up to its limit and no longer one", async () => {
    const fits = await exchange(get, (_, response) => response.end("x".repeat(10)));
    expect(fits.reply).toMatchObject({ kind: "reply", body: new Uint8Array(10).fill(120) });
    const tooLong = await exchange(get, (_, response) => response.end("x".repeat(11)));
    expect(tooLong.reply).toMatchObject({ kind: "reply", status: 200, body: undefined });
    const endless = await exchange(get, (_, response) => {
      const timer = setInterval(() => response.write("x".repeat(64 * 1024)), 1);
      closers.push(() => clearInterval(timer));
    });
    expect(endless.reply).toMatchObject({ kind: "reply", body: undefined });
  });

  test("an answer that is cut off is none", async () => {
    const { reply } = await exchange(get, (_, response) => {
      response.writeHead(200, { "content-length": "9" });
      response.write("half");
      setTimeout(() => response.destroy(), 20);
    });
    expect(reply).toEqual({ kind: "unreachable", reason: "offline" });
  });
});

describe("an open socket", () => {
  async function serve(onSocket: (socket: WebSocket) => void): Promise<string> {
    const server = createServer();
    const sockets = new WebSocketServer({ server, path: "/v1/socket" });
    closers.push(() => {
      for (const socket of sockets.clients) socket.terminate();
    });
    sockets.on("connection", onSocket);
    return `http://${await listen(server)}`;
  }

  test("frames come through whole and in order, and the close code after them", async () => {
    const origin = await serve((socket) => {
      for (let i = 1; i <= 3; i++) socket.send(new Uint8Array(i * 20_000).fill(i));
      socket.close(4409);
    });
    const end = await openSocket(origin).end;
    expect(end.frames.map((frame) => [frame.length, frame[0]])).toEqual([
      [20_000, 1],
      [40_000, 2],
      [60_000, 3],
    ]);
    expect(end).toMatchObject({ opened: true, closeCode: 4409, reason: undefined });
  });

  test("a text frame is not ours: the socket is closed", async () => {
    const { end } = openSocket(await serve((socket) => socket.send("hello")));
    expect(await end).toMatchObject({ frames: [], closeCode: 1003 });
  });

  test("an oversized frame ends the socket before it is held in memory", async () => {
    const { end } = openSocket(await serve((socket) => socket.send(new Uint8Array(1024 * 1024))));
    expect(await end).toMatchObject({ frames: [], closeCode: 1006 });
  });
});
