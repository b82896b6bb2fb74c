import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import WebSocket from "ws";
import { DATABASE_FILE, OPAQUE_SETUP_FILE } from "./openDataDir.ts";

const PROGRAM = fileURLToPath(new URL("./main.ts", import.meta.url));

let dir = "";
let children: ChildProcess[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "sotto-main-"));
  children = [];
});
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  rmSync(dir, { recursive: true });
});

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

function run(
  args: readonly string[] = [],
  dataDir = join(dir, "data"),
): { child: ChildProcess; ended: Promise<Ended> } {
  const flags = ["--bind", "127.0.0.1", "--port", "0", "--data", dataDir, "--json", ...args];
  const child = spawn(process.execPath, [PROGRAM, ...flags], {
    cwd: dir,
    env: {},
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  let stderr = "";
  child.stderr?.on("data", (chunk) => (stderr += String(chunk)));
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, stderr }));
  return { child, ended };
}

async function ready(child: ChildProcess): Promise<{ url: string; pid: number }> {
  if (child.stdout === null) throw new Error("stdout is a pipe");
  const [line] = await once(child.stdout, "data");
  const event = JSON.parse(String(line));
  expect(event).toEqual({
    event: "ready",
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    pid: child.pid,
  });
  return event;
}

describe.each(["SIGTERM", "SIGINT"] as const)("%s", (signal) => {
  test("sockets are closed with 1012, the exit code is 0, and the directory serves again", async () => {
    const first = run();
    const { url } = await ready(first.child);
    const socket = new WebSocket(`${url.replace("http", "ws")}/v1/socket`);
    await once(socket, "open");
    const closed = once(socket, "close");
    first.child.kill(signal);
    expect((await closed)[0]).toBe(1012);
    expect((await first.ended).code).toBe(0);
    const second = run();
    await ready(second.child);
  });
});

test("a request that hangs does not hold the end up for long; a second signal ends at once", async () => {
  const { child, ended } = run();
  const { url } = await ready(child);
  const hanging = connect(Number(new URL(url).port), "127.0.0.1");
  hanging.on("error", () => {});
  hanging.write(
    "POST /v1/login/start HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 9\r\nexpect: 100-continue\r\n\r\n",
  );
  // The answer to "expect" shows that the request is being handled.
  await once(hanging, "data");
  child.kill("SIGTERM");
  child.kill("SIGINT");
  expect((await ended).code).toBe(1);
  hanging.destroy();
});

describe("one process per data directory", () => {
  test("a second one is refused with the owner's pid and the directory", async () => {
    const first = run();
    await ready(first.child);
    const { code, stderr } = await run().ended;
    expect(code).toBe(1);
    expect(stderr).toContain(`Process ${first.child.pid} is using ${join(dir, "data")}: stop it first`);
    expect(
      stderr
        .trim()
        .split("\n")
        .filter((line) => !line.startsWith("{")),
    ).toHaveLength(1);
  });

  test("a killed owner leaves nothing to clean up", async () => {
    const first = run();
    await ready(first.child);
    first.child.kill("SIGKILL");
    await first.ended;
    await ready(run().child);
  });
});

describe("a server that cannot start says why in one sentence and exits with 1", () => {
  async function sentence(args: readonly string[] = [], dataDir?: string): Promise<string> {
    const { code, stderr } = await run(args, dataDir).ended;
    expect(code).toBe(1);
    const lines = stderr
      .trim()
      .split("\n")
      .filter((line) => !line.startsWith("{"));
    expect(lines).toHaveLength(1);
    return lines[0] ?? "";
  }
  const inData = (name: string, content: string): void => {
    mkdirSync(join(dir, "data"), { recursive: true });
    writeFileSync(join(dir, "data", name), content);
  };

  test("a bad flag", async () => {
    expect(await sentence(["--registration", "maybe"])).toBe(
      "the command line: --registration = maybe - expected one of open, closed.",
    );
  });

  test("the port is in use", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    expect(await sentence(["--port", String(port)])).toBe(
      `The server cannot listen on 127.0.0.1 port ${port}: the port is in use.`,
    );
    other.close();
  });

  test("the data directory is a file", async () => {
    writeFileSync(join(dir, "file"), "");
    expect(await sentence([], join(dir, "file"))).toMatch(
      /^The directory .*file cannot be written \(EEXIST\)\.$/,
    );
  });

  test("the lock file cannot be opened", async () => {
    mkdirSync(join(dir, "data", "server.lock"), { recursive: true });
    expect(await sentence()).toMatch(
      /^The directory .*data cannot be written \(unable to open database file\)\.$/,
    );
  });

  test("the database is damaged", async () => {
    inData(DATABASE_FILE, "this is no database ".repeat(500));
    expect(await sentence()).toMatch(/sotto\.db is damaged or no database: restore a backup\.$/);
  });

  test("the database is of a newer version", async () => {
    const first = run();
    await ready(first.child);
    first.child.kill("SIGTERM");
    await first.ended;
    const db = new DatabaseSync(join(dir, "data", DATABASE_FILE));
    db.exec("PRAGMA user_version = 999");
    db.close();
    expect(await sentence()).toMatch(/sotto\.db was written by a newer version/);
  });

  test("the OPAQUE secret is damaged", async () => {
    inData(OPAQUE_SETUP_FILE, "damaged");
    expect(await sentence()).toMatch(/opaque-server-setup is damaged: restore it from a backup/);
  });

  test("TLS files that are missing, or no certificate", async () => {
    const flags = ["--tls-cert-file", "cert.pem", "--tls-key-file", "key.pem"];
    expect(await sentence(flags)).toMatch(/^tls\.certFile = .*cert\.pem cannot be read \(ENOENT\)\.$/);
    writeFileSync(join(dir, "cert.pem"), "x");
    writeFileSync(join(dir, "key.pem"), "x");
    expect(await sentence(flags)).toMatch(/^tls\.certFile and tls\.keyFile are not a usable pair/);
  });
});

test("without --json people read where the server is, and log lines of one line each", async () => {
  const child = spawn(process.execPath, [PROGRAM, "--bind", "127.0.0.1", "--port", "0"], {
    cwd: dir,
    env: {},
  });
  children.push(child);
  const [line] = await once(child.stdout, "data");
  expect(String(line)).toMatch(/^Sotto is ready at http:\/\/127\.0\.0\.1:\d+\n$/);
});
