import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { MAX_HTTP_FRAME_BYTES, ROUTES, SECURITY_HEADERS } from "@sotto/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultConfig } from "../../config/loadConfig.ts";
import { makeCertificate } from "../../testing/certificate.ts";
import type { Person } from "../../testing/runningServer.ts";
import { call, register, startTestServer } from "../../testing/runningServer.ts";
import { JSON_ROUTES, bodyLimitOf, schemasOf } from "./routeSchemas.ts";

type Server = Awaited<ReturnType<typeof startTestServer>>;

let root = "";
let server: Server;
let alice: Person;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "sotto-http-"));
  mkdirSync(join(root, "dist"));
  writeFileSync(join(root, "dist", "index.html"), "<p>app");
  server = await startTestServer({ allowedOrigins: ["https://app.example"] }, join(root, "dist"));
  alice = await register(server, "alice");
});
afterAll(async () => {
  await server.stop();
  rmSync(root, { recursive: true });
});

describe("ATTACKS-17 the origin rule", () => {
  test.each(["/v1/info", "/v1/vault", "/health", "/", "/v1/openapi.json"])(
    "a foreign page gets nothing of %s",
    async (path) => {
      for (const method of ["GET", "POST", "OPTIONS"]) {
        const answer = await fetch(server.url + path, {
          method,
          headers: { origin: "https://evil.example" },
        });
        expect(answer.status).toBe(403);
        expect(await answer.json()).toMatchObject({ error: { code: "foreignOrigin" } });
        expect(answer.headers.get("access-control-allow-origin")).toBeNull();
      }
    },
  );

  test("the server's own page needs no CORS headers and gets none", async () => {
    const answer = await fetch(`${server.url}/v1/info`, { headers: { origin: server.url } });
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([200, null]);
  });

  test("an allowed page may ask, and reads answers and refusals", async () => {
    const headers = { origin: "https://app.example" };
    const preflight = await fetch(`${server.url}/v1/vault`, { method: "OPTIONS", headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-headers")).toBe("authorization, content-type, range");
    expect(preflight.headers.get("access-control-allow-credentials")).toBeNull();
    for (const token of [alice.token, undefined]) {
      const answer = await call(server, "getVault", { token, headers });
      expect(answer.headers.get("access-control-allow-origin")).toBe("https://app.example");
    }
  });
});

describe("headers", () => {
  test("the content security policy is the documented one", () => {
    expect(SECURITY_HEADERS["content-security-policy"]).toBe(
      "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; worker-src 'self'; " +
        "img-src 'self' blob:; media-src blob:; font-src 'self'; manifest-src 'self'; require-trusted-types-for 'script'; trusted-types sotto; " +
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    );
  });

  test.each(["/", "/v1/info", "/v1/vault", "/v1/nothing", "/assets/nothing.js"])(
    "%s carries them all",
    async (path) => {
      const answer = await fetch(server.url + path);
      expect(Object.fromEntries(answer.headers)).toMatchObject(SECURITY_HEADERS);
    },
  );

  test("answers of the interface are not kept by caches", async () => {
    expect((await call(server, "info")).headers.get("cache-control")).toBe("no-store");
  });
});

describe("bodies", () => {
  const withBody = JSON_ROUTES.filter((route) => schemasOf(route).request !== undefined);
  // The session's token passes every access check but "recent" fails no fresh account.
  test.each(withBody)("%s: one byte too much is tooLarge, announced or not", async (route) => {
    const large = "x".repeat(bodyLimitOf(route) - 1);
    const params = { group: "0".repeat(32), blob: "0".repeat(32), leaf: "0" };
    const announced = await call(server, route, { token: alice.token, params, body: large });
    expect([announced.status, announced.code]).toEqual([413, "tooLarge"]);
    expect(await chunked(server, route, large)).toBe(413);
    const fits = await call(server, route, { token: alice.token, params, body: large.slice(1) });
    expect(fits.code).toBe("badRequest");
  });

  test("frames: 2 MiB are read, one byte more is not", async () => {
    const send = (sizeBytes: number): ReturnType<typeof call> =>
      call(server, "frames", { token: alice.token, body: new Uint8Array(sizeBytes) });
    expect((await send(MAX_HTTP_FRAME_BYTES)).code).toBe("badFrame");
    expect((await send(MAX_HTTP_FRAME_BYTES + 1)).code).toBe("tooLarge");
  });

  test.each([
    ["another media type", "text/plain", "{}"],
    ["no JSON", "application/json", "{"],
    ["an empty body", "application/json", ""],
    ["invalid UTF-8", "application/json", Buffer.from([0x22, 0xff, 0x22])],
    ["another form", "application/json", "[]"],
    ["a key too many", "application/json", `{"everywhere":false,"x":1}`],
    ["a prototype", "application/json", `{"everywhere":false,"__proto__":{"x":1}}`],
    ["deep nesting", "application/json", `${"[".repeat(8000)}${"]".repeat(8000)}`],
    ["a wrong type", "application/json", `{"everywhere":"no"}`],
  ])("ATTACKS-24 %s is a badRequest", async (_, type, body) => {
    const headers = { authorization: `Bearer ${alice.token}`, "content-type": type };
    const answer = await fetch(`${server.url}/v1/logout`, { method: "POST", headers, body });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: "badRequest" } });
    expect((await call(server, "getVault", { token: alice.token })).status).toBe(200);
  });

  test("a body cut short leaves the server serving", async () => {
    const socket = connect(server.port, "127.0.0.1");
    const head = `POST /v1/login/start HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"a`;
    socket.end(head);
    socket.resume();
    await once(socket, "close");
    expect((await call(server, "health")).json).toEqual({ status: "ok" });
  });
});

test("unknown routes and methods are notFound", async () => {
  for (const [method, path] of [
    ["GET", "/v1/nothing"],
    ["DELETE", "/v1/vault"],
    ["POST", "/v1/info"],
    ["POST", "/"],
  ] as const) {
    const answer = await fetch(server.url + path, { method });
    expect([answer.status, ((await answer.json()) as { error: { code: string } }).error.code]).toEqual([
      404,
      "notFound",
    ]);
  }
});

test("the web app is served, and its page for the app's own addresses", async () => {
  const headers = { accept: "text/html" };
  expect(await (await fetch(`${server.url}/chat/bob`, { headers })).text()).toBe("<p>app");
  expect((await fetch(`${server.url}/chat/bob`)).status).toBe(404);
  expect((await fetch(`${server.url}/v1/chat`, { headers })).status).toBe(404);
});

test("the document of the interface names every route", async () => {
  const document = (await (await fetch(`${server.url}/v1/openapi.json`)).json()) as {
    openapi: string;
    paths: object;
  };
  expect(document.openapi).toBe("3.1.0");
  expect(Object.keys(document.paths)).toContain("/v1/users/{userName}");
});

describe("S3 plain http is for this machine alone", () => {
  const elsewhere = { "x-forwarded-for": "192.0.2.9" };
  let proxied: Server;
  beforeAll(async () => {
    proxied = await startTestServer({ trustedProxies: ["127.0.0.1"] });
  });
  afterAll(() => proxied.stop());

  test.each(["/", "/v1/info", "/health", "/v1/vault"])(
    "others are told that %s needs https",
    async (path) => {
      const page = await fetch(proxied.url + path, { headers: { ...elsewhere, accept: "text/html" } });
      expect([page.status, page.headers.get("content-type")]).toEqual([403, "text/html; charset=utf-8"]);
      expect(await page.text()).toContain("needs https");
      const line = await fetch(proxied.url + path, {
        method: "POST",
        headers: elsewhere,
        body: "x".repeat(1_000_000),
      });
      expect([line.status, await line.text()]).toEqual([403, expect.stringContaining("tls.certFile")]);
    },
  );

  test("behind a proxy with https they are served", async () => {
    const answer = await fetch(`${proxied.url}/v1/info`, {
      headers: { ...elsewhere, "x-forwarded-proto": "https" },
    });
    expect(answer.status).toBe(200);
  });

  test("with TLS files one port answers both", async (context) => {
    const files = makeCertificate(root);
    if (files === undefined) return context.skip("openssl is not installed");
    const both = await startTestServer({ tls: { ...files, selfMade: true } });
    expect((await call(both, "info")).status).toBe(200);
    const ca = readFileSync(files.certFile);
    const [answer] = await once(
      httpsRequest({ port: both.port, host: "127.0.0.1", path: "/v1/info", ca }).end(),
      "response",
    );
    expect(answer.statusCode).toBe(200);
    answer.resume();
    await both.stop();
  });
});

/** Slow on purpose: these wait for real time-outs. */
describe("ATTACKS-21 slow clients", () => {
  test.concurrent.each([
    ["says nothing", []],
    ["never ends its headers", ["GET / HTTP/1.1\r\nhost: x\r\n"]],
    [
      "never ends the headers of its second request",
      ["GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n", "GET / HTTP/1.1\r\n"],
    ],
  ])(
    "a client that %s is let go after five seconds",
    async (_, parts) => {
      const socket = connect(server.port, "127.0.0.1");
      await once(socket, "connect");
      const startedMs = performance.now();
      const [first = "", second] = parts;
      socket.write(first);
      if (second !== undefined) {
        await once(socket, "data");
        socket.write(second);
      }
      socket.resume();
      await once(socket, "close");
      expect(performance.now() - startedMs).toBeLessThan(9000);
    },
    20_000,
  );

  test.concurrent.each([
    ["text/plain", 400],
    // Too large for that route.
    ["application/json", 413],
  ])(
    "a client whose body of %s is still on its way when it is refused has the answer, and the connection goes on",
    async (type, status) => {
      const socket = connect(server.port, "127.0.0.1");
      const body = Buffer.alloc(300_000);
      const head = "POST /v1/login/start HTTP/1.1\r\nhost: localhost\r\n";
      socket.write(`${head}content-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n`);
      expect(String((await once(socket, "data"))[0])).toContain(`HTTP/1.1 ${status} `);
      await setTimeout(1500);
      socket.write(body);
      socket.write("GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n");
      expect(String((await once(socket, "data"))[0])).toMatch(/^HTTP\/1\.1 200/);
      socket.destroy();
    },
    20_000,
  );

  test("a refused body without end is not read for ever", async () => {
    const socket = connect(server.port, "127.0.0.1");
    socket.on("error", () => {});
    const closed = new Promise((resolve) => socket.once("close", resolve));
    const head = "POST /v1/login/start HTTP/1.1\r\nhost: localhost\r\n";
    socket.write(`${head}content-type: text/plain\r\ncontent-length: 1000000000\r\n\r\n`);
    await once(socket, "data");
    const piece = Buffer.alloc(64 * 1024);
    const more = (): void => void (socket.writable && socket.write(piece, more));
    more();
    await closed;
    expect(socket.bytesWritten).toBeLessThan(100_000_000);
  });

  test("an address has so many connections and no more", async () => {
    const limited = await startTestServer({
      limits: {
        ...defaultConfig().limits,
        connectionsPerAddress: 2,
      },
    });
    const sockets = [0, 1, 2].map(() => connect(limited.port, "127.0.0.1"));
    const [first, second, third] = sockets;
    if (first === undefined || second === undefined || third === undefined) throw new Error("three sockets");
    await once(third, "close");
    expect([first.destroyed, second.destroyed]).toEqual([false, false]);
    first.destroy();
    second.destroy();
    await limited.stop();
  });
});

/** The status of a request whose body is sent in chunks, without saying how long it will be. */
async function chunked(to: Server, route: (typeof JSON_ROUTES)[number], text: string): Promise<number> {
  const { method, path } = ROUTES[route];
  const headers = {
    authorization: `Bearer ${alice.token}`,
    "content-type": "application/json",
    "transfer-encoding": "chunked",
  };
  const request = httpRequest({ port: to.port, host: "127.0.0.1", method, path, headers });
  // The server may close before all is sent: that is its right.
  request.on("error", () => {});
  request.write(JSON.stringify(text));
  request.end();
  const [answer] = await once(request, "response");
  answer.resume();
  return answer.statusCode;
}
