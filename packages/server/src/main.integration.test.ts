import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import WebSocket from "ws";
import { AUTHORITY_FILE, SERVER_CERTIFICATE_FILE } from "./adapters/tls/authority.ts";
import { DATABASE_FILE, OPAQUE_SETUP_FILE } from "./openDataDir.ts";

const PROGRAM = fileURLToPath(new URL("./main.ts", import.meta.url));
/** The program is started dozens of times here: a third of each start is reading its sources. */
const COMPILE_CACHE = mkdtempSync(join(tmpdir(), "sotto-main-compiled-"));
afterAll(() => rmSync(COMPILE_CACHE, { recursive: true }));

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
  env: Readonly<Record<string, string>> = {},
): { child: ChildProcess; ended: Promise<Ended> } {
  const flags = ["--bind", "127.0.0.1", "--port", "0", "--data", dataDir, "--json", ...args];
  const child = spawn(process.execPath, [PROGRAM, ...flags], {
    cwd: dir,
    env: { NODE_COMPILE_CACHE: COMPILE_CACHE, ...env },
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
    lanUrls: [],
    fingerprint: null,
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
  async function sentence(
    args: readonly string[] = [],
    dataDir?: string,
    env?: Readonly<Record<string, string>>,
  ): Promise<string> {
    const { code, stderr } = await run(args, dataDir, env).ended;
    expect(code).toBe(1);
    const lines = stderr
      .trim()
      .split("\n")
      .filter((line) => !line.startsWith("{"));
    expect(lines).toHaveLength(1);
    return lines[0] ?? "";
  }
  const inData = (name: string, content: string, mode = 0o600): void => {
    mkdirSync(join(dir, "data"), { recursive: true });
    writeFileSync(join(dir, "data", name), content, { mode });
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

  test.each([
    ["of equal bytes", Buffer.alloc(128, 7).toString("base64url")],
    ["of counting bytes", Buffer.from(Array.from({ length: 128 }, (_, i) => i)).toString("base64url")],
    ["of text", Buffer.from("a secret from the documentation ".repeat(4)).toString("base64url")],
    ["typed in", "ChangeMe-1".repeat(18).slice(0, 170).concat("A")],
  ])("ATK-8: an OPAQUE secret %s", async (_name, secret) => {
    inData(OPAQUE_SETUP_FILE, secret);
    expect(await sentence()).toMatch(
      /opaque-server-setup holds a sample or typed text and no secret that a server has made: restore it from a backup, or delete it if there are no accounts yet\.$/,
    );
  });

  test("ATK-8: an OPAQUE secret of another size", async () => {
    inData(OPAQUE_SETUP_FILE, randomBytes(64).toString("base64url"));
    expect(await sentence()).toMatch(/opaque-server-setup is damaged: restore it from a backup/);
  });

  test.each([0o644, 0o640, 0o604])("ATK-8: an OPAQUE secret that others can read (%o)", async (mode) => {
    const first = run();
    await ready(first.child);
    first.child.kill("SIGTERM");
    await first.ended;
    const file = join(dir, "data", OPAQUE_SETUP_FILE);
    chmodSync(file, mode);
    expect(await sentence()).toMatch(/opaque-server-setup is a secret that others .* run chmod 600 on it/);
    chmodSync(file, 0o600);
    await ready(run().child);
  });

  test.each([
    ["SOTTO_SERVER_SECRET", "Zm9vYmFy"],
    ["SOTTO_OPAQUE_SERVER_SETUP", "Zm9vYmFy"],
    ["SOTTO_JWT_KEY", "Zm9vYmFy"],
    ["SOTTO_TLS_KEY_FILE", "-----BEGIN PRIVATE KEY----- Zm9vYmFy"],
  ])("ATK-8: a secret in the environment, which is not repeated (%s)", async (name, value) => {
    const said = await sentence([], undefined, { [name]: value });
    expect(said).toMatch(
      new RegExp(`^the environment: ${name} = \\(not shown\\) - expected nothing here, because`),
    );
    expect(said).not.toContain("Zm9vYmFy");
  });

  test.each(["--opaque-secret=Zm9vYmFy", "--session-token=Zm9vYmFy"])("ATK-8: %s", async (flag) => {
    const said = await sentence([flag]);
    expect(said).toContain("(not shown) - expected nothing here, because secrets are not configured");
    expect(said).not.toContain("Zm9vYmFy");
  });

  test("ATK-8: a secret in the configuration file", async () => {
    writeFileSync(
      join(dir, "sotto.jsonc"),
      `{ "opaque": { "serverSetup": "Zm9vYmFy" }, "masterKey": "Zm9vYmFy" }`,
    );
    const { code, stderr } = await run().ended;
    expect([code, stderr.includes("Zm9vYmFy")]).toEqual([1, false]);
    expect(stderr).toContain("sotto.jsonc:1: masterKey = (not shown) - expected nothing here");
  });

  test("TLS files that are missing, or no certificate", async () => {
    const flags = ["--tls-cert-file", "cert.pem", "--tls-key-file", "key.pem"];
    expect(await sentence(flags)).toMatch(/^tls\.certFile = .*cert\.pem cannot be read \(ENOENT\)\.$/);
    writeFileSync(join(dir, "cert.pem"), "x");
    writeFileSync(join(dir, "key.pem"), "x", { mode: 0o600 });
    expect(await sentence(flags)).toMatch(/^tls\.certFile and tls\.keyFile are not a usable pair/);
  });

  test.each([0o644, 0o640, 0o604])("ATK-8: a TLS key that others can read (%o)", async (mode) => {
    writeFileSync(join(dir, "cert.pem"), "x");
    writeFileSync(join(dir, "key.pem"), "x");
    chmodSync(join(dir, "key.pem"), mode);
    const flags = ["--tls-cert-file", "cert.pem", "--tls-key-file", "key.pem"];
    expect(await sentence(flags)).toMatch(
      /^tls\.keyFile = .*key\.pem is a secret that others .* run chmod 600 on it/,
    );
  });

  describe("ATK-8: the secret of TURN", () => {
    const secret = randomBytes(32).toString("hex");
    const flags = ["--ice-turn-urls", "turn:turn.example.org", "--ice-turn-secret-file", "turn-secret"];
    const inFile = (text: string, mode = 0o600): void => {
      writeFileSync(join(dir, "turn-secret"), `${text}\n`);
      chmodSync(join(dir, "turn-secret"), mode);
    };

    test("a usable one is taken", async () => {
      inFile(secret);
      await ready(run(flags).child);
    });

    test("its file is missing", async () => {
      expect(await sentence(flags)).toMatch(
        /^ice\.turnSecretFile = .*turn-secret cannot be read \(ENOENT\)\.$/,
      );
    });

    test.each([0o644, 0o640, 0o604])("others can read its file (%o)", async (mode) => {
      inFile(secret, mode);
      expect(await sentence(flags)).toMatch(
        /^ice\.turnSecretFile = .*turn-secret is a secret that others .* run chmod 600 on it/,
      );
    });

    test.each([
      ["changeme", "holds no secret of 32 to 256"],
      [secret.slice(0, 31), "holds no secret of 32 to 256"],
      ["REPLACE-with-the-output-of-openssl-rand-hex-32", "holds a sample or typed text"],
      ["a-passphrase-that-somebody-has-thought-of", "holds a sample or typed text"],
    ])("%s in its file", async (text, why) => {
      inFile(text);
      const said = await sentence(flags);
      expect(said).toContain(`turn-secret ${why}`);
      expect(said).not.toContain(text);
    });

    test("a sample configuration ends with 1 and is not repeated", async () => {
      const sample = {
        turnUrls: ["turn:turn.example.org"],
        turnSecret: "changeme-changeme-changeme-changeme",
      };
      writeFileSync(join(dir, "sotto.jsonc"), JSON.stringify({ ice: sample }), { mode: 0o600 });
      const { code, stderr } = await run().ended;
      expect([code, stderr.includes("changeme")]).toEqual([1, false]);
      expect(stderr).toContain("ice.turnSecret = (not shown) - expected a secret of 32 to 256");
    });
  });

  test.each([AUTHORITY_FILE, SERVER_CERTIFICATE_FILE])("ATK-8: %s that others can read", async (name) => {
    const everywhere = ["--bind", "0.0.0.0"];
    const first = run(everywhere);
    await once(first.child.stdout as NonNullable<ChildProcess["stdout"]>, "data");
    first.child.kill("SIGTERM");
    await first.ended;
    chmodSync(join(dir, "data", name), 0o644);
    expect(await sentence(everywhere)).toMatch(/is a secret that others .* run chmod 600 on it/);
    chmodSync(join(dir, "data", name), 0o600);
    writeFileSync(join(dir, "data", AUTHORITY_FILE), "{}");
    expect(await sentence(everywhere)).toMatch(
      /tls-authority\.json is damaged: restore it from a backup, or delete it/,
    );
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
