/** The terminal client in a real terminal, against a real server and another real client. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { makeScratch, removeScratch } from "../support/files.ts";
import { SOTTO_BIN } from "../support/paths.ts";
import type { RpcClient } from "../support/rpcClient.ts";
import { nextEvent, startRpcClient, until } from "../support/rpcClient.ts";
import type { ServerProcess } from "../support/serverProcess.ts";
import { startServerProcess } from "../support/serverProcess.ts";
import { signUp } from "../support/signUp.ts";
import type { CliTerminal, CliTerminalOptions } from "./cliTerminal.ts";
import { exitCode, openCliTerminal } from "./cliTerminal.ts";

const PASSWORD = "correct horse battery";
const UP = "\u001b[A";

let scratch = "";
let server: ServerProcess;
let bob: RpcClient;
const open: CliTerminal[] = [];

const homeOf = (name: string): string => join(scratch, name);
const terminal = (args: readonly string[], options: Partial<CliTerminalOptions> = {}): CliTerminal => {
  const opened = openCliTerminal({ home: homeOf("alice"), args, ...options });
  open.push(opened);
  return opened;
};
const oneShot = (name: string, args: readonly string[], input = "") =>
  spawnSync(process.execPath, [SOTTO_BIN, "--home", homeOf(name), ...args], {
    encoding: "utf8",
    input,
    cwd: scratch,
  });

beforeAll(async () => {
  scratch = makeScratch("cli");
  for (const name of ["alice", "bob", "server"]) mkdirSync(join(scratch, name), { mode: 0o700 });
  server = await startServerProcess({ dataDir: join(scratch, "server") });
  await signUp({ name: "bob", home: homeOf("bob"), serverUrl: server.url, password: PASSWORD });
  bob = await startRpcClient({ name: "bob", home: homeOf("bob") });
});
afterEach(() => {
  for (const opened of open.splice(0)) opened.kill();
});
afterAll(async () => {
  await bob?.close();
  await server?.stop();
  removeScratch(scratch);
});

describe("a person at a terminal", () => {
  test("registers; the password is asked for twice and never shown", async () => {
    const shell = terminal(["register", "alice", "--server", server.url]);
    await shell.shows("New password: ");
    shell.type(`${PASSWORD}\r`);
    await shell.shows("The same again: ");
    shell.type(`${PASSWORD}\r`);
    await shell.shows(`Registered alice at ${server.url}.`);
    expect(await exitCode(shell)).toBe(0);
    expect(shell.raw()).not.toContain("horse");
  });

  test("adds a contact, is accepted, and writes; states come back into the prompt", async () => {
    const chat = terminal(["chat"]);
    await chat.shows("Signed in as alice");
    await chat.shows("Connected.");
    const asked = nextEvent(bob, "contact", "alice's request", ({ username }) => username === "alice");
    chat.type("/add bob may I?\r");
    await asked;
    await bob.call("contacts.accept", { username: "alice" });
    await chat.shows("bob is a contact now.");
    const arrived = nextEvent(bob, "message", "alice's text", ({ text }) => text.startsWith("second"));
    chat.type("second, with Ünïcödé 你好\r");
    expect((await arrived).text).toBe("second, with Ünïcödé 你好");
    await chat.shows("bob (delivered)> ");
    await bob.call("conversations.markRead", { conversation: (await arrived).conversation });
    await chat.shows("bob (read)> ");
    chat.type("/exit\r");
    expect(await exitCode(chat)).toBe(0);
  });

  test("keeps the line being typed while messages arrive, and nothing in them is obeyed (ATTACKS 20)", async () => {
    const chat = terminal(["chat", "@bob"], { columns: 40 });
    await chat.shows("Connected.");
    const typed = "a line that is long enough to wrap around the terminal twice, or nearly so";
    chat.type(typed);
    await chat.shows("nearly so");
    const hostile = "\u001b]0;owned\u0007\u001b[2J\u009b31mred\u202e\rforged\u001b[5n";
    await bob.call("messages.send", { to: "@alice", text: hostile });
    await chat.shows("bob  red");
    await chat.shows("forged");
    // The typed line is drawn again below.
    await chat.shows(typed);
    for (const part of ["owned", "\u001b[2J", "\u009b", "\u202e", "\u001b[5n"])
      expect(chat.raw()).not.toContain(part);
    const arrived = nextEvent(bob, "message", "the typed line", () => true);
    chat.type("!\r");
    expect((await arrived).text).toBe(`${typed}!`);
    chat.type("\u0003");
    expect(await exitCode(chat)).toBe(0);
  });

  test("completes names and commands, and recalls lines", async () => {
    const chat = terminal(["chat"]);
    await chat.shows("Connected.");
    chat.type("/op\t");
    await chat.shows("/open ");
    chat.type("b\t");
    await chat.shows("bob ");
    chat.type("\r");
    await chat.shows("--- bob ---");
    chat.type(UP);
    await chat.shows("/open bob");
    chat.type("\u0003");
    expect(await exitCode(chat)).toBe(0);
  });

  test("compares safety numbers", async () => {
    const shown = oneShot("alice", ["safety-number", "@bob"]);
    expect(shown.stdout).toMatch(/^(\d{5}( |\n)){12}$/);
    await bob.close();
    expect(oneShot("bob", ["safety-number", "alice"]).stdout).toBe(shown.stdout);
    bob = await startRpcClient({ name: "bob", home: homeOf("bob") });
  });

  test("is told that the account is open elsewhere", async () => {
    const chat = terminal(["chat"]);
    await chat.shows("Connected.");
    const second = oneShot("alice", ["users"]);
    expect([second.status, second.stdout]).toEqual([1, ""]);
    expect(second.stderr).toMatch(/^Process \d+ is using [^\n]*\n$/);
    chat.type("/exit\r");
    expect(await exitCode(chat)).toBe(0);
  });

  test("sends and lists with one-shot commands and pipes", async () => {
    const texts: string[] = [];
    const stop = bob.on((event) => void (event.type === "message" && texts.push(event.text)));
    expect(oneShot("alice", ["send", "@bob", "one", "shot"]).stdout).toBe("Sent.\n");
    expect(oneShot("alice", ["send", "@bob", "-"], "from\na pipe\n").stdout).toBe("Sent.\n");
    const piped = oneShot("alice", ["chat", "@bob"], "typed in a pipe\n/users\n");
    expect([piped.status, piped.stderr]).toEqual([0, ""]);
    expect(piped.stdout).toContain("alice  typed in a pipe\n");
    expect(piped.stdout).not.toContain("\u001b");
    await until(bob, "three messages", async () => texts.length === 3);
    stop();
    expect(texts).toEqual(["one shot", "from\na pipe", "typed in a pipe"]);
    await expect.poll(() => oneShot("alice", ["users"]).stdout).toBe("bob  online\n");
  });

  test("P3: chooses which way messages go, and is told why they wait", async () => {
    const chat = terminal(["chat", "@bob"], { columns: 200 });
    await chat.shows("Connected.");
    chat.type("/path rel");
    await chat.shows("/path rel");
    chat.type("\t");
    await chat.shows("ay ");
    chat.type("\r");
    await chat.shows("Chosen for bob: relay. Messages go by the server alone");
    chat.type("/path\r");
    await chat.shows("Messages with bob go by the server, because you have chosen that.");
    const arrived = nextEvent(bob, "message", "what went by the server", () => true);
    chat.type("by the server\r");
    expect((await arrived).path).toBe("relay");
    await chat.shows("bob (delivered)> ");
    chat.type("/exit\r");
    expect(await exitCode(chat)).toBe(0);

    await bob.close();
    expect(oneShot("alice", ["path", "@bob", "direct"]).stdout).toContain("Chosen for bob: direct.");
    const waiting = oneShot("alice", ["send", "@bob", "directly or not at all"]);
    expect([waiting.status, waiting.stdout]).toEqual([0, ""]);
    expect(waiting.stderr).toMatch(/^Stored\. Messages with bob wait for a direct way, because /);
    bob = await startRpcClient({ name: "bob", home: homeOf("bob") });
    const released = nextEvent(bob, "message", "what waited", () => true);
    expect(oneShot("alice", ["path", "@bob", "default"]).stdout).toContain(
      "Chosen for bob: the default, auto.",
    );
    expect(oneShot("alice", ["send", "@bob", "now"]).stdout).toBe("Sent.\n");
    expect((await released).text).toBe("directly or not at all");
  });

  test("F1: sends and saves files while a line is typed, and their names are not obeyed (ATTACKS 20)", async () => {
    writeFileSync(join(scratch, "red \u202egpj.exe"), "theirs");
    writeFileSync(join(homeOf("alice"), "my notes.txt"), "mine");
    const chat = terminal(["chat", "@bob"], { columns: 100 });
    await chat.shows("Connected.");
    await bob.call("files.send", { to: "@alice", path: join(scratch, "red \u202egpj.exe") });
    await chat.shows("[1] red gpj.exe  6 B");
    chat.type("/save\r");
    await chat.shows("Saved 6 B to");
    expect(readFileSync(join(homeOf("alice"), "red gpj.exe"), "utf8")).toBe("theirs");
    const offered = nextEvent(bob, "message", "alice's file", ({ files }) => files !== undefined);
    chat.type("/file my\\ notes.txt\r");
    await chat.shows("[2] my notes.txt  4 B  text/plain");
    const saved = await bob.call("files.save", { id: (await offered).id, path: scratch });
    expect(readFileSync(saved.paths[0] ?? "", "utf8")).toBe("mine");
    await chat.shows("my notes.txt: the other side has it");
    expect(chat.raw()).not.toContain("\u202e");
    chat.type("/exit\r");
    expect(await exitCode(chat)).toBe(0);
  });

  test("reads on after the server was away, and is told quietly", async () => {
    const chat = terminal(["chat", "@bob"]);
    await chat.shows("Connected.");
    const { port } = server;
    await server.stop();
    await chat.shows("Not connected");
    chat.type("written offline\r");
    await chat.shows("alice  written offline");
    const arrived = nextEvent(bob, "message", "what was written offline", () => true);
    server = await startServerProcess({ dataDir: join(scratch, "server"), port });
    await chat.shows("Connected.");
    expect((await arrived).text).toBe("written offline");
    chat.type("/exit\r");
    expect(await exitCode(chat)).toBe(0);
  });

  test("changes the password and signs out", async () => {
    const changed = oneShot("alice", ["password", "--password-stdin"], `${PASSWORD}\nanother long one\n`);
    expect([changed.status, changed.stdout, changed.stderr]).toEqual([0, "The password is changed.\n", ""]);
    expect(oneShot("alice", ["logout"]).stdout).toBe("Signed out.\n");
    expect(oneShot("alice", ["users"]).status).toBe(3);
    const login = ["login", "alice", "--server", server.url, "--password-stdin"];
    expect(oneShot("alice", login, `${PASSWORD}\n`).status).toBe(3);
    expect(oneShot("alice", login, "another long one\n").stdout).toBe(
      `Signed in as alice at ${server.url}.\n`,
    );
  });
});

const OLDER = ["/usr/bin/node", "/usr/local/bin/node"].find(
  (node) =>
    existsSync(node) &&
    Number.parseInt(spawnSync(node, ["-p", "process.versions.node"], { encoding: "utf8" }).stdout, 10) < 24,
);

describe.each([
  ["this Node", process.execPath],
  ["an older Node", OLDER],
])("sotto serve in a terminal, started by %s", (_name, node) => {
  test.skipIf(node === undefined)("says where to go; Ctrl-C ends it cleanly", async () => {
    const args = ["serve", "--port", "0", "--bind", "127.0.0.1", "--data", join(scratch, "served")];
    const serving = terminal(args, { node: node as string, columns: 200 });
    await serving.shows(/Sotto is ready at http:\/\/127\.0\.0\.1:\d+/);
    await serving.shows("Ctrl-C stops the server.");
    serving.type("\u0003");
    expect(await exitCode(serving)).toBe(0);
  });
});
