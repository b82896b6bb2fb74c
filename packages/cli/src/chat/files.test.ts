import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { TransferId } from "@sotto/protocol";
import { utf8 } from "@sotto/protocol";
import { PLAIN } from "../show/style.ts";
import type { FakeSotto } from "../testing/fakeSotto.ts";
import { createFakeSotto } from "../testing/fakeSotto.ts";
import type { ChatSession } from "./session.ts";
import { createChatSession } from "./session.ts";

const content = utf8("x".repeat(2000));

let fake: FakeSotto;
let session: ChatSession;
let printed: string[];
let prompt: string;
let dir: string;
let ended: AbortController;

// What is loaded when a file is sent: on a busy machine that takes longer than a test may.
beforeAll(() => import("sotto/node"), 60_000);
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "sotto-chat-files-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** A chat with bob, on a terminal of so many columns or on pipes. */
async function open(columns?: number): Promise<void> {
  fake = createFakeSotto();
  printed = [];
  ended = new AbortController();
  const screen = {
    style: PLAIN,
    lines: (async function* () {})(),
    print: (text: string) => void printed.push(...text.split("\n")),
    echo: () => {},
    setPrompt: (text: string) => void (prompt = text),
    close: () => {},
    ...(columns !== undefined && { columns: () => columns }),
  };
  session = createChatSession(fake.sotto, screen, { cwd: dir, env: { HOME: dir } }, ended.signal);
  fake.sotto.on(session.event);
  await session.enter("/open bob");
  printed = [];
}

/** What one line prints, without times and the test's folder. */
async function enter(line: string): Promise<string[]> {
  printed = [];
  await session.enter(line);
  return said();
}
const said = (): string[] => printed.map((line) => line.replace(/^\d\d:\d\d /, "").replaceAll(dir, "DIR"));
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Until the file of that name has been asked for, or sent. */
async function asked(name: string): Promise<void> {
  while (!fake.calls.some((call) => call.endsWith(` ${name}`))) await turn();
}

function offer(...names: string[]): TransferId[] {
  return fake
    .offer(names.map((name) => ({ path: name.split("/"), content })))
    .files.map(({ transfer }) => transfer);
}

describe("what arrives", () => {
  test("is shown with number, name, size and type, and once with what to do", async () => {
    await open(80);
    fake.offer([{ path: ["beach.jpg"], content, mediaType: "image/jpeg" }], "look");
    offer("a/b.txt", "c");
    expect(said()).toEqual([
      "bob  look",
      "      [1] beach.jpg  2.0 kB  image/jpeg",
      "/save fetches what was sent last, /save N PATH one file",
      "bob  [2] a/b.txt  2.0 kB  application/octet-stream",
      "      [3] c  2.0 kB  application/octet-stream",
    ]);
  });

  test("ATTACKS-20 says nothing to the terminal by its name or type", async () => {
    await open(80);
    fake.offer([
      { path: ["\u001b]0;owned\u0007a\u202egpj.exe\n12:00 alice  yes"], content, mediaType: "x/\u001b[2J" },
    ]);
    fake.moveFile(fake.offer([{ path: ["\u001b[31mred\u009b"], content }]).files[0]?.transfer as TransferId, {
      state: "failed",
      reason: "invalid",
    });
    expect(said().filter((line) => !line.startsWith("/save"))).toEqual([
      "bob  [1] ]0;owneda‮gpj.exe12_00 alice yes  2.0 kB  x/".replace("‮", ""),
      "bob  [2] [31mred  2.0 kB  application/octet-stream",
      "[31mred: failed: what came is not what was signed",
    ]);
  });

  test("keeps its number in what is listed", async () => {
    await open(80);
    const [, b] = offer("a", "b");
    await enter("hello");
    fake.moveFile(b as TransferId, { state: "paused", reason: "byPeer" });
    expect(await enter("/files")).toEqual([
      "[1] a  2.0 kB  from bob, not fetched",
      "[2] b  2.0 kB  from bob, paused: by the other side",
    ]);
  });
});

describe("/save", () => {
  test("fetches what was sent last and writes it here, while the next line is typed", async () => {
    await open(80);
    offer("old");
    const [a, b] = offer("a", "b") as [TransferId, TransferId];
    expect(await enter("/save")).toEqual([]);
    await asked("b");
    expect([session.busy, fake.calls.slice(-2)]).toEqual([true, ["fetch a", "fetch b"]]);
    fake.moveFile(a, { state: "moving", bytes: 900, path: "direct", bytesPerSecond: 100 });
    expect(prompt).toBe("a [#########...........] 45 % of 2.0 kB, 100 B/s, 0:11 left, directly\nbob> ");
    await enter("hello");
    fake.moveFile(a, { state: "done" });
    fake.moveFile(b, { state: "done" });
    await session.idle();
    expect(said()).toEqual([
      "alice  hello",
      "a: here",
      "b: here",
      "Saved 2.0 kB to DIR/a",
      "Saved 2.0 kB to DIR/b",
    ]);
    expect(prompt).toBe("bob (sending)> ");
    expect(readdirSync(dir)).toEqual(["a", "b"]);
  });

  test.each([
    ["/save 2", "DIR/b"],
    ["/save 2 sub", "DIR/sub/b"],
    ["/save 2 ~/sub/mine.txt", "DIR/sub/mine.txt"],
    ['/save 2 "a name"', "DIR/a name"],
    ["/save 2 2", "DIR/2"],
  ])("%s goes to %s", async (line, place) => {
    await open(80);
    mkdirSync(join(dir, "sub"));
    const [, b] = offer("a", "b");
    await enter(line);
    await asked("b");
    fake.moveFile(b as TransferId, { state: "done" });
    await session.idle();
    expect(said().at(-1)).toBe(`Saved 2.0 kB to ${place}`);
  });

  test.each([
    ["/save 7", "There is no file of this number. /files lists them."],
    ["/save 1 none/x", "There is no folder DIR/none."],
  ])("%s: %s", async (line, sentence) => {
    await open(80);
    offer("a");
    await enter(line);
    await session.idle();
    expect(said()).toEqual([sentence]);
    expect(fake.calls.filter((call) => call.startsWith("fetch"))).toEqual([]);
  });

  test("one that will not come is said", async () => {
    await open(80);
    const [a] = offer("a");
    await enter("/save");
    await asked("a");
    fake.moveFile(a as TransferId, { state: "cancelled", reason: "byPeer" });
    await session.idle();
    expect(said()).toEqual(["a: cancelled: by the other side", "The other side has cancelled a."]);
  });

  test("without an offer says so", async () => {
    await open(80);
    expect(await enter("/save")).toEqual(["Nobody has sent a file here lately. /files lists them."]);
    expect(await enter("/files")).toEqual(["There are no files yet. /file PATH sends one."]);
  });
});

describe("/file", () => {
  test("sends a file, in quotes or with blanks escaped, and says what becomes of it once", async () => {
    await open(80);
    writeFileSync(join(dir, "my notes.txt"), "hello");
    await enter("/file my\\ notes.txt");
    await session.idle();
    const transfer = fake.lastSent().files[0]?.transfer as TransferId;
    fake.moveFile(transfer, { state: "moving", bytes: 2, path: "relay" });
    expect(prompt).toBe("my notes.txt [########............] 40 % of 5 B, by the server\nbob (sending)> ");
    fake.moveFile(transfer, { state: "waiting", reason: "peerOffline", bytes: 2 });
    fake.moveFile(transfer, { state: "waiting", reason: "uploaded" });
    fake.moveFile(transfer, { state: "done" });
    expect(said()).toEqual([
      "alice  [1] my notes.txt  5 B  text/plain",
      "my notes.txt: waiting: the other side is not there, and the server has none of it",
      "my notes.txt: at the server, for the other side to take",
      "my notes.txt: the other side has it",
    ]);
    expect(prompt).toBe("bob (sending)> ");
  });

  test("sends a folder and says which links it left out", async () => {
    await open(80);
    mkdirSync(join(dir, "photos"));
    writeFileSync(join(dir, "photos", "a.jpg"), "");
    symlinkSync(dir, join(dir, "photos", "up"));
    await enter("/file photos");
    await session.idle();
    expect(said()[0]).toBe("alice  [1] photos/a.jpg  0 B  image/jpeg");
    expect(said()).toContain("Left out, because they are symbolic links: up");
  });

  test("that is none is said", async () => {
    await open(80);
    await enter("/file none");
    await session.idle();
    expect(said()[0]).toContain("This file cannot be read.");
    expect(await enter("/file")).toEqual(["Name a file or a folder."]);
  });
});

describe("/pause, /resume, /cancel", () => {
  test("the only one, or the one of the number", async () => {
    await open(80);
    const [a, b] = offer("a", "b") as [TransferId, TransferId];
    expect(await enter("/pause")).toEqual(["There is no file to pause. /files lists them."]);
    fake.moveFile(a, { state: "moving" });
    await enter("/pause");
    await enter("/resume");
    fake.moveFile(b, { state: "moving" });
    expect(await enter("/cancel")).toEqual([
      "Say which file to cancel: /files lists them with their numbers.",
    ]);
    await enter("/cancel 2");
    expect(fake.calls.slice(-3)).toEqual(["pause a", "resume a", "cancel b"]);
  });
});

describe("on pipes", () => {
  test("steps are lines, and the end waits for what was begun", async () => {
    await open();
    const [a] = offer("a") as [TransferId];
    await enter("/save");
    await asked("a");
    for (const bytes of [100, 300, 600, 700, 1500])
      fake.moveFile(a, { state: "moving", bytes, path: "relay" });
    expect(said()).toEqual([
      "a: 5 % of 2.0 kB, by the server",
      "a: 30 % of 2.0 kB, by the server",
      "a: 75 % of 2.0 kB, by the server",
    ]);
    expect(session.busy).toBe(true);
    fake.moveFile(a, { state: "done" });
    await session.idle();
    expect(readFileSync(join(dir, "a")).length).toBe(2000);
  });

  test("a file that is sent is waited for until it has left", async () => {
    await open();
    writeFileSync(join(dir, "a"), "hello");
    await enter("/file a");
    await asked("a");
    await turn();
    expect(session.busy).toBe(true);
    fake.moveFile(fake.lastSent().files[0]?.transfer as TransferId, { state: "waiting", reason: "uploaded" });
    await session.idle();
  });

  test("a signal ends the waiting", async () => {
    await open();
    offer("a");
    await enter("/save");
    await asked("a");
    ended.abort();
    await session.idle();
    expect(said()).toEqual(["Nobody waits for this file any more; it goes on the next time."]);
  });
});
