import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { TransferId } from "@sotto/protocol";
import { utf8 } from "@sotto/protocol";
import { main } from "../main.ts";
import type { FakeSotto } from "../testing/fakeSotto.ts";
import { createFakeSotto } from "../testing/fakeSotto.ts";
import type { MemoryShell } from "../testing/memoryShell.ts";
import { createMemoryShell } from "../testing/memoryShell.ts";

let fake: FakeSotto;
let dir: string;
let shell: MemoryShell;
// What is loaded when a file is sent: on a busy machine that takes longer than a test may.
beforeAll(() => import("sotto/node"), 60_000);
beforeEach(() => {
  fake = createFakeSotto();
  dir = mkdtempSync(join(tmpdir(), "sotto-commands-"));
  shell = createMemoryShell({ sotto: fake.sotto, cwd: dir });
});
afterEach(() => rmSync(dir, { recursive: true }));

const run = (...args: string[]): Promise<number> => main(args, shell);
const content = utf8("x".repeat(2000));
/** Until the fake was called so. */
async function called(call: string): Promise<void> {
  while (!fake.calls.includes(call)) await new Promise((resolve) => setImmediate(resolve));
}
const offer = (...names: string[]): TransferId[] =>
  fake.offer(names.map((name) => ({ path: [name], content }))).files.map(({ transfer }) => transfer);

describe("send --file", () => {
  test("waits until all of it has left, and says how far it is", async () => {
    writeFileSync(join(dir, "a.txt"), content);
    const code = run("send", "@bob", "for you", "--file", "a.txt");
    await called("send files a.txt for you");
    const [file] = fake.lastSent().files;
    const transfer = file?.transfer as TransferId;
    for (const bytes of [100, 200, 1000])
      fake.moveFile(transfer, { state: "moving", bytes, path: "relay", bytesPerSecond: 500 });
    fake.moveFile(transfer, { state: "waiting", reason: "uploaded" });
    expect([await code, shell.out()]).toEqual([0, "a.txt: at the server, for the other side to take\n"]);
    expect(shell.err()).toBe(
      [
        "a.txt: 5 % of 2.0 kB, 500 B/s, 0:04 left, by the server",
        "a.txt: 50 % of 2.0 kB, 500 B/s, 0:02 left, by the server",
        "",
      ].join("\n"),
    );
  });

  test("draws a bar on a terminal", async () => {
    Object.assign(shell.stderr, { isTTY: true, columns: 60 });
    writeFileSync(join(dir, "a"), content);
    const code = run("send", "@bob", "--file", join(dir, "a"));
    await called("send files a");
    const transfer = fake.lastSent().files[0]?.transfer as TransferId;
    fake.moveFile(transfer, { state: "moving", bytes: 1000, path: "direct" });
    fake.moveFile(transfer, { state: "done" });
    expect([await code, shell.out()]).toEqual([0, "a: the other side has it\n"]);
    expect(shell.err()).toBe("\r\u001b[Ka [##########..........] 50 % of 2.0 kB, directly\r\u001b[K");
  });

  test("a signal ends the waiting, and what is stored goes on", async () => {
    writeFileSync(join(dir, "a"), content);
    const code = run("send", "@bob", "--file", "a");
    await called("send files a");
    shell.stop();
    expect(await code).toBe(0);
    expect(shell.err()).toContain("Stored; it goes on from the next sotto chat or sotto rpc.");
  });

  test.each([
    [["send", "@bob", "--file", "none"], "This file cannot be read."],
    [["send", "@carol", "--file", "none"], "carol has sent you a contact request."],
    [["send", "@dave", "--file", "none"], "dave is not among your contacts."],
  ])("%j", async (args, sentence) => {
    expect(await run(...args)).toBe(1);
    expect(shell.err()).toContain(sentence);
  });
});

describe("files and save", () => {
  test("files are listed with what names them", async () => {
    offer("a\u001b[2J", "b");
    expect(await run("files", "@bob")).toBe(0);
    expect(shell.out()).toBe(
      "f1000000  a[2J  2.0 kB  received, not fetched\nf2000000  b  2.0 kB  received, not fetched\n",
    );
  });

  test("what was sent last is fetched and written here", async () => {
    offer("old");
    const [a] = offer("a") as [TransferId];
    const code = run("save", "@bob");
    await called("fetch a");
    fake.moveFile(a, { state: "waiting", reason: "peerOffline" });
    fake.moveFile(a, { state: "moving", bytes: 600 });
    fake.moveFile(a, { state: "done" });
    expect(await code).toBe(0);
    expect(shell.out()).toBe(`Saved 2.0 kB to ${join(dir, "a")}\n`);
    expect(shell.err()).toBe(
      "a: waiting: the other side is not there, and the server has none of it\na: 30 % of 2.0 kB\n",
    );
    expect(readdirSync(dir)).toEqual(["a"]);
  });

  test("one of them, under a name of one's own", async () => {
    const [, b] = offer("a", "b") as [TransferId, TransferId];
    const code = run("save", "@bob", "f2000000", "--to", "mine");
    await called("fetch b");
    fake.moveFile(b, { state: "done" });
    expect(await code).toBe(0);
    expect(readFileSync(join(dir, "mine"), "utf8").length).toBe(2000);
  });

  test.each([
    [["save", "@bob", "f3000000"], 1, "There is no such file. sotto files lists them.\n"],
    [["save", "@bob", "f"], 1, "There is no such file. sotto files lists them.\n"],
    [["save", "@carol"], 1, "Nobody has sent a file here lately.\n"],
    [["save", "bob"], 2, "Name whose files: @NAME, or '#CONVERSATION' in quotes.\n"],
    [["save", "@dave"], 1, "dave is not among your contacts. Send a contact request first.\n"],
  ])("%j: %i %s", async (args, code, sentence) => {
    offer("a", "b");
    expect([await run(...args), shell.err()]).toEqual([code, sentence]);
  });

  test("a signal ends the waiting", async () => {
    offer("a");
    const code = run("save", "@bob");
    await called("fetch a");
    shell.stop();
    expect(await code).toBe(1);
    expect(shell.err()).toBe("Nobody waits for this file any more; it goes on the next time.\n");
  });
});
