/** The launcher as a process: exit codes, signals, and the way from an older Node to the bundled one. */
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const BIN = join(import.meta.dirname, "../bin/sotto.js");
/** Whatever Node the system has outside this folder's own, if it is an older one. */
const OLDER = ["/usr/bin/node", "/usr/local/bin/node"].find((path) => existsSync(path) && majorOf(path) < 24);

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sotto-launcher-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function majorOf(node: string): number {
  return Number.parseInt(spawnSync(node, ["-p", "process.versions.node"], { encoding: "utf8" }).stdout, 10);
}

/** Starts a server and resolves when it is ready; `pid` is of the process that serves. */
async function serve(
  node: string,
): Promise<{ launcher: ReturnType<typeof spawn>; pid: number; exit: Promise<unknown> }> {
  const args = [BIN, "serve", "--json", "--port", "0", "--bind", "127.0.0.1", "--data", join(folder, "data")];
  const launcher = spawn(node, args, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  const exit = new Promise((resolve) => launcher.on("exit", (code, signal) => resolve(code ?? signal)));
  const line = await new Promise<string>((resolve) =>
    launcher.stdout?.once("data", (data: Buffer) => resolve(String(data))),
  );
  const { event, pid, url } = JSON.parse(line) as { event: string; pid: number; url: string };
  expect([event, url]).toEqual(["ready", expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/)]);
  expect((await fetch(`${url}/health`)).status).toBe(200);
  return { launcher, pid, exit };
}

async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe.each([
  ["this Node", process.execPath],
  ["an older Node", OLDER],
])("from %s", (_name, node) => {
  describe.skipIf(node === undefined)("", () => {
    const run = (args: readonly string[], input = "") =>
      spawnSync(node as string, [BIN, ...args], { encoding: "utf8", input });

    test("output and exit codes come through", () => {
      const version = run(["version"]);
      expect([version.status, version.stdout, version.stderr]).toEqual([
        0,
        expect.stringMatching(/^sotto \d/),
        "",
      ]);
      const wrong = run(["nonsense"]);
      expect([wrong.status, wrong.stderr]).toEqual([
        2,
        "There is no command nonsense. sotto help lists the commands.\n",
      ]);
      expect(run(["users", "--home", folder]).status).toBe(3);
    });

    test("standard input comes through, and the server that is not there is exit code 4", () => {
      const args = ["login", "alice", "--home", folder, "--server", "http://127.0.0.1:9", "--password-stdin"];
      const ran = run(args, "open sesame\n");
      expect([ran.status, ran.stdout]).toEqual([4, ""]);
      expect(ran.stderr).toMatch(/^The server cannot be reached\.[^\n]*\n$/);
    });

    test.each(["SIGTERM", "SIGINT"] as const)("%s ends a server cleanly", async (signal) => {
      const { launcher, pid, exit } = await serve(node as string);
      launcher.kill(signal);
      expect(await exit).toBe(0);
      await gone(pid);
    });
  });
});

describe.skipIf(OLDER === undefined)("from an older Node", () => {
  test("the program goes when the launcher is killed", async () => {
    const { launcher, pid, exit } = await serve(OLDER as string);
    expect(pid).not.toBe(launcher.pid);
    launcher.kill("SIGKILL");
    expect(await exit).toBe("SIGKILL");
    await gone(pid);
  });

  test("a program that a signal ended looks so from outside", async () => {
    const { pid, exit } = await serve(OLDER as string);
    process.kill(pid, "SIGKILL");
    expect(await exit).toBe("SIGKILL");
  });

  test("without a bundled one it says what is needed", () => {
    mkdirSync(join(folder, "bin"));
    cpSync(BIN, join(folder, "bin/sotto.mjs"));
    const ran = spawnSync(OLDER as string, [join(folder, "bin/sotto.mjs"), "version"], { encoding: "utf8" });
    expect([ran.status, ran.stdout]).toEqual([1, ""]);
    expect(ran.stderr).toMatch(/^Sotto needs Node 24 or later, and this is Node \d+\.\d+\.\d+\. [^\n]*\n$/);
  });
});
