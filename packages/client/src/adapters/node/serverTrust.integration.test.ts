/** Servers with certificates of all kinds, and what a home says to them before and after it has pinned one's authority. */
import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import type { Server } from "node:https";
import { createServer } from "node:https";
import { createServer as createPlainServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { pinnedAuthority } from "./pinnedAuthorities.ts";
import { connectNode, createNodeTransport } from "./serverConnection.ts";
import { inspectServer, pinServer } from "./serverTrust.ts";

const INFO = { name: "sotto", protocol: { min: 1, max: 1 }, store: "0".repeat(32), registration: "open" };
const CHANGED = "its authority has the fingerprint";

let dir = "";
let home = "";
const closers: (() => void)[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "sotto-trust-"));
  home = join(dir, "home");
});
afterEach(() => {
  for (const close of closers.splice(0)) close();
  rmSync(dir, { recursive: true });
});

interface Authority {
  readonly pem: string;
  readonly fingerprint: string;
  issue(names: string, days?: number): { readonly cert: string; readonly key: string };
}

function hasOpenssl(): boolean {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function makeAuthority(name: string): Authority {
  const file = (what: string): string => join(dir, `${name}.${what}`);
  const openssl = (...args: string[]): void => void execFileSync("openssl", args, { stdio: "ignore" });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const ca = ["-x509", "-days", "30", "-subj", `/CN=${name}`, "-keyout", file("key"), "-out", file("pem")];
  openssl("req", ...newKey, ...ca);
  const pem = readFileSync(file("pem"), "utf8");
  return {
    pem,
    fingerprint: new X509Certificate(pem).fingerprint256,
    issue(names, days = 10) {
      openssl("req", ...newKey, "-subj", "/CN=server", "-keyout", file("leaf.key"), "-out", file("csr"));
      writeFileSync(file("ext"), `subjectAltName=${names}\n`);
      const signing = ["-CA", file("pem"), "-CAkey", file("key"), "-CAcreateserial", "-extfile", file("ext")];
      openssl(
        "x509",
        "-req",
        "-in",
        file("csr"),
        "-days",
        String(days),
        ...signing,
        "-out",
        file("leaf.pem"),
      );
      return {
        cert: readFileSync(file("leaf.pem"), "utf8") + pem,
        key: readFileSync(file("leaf.key"), "utf8"),
      };
    },
  };
}

interface Listening {
  readonly server: string;
  /** Requests and sockets that got through the handshake. */
  readonly reached: () => number;
  close(): Promise<void>;
}

async function serve(files: { cert: string; key: string }, port = 0): Promise<Listening> {
  let reached = 0;
  const server: Server = createServer(files, (_, response) => {
    reached++;
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(INFO));
  });
  const sockets = new WebSocketServer({ server, path: "/v1/socket" });
  sockets.on("connection", (socket) => {
    reached++;
    socket.close(4409);
  });
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  const close = (): Promise<void> =>
    new Promise((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  closers.push(() => void close());
  return {
    server: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    reached: () => reached,
    close,
  };
}

/** What a request and a socket of the home meet. */
async function meet(origin: string): Promise<readonly [request: string, socket: string]> {
  const authority = pinnedAuthority(home, origin);
  const reply = await createNodeTransport({ origin, authority })({
    method: "GET",
    path: "/v1/info",
    maxAnswerBytes: 4096,
  });
  const connection = connectNode({ origin, authority, token: new Uint8Array(32) });
  const socket = await new Promise<string>((done) => {
    let opened = false;
    connection.openSocket({
      onOpen: () => void (opened = true),
      onFrame: () => {},
      onClose: (_, reason) => done(opened ? "open" : String(reason)),
    });
  });
  connection.close();
  return [reply.kind === "reply" ? String(reply.status) : reply.reason, socket];
}

describe.skipIf(!hasOpenssl())("S3 an authority that nobody knows", () => {
  test("is told with its fingerprint, is not trusted, and is once it is pinned: by requests and by sockets", async () => {
    const own = makeAuthority("own");
    const { server } = await serve(own.issue("IP:127.0.0.1"));
    expect(await inspectServer({ dir: home, server })).toEqual({
      kind: "unknown",
      fingerprint: own.fingerprint,
    });
    expect(await meet(server)).toEqual(["untrusted", "untrusted"]);

    await pinServer({ dir: home, server, fingerprint: own.fingerprint.replaceAll(":", "").toLowerCase() });
    expect(await inspectServer({ dir: home, server })).toEqual({ kind: "trusted" });
    expect(await meet(server)).toEqual(["200", "open"]);
    expect(readdirSync(home)).toEqual(["server-authorities.json"]);
    expect(statSync(join(home, "server-authorities.json")).mode & 0o777).toBe(0o600);
    expect(statSync(home).mode & 0o777).toBe(0o700);
  });

  test("a renewed certificate of the same authority passes", async () => {
    const own = makeAuthority("own");
    const first = await serve(own.issue("IP:127.0.0.1"));
    await pinServer({ dir: home, server: first.server, fingerprint: own.fingerprint });
    await first.close();
    const second = await serve(own.issue("IP:127.0.0.1,DNS:localhost"), Number(new URL(first.server).port));
    expect(await meet(second.server)).toEqual(["200", "open"]);
  });

  test("ATK: with another fingerprint than the server's nothing is pinned, and both are named", async () => {
    const [own, other] = [makeAuthority("own"), makeAuthority("other")];
    const { server } = await serve(own.issue("IP:127.0.0.1"));
    const pinned = pinServer({ dir: home, server, fingerprint: other.fingerprint });
    await expect(pinned).rejects.toMatchObject({
      code: "untrusted",
      message: expect.stringContaining(`${CHANGED} ${own.fingerprint}, expected was ${other.fingerprint}`),
    });
    expect(await meet(server)).toEqual(["untrusted", "untrusted"]);
  });

  test("ATK: another authority in its place, of the same name, is refused before anything is sent", async () => {
    const own = makeAuthority("own");
    const first = await serve(own.issue("IP:127.0.0.1"));
    await pinServer({ dir: home, server: first.server, fingerprint: own.fingerprint });
    await first.close();
    const other = makeAuthority("own");
    const between = await serve(other.issue("IP:127.0.0.1"), Number(new URL(first.server).port));
    expect(await meet(between.server)).toEqual(["untrusted", "untrusted"]);
    expect(between.reached()).toBe(0);
    expect(await inspectServer({ dir: home, server: between.server })).toEqual({
      kind: "changed",
      pinned: own.fingerprint,
      shown: other.fingerprint,
    });
    await pinServer({ dir: home, server: between.server, fingerprint: other.fingerprint });
    expect(await meet(between.server)).toEqual(["200", "open"]);
  });

  test("ATK: an environment that switches Node's checks off does not switch these off", async () => {
    const [own, other] = [makeAuthority("own"), makeAuthority("other")];
    const first = await serve(own.issue("IP:127.0.0.1"));
    await pinServer({ dir: home, server: first.server, fingerprint: own.fingerprint });
    await first.close();
    const between = await serve(other.issue("IP:127.0.0.1"), Number(new URL(first.server).port));
    process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
    try {
      expect(await meet(between.server)).toEqual(["untrusted", "untrusted"]);
      expect(await inspectServer({ dir: home, server: between.server })).toMatchObject({ kind: "changed" });
    } finally {
      delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
    }
    expect(between.reached()).toBe(0);
  });

  test("ATK: the pinned authority's own certificate behind a foreign one proves nothing", async () => {
    const [own, other] = [makeAuthority("own"), makeAuthority("other")];
    const forged = other.issue("IP:127.0.0.1");
    const cert = forged.cert.replace(other.pem, own.pem);
    const { server, reached } = await serve({ cert, key: forged.key });
    await expect(pinServer({ dir: home, server, fingerprint: own.fingerprint })).rejects.toMatchObject({
      code: "untrusted",
    });
    expect(pinnedAuthority(home, server)).toBeUndefined();
    expect(reached()).toBe(0);
  });

  test("ATK: a certificate for another name or past its end is refused under the right authority", async () => {
    const own = makeAuthority("own");
    for (const [names, days, reason] of [
      ["DNS:chat.example.org", 10, "ERR_TLS_CERT_ALTNAME_INVALID"],
      ["IP:127.0.0.1", 0, "CERT_HAS_EXPIRED"],
    ] as const) {
      const { server } = await serve(own.issue(names, days));
      // A certificate of no days is past its end a second later.
      await expect.poll(() => inspectServer({ dir: home, server })).toEqual({ kind: "invalid", reason });
      await expect(pinServer({ dir: home, server, fingerprint: own.fingerprint })).rejects.toMatchObject({
        code: "untrusted",
        message: expect.stringContaining(reason),
      });
    }
  });

  test("a pin holds for its server alone", async () => {
    const own = makeAuthority("own");
    const files = own.issue("IP:127.0.0.1");
    const [first, second] = [await serve(files), await serve(files)];
    await pinServer({ dir: home, server: first.server, fingerprint: own.fingerprint });
    expect(await meet(second.server)).toEqual(["untrusted", "untrusted"]);
  });

  test("a damaged file of pins is told and not passed over", async () => {
    const own = makeAuthority("own");
    const { server } = await serve(own.issue("IP:127.0.0.1"));
    await pinServer({ dir: home, server, fingerprint: own.fingerprint });
    for (const text of ["", "[]", `{"${server}": 1}`]) {
      writeFileSync(join(home, "server-authorities.json"), text);
      await expect(inspectServer({ dir: home, server })).rejects.toMatchObject({ code: "storeDamaged" });
      expect(() => pinnedAuthority(home, server)).toThrow("server-authorities.json is damaged");
    }
  });
});

test("plain http on this machine has nothing to check; nobody there is told as such", async () => {
  expect(await inspectServer({ dir: home, server: "localhost:1" })).toEqual({ kind: "trusted" });
  expect(await inspectServer({ dir: home, server: "https://127.0.0.1:1" })).toEqual({
    kind: "unreachable",
    reason: "offline",
  });
  const plain = createPlainServer((socket) => socket.end("hello"));
  await new Promise<void>((done) => plain.listen(0, "127.0.0.1", done));
  closers.push(() => plain.close());
  const server = `https://127.0.0.1:${(plain.address() as AddressInfo).port}`;
  expect(await inspectServer({ dir: home, server })).toEqual({ kind: "unreachable", reason: "wrongAddress" });
  await expect(
    pinServer({ dir: home, server: "http://localhost:1", fingerprint: "a" }),
  ).rejects.toMatchObject({
    code: "untrusted",
  });
});
