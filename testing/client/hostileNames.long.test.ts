/**
 * ATTACKS-23: a contact whose program cleans no names sends files to a terminal client. What carries them is refused as a whole, or everything
 * lands inside the folder that was chosen, under a harmless name, and nothing that was there is touched.
 */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { FileBody, FileManifest } from "@sotto/protocol";
import { idBytes, utf8 } from "@sotto/protocol";
import type { Sotto } from "sotto";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { SOTTO_BIN } from "../support/paths.ts";
import type { RpcClient } from "../support/rpcClient.ts";
import { nextEvent as nextRpcEvent, startRpcClient } from "../support/rpcClient.ts";
import { signUp } from "../support/signUp.ts";
import type { World } from "./world.ts";
import { nextEvent, openWorld, until } from "./world.ts";

// The sender's program, which runs in this process, makes no name safe and checks no manifest.
vi.mock("../../packages/protocol/src/safeFileName.ts", () => ({
  safeFileName: (name: string) => name,
}));
vi.mock("../../packages/protocol/src/fileManifest.ts", async (original) => ({
  ...(await original<object>()),
  checkedFileBody: (body: FileBody) => body,
  fileBodyFields: ({ text: said, files }: FileBody) => [said, files.map(fieldsOf)],
}));

function fieldsOf(file: FileManifest) {
  const { transfer, path, sizeBytes, mediaType, modifiedAtMs, key, root } = file;
  return [idBytes(transfer), path, sizeBytes, mediaType, modifiedAtMs, key, root, null];
}

/** Outside the bounds of FIL-7: no message with one of these is ever shown. */
const REFUSED: readonly (readonly string[])[] = [
  ["../../../etc/passwd"],
  ["..", "..", "etc", "passwd"],
  ["/etc/passwd"],
  ["\\\\server\\share\\a.exe"],
  ["C:\\Windows\\win.ini"],
  ["."],
  [""],
  [],
  ["invoice.pdf\0.exe"],
  ["two\nlines 12:00 alice  yes"],
  ["\u001b]0;owned\u0007\u001b[2Jclear"],
  ["\u009b31mred"],
];

/** Within them: they arrive, and are made safe where they are shown and saved. */
const ARRIVING: readonly (readonly string[])[] = [
  ["C:autoexec.bat"],
  ["photo\u202egpj.exe"],
  ["\u2066isolated\u2069\u200f.txt"],
  ["CON"],
  ["aux.txt"],
  ["COM1.tar.gz"],
  ["-rf"],
  ["--exec=sh"],
  ["....."],
  ["   "],
  ["\u200b\u2060"],
  [".bashrc"],
  [".ssh", "authorized_keys"],
  ["evil.desktop"],
  ["run.sh"],
  ["trailing.exe. . ."],
  ["report.txt:evil.exe"],
  ["$(touch canary).txt"],
  ["; touch canary #"],
  ["`touch canary`|a*b?"],
  [`${"\u{1f468}\u200d\u{1f469}\u200d\u{1f467}".repeat(13)}.jpg`],
  [`${"a".repeat(251)}.txt`],
  ["Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324algo"],
  ["%2e%2e%2fetc%2fpasswd"],
  ["taken.txt"],
  ["linked", "taken.txt"],
];

/** Of one file or folder: nothing hidden, no option, device, separator, control, or what changes the direction of text. */
const HARMLESS =
  /^(?![-.~ ])(?!(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$))[^\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069/\\:*?"<>|]+(?<![. ])$/iu;

/** Controls but the ends of lines, and what changes the direction of text. */
const NOT_SHOWN = /(?!\n)\p{Cc}|[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069]/u;

let world: World;
let mallory: Sotto;
let bob: RpcClient;
let conversation = "";
/** Everything that bob may not have changed lies in here too. */
let root = "";
let chosen = "";

beforeAll(async () => {
  world = await openWorld();
  root = join(world.dir, "machine");
  chosen = join(root, "deep", "down", "chosen");
  mkdirSync(chosen, { recursive: true });
  mkdirSync(join(root, "etc"));
  writeFileSync(join(root, "etc", "passwd"), "theirs");
  writeFileSync(join(chosen, "taken.txt"), "theirs");
  mkdirSync(join(chosen, "linked"));
  mallory = await world.register("mallory", world.home("mallory", { suite: 83 }));
  const home = join(world.dir, "bob");
  await signUp({ name: "bob", home, serverUrl: world.server.url, password: "correct horse battery" });
  bob = await startRpcClient({ name: "bob", home });
  await bob.call("paths.setDefault", { path: "relay" });
  await until(mallory, () => mallory.connection === "online");
  const asked = nextRpcEvent(bob, "contact", "the request", ({ username }) => username === "mallory");
  const accepted = nextEvent(mallory, "contact", ({ state }) => state === "accepted");
  conversation = (await mallory.contacts.add("bob", "hello")).conversation;
  await asked;
  await bob.call("contacts.accept", { username: "mallory" });
  await accepted;
});
afterAll(async () => {
  if (!bob.hasEnded()) await bob.close();
  await world?.close();
});

/** Sends a file of that name, which holds it. */
async function send(path: readonly string[], said: string): Promise<void> {
  const bytes = utf8(path.join("/"));
  const content = {
    size: bytes.length,
    slice: (start: number, end: number) => ({
      arrayBuffer: async () => new Uint8Array(bytes.slice(start, end)).buffer,
    }),
  };
  const { id } = mallory.conversations.list()[0] ?? {};
  if (id === undefined) throw new Error("there is no conversation");
  await mallory.files.send(id, [{ content, path, mediaType: "text/plain", modifiedAtMs: null }], {
    text: said,
  });
}

/** All below the folder, as it is now: contents of files, and whether they can be executed. */
function tree(): ReadonlyMap<string, string> {
  const entries = readdirSync(root, { recursive: true, encoding: "utf8" }).toSorted();
  return new Map(
    entries.map((name) => {
      const stats = statSync(join(root, name));
      if (stats.isFile() && (stats.mode & 0o111) !== 0) throw new Error(`${name} can be executed`);
      return [name, stats.isFile() ? readFileSync(join(root, name), "utf8") : "folder"];
    }),
  );
}

describe("names of a peer that cleans none", () => {
  test("outside the bounds of manifests spoil their message, and nothing lands", async () => {
    for (const [index, path] of REFUSED.entries()) await send(path, `refused ${index}`);
    const after = nextRpcEvent(
      bob,
      "message",
      "what is written after them",
      ({ text: said }) => said === "after",
    );
    await mallory.messages.send(mallory.conversations.list()[0]?.id as never, "after");
    await after;
    const messages = await bob.call("messages.list", { conversation });
    expect(messages.filter(({ files }) => files !== undefined)).toEqual([]);
    expect(messages.map(({ text: said }) => said)).not.toContainEqual(expect.stringContaining("refused"));
    expect(await bob.call("files.list", { conversation })).toEqual([]);
  });

  test("within them land under harmless names inside the folder, twice, and touch nothing", async () => {
    const before = tree();
    const ids: string[] = [];
    for (const path of ARRIVING) {
      const offer = nextRpcEvent(bob, "message", "the offer", ({ files }) => files !== undefined);
      await send(path, "");
      const { id, files = [] } = await offer;
      ids.push(id);
      for (const part of files[0]?.name.split("/") ?? []) expect(part).toMatch(HARMLESS);
    }
    const saved: string[] = [];
    for (const round of [1, 2])
      for (const [index, id] of ids.entries()) {
        const [path = ""] = (await bob.call("files.save", { id, path: chosen })).paths;
        expect(path.startsWith(`${chosen}/`), path).toBe(true);
        expect(saved, `round ${round}`).not.toContain(path);
        saved.push(path);
        for (const part of path.slice(chosen.length + 1).split("/")) {
          expect(part).toMatch(HARMLESS);
          expect(utf8(part).length).toBeLessThan(256);
        }
        expect(readFileSync(path, "utf8")).toBe(ARRIVING[index]?.join("/"));
      }
    const now = tree();
    for (const [name, content] of before) expect(now.get(name), name).toBe(content);
    const added = [...now].filter(([name, content]) => !before.has(name) && content !== "folder");
    expect(added.map(([name]) => join(root, name)).toSorted()).toEqual(saved.toSorted());
    expect([...now.keys()].filter((name) => name.endsWith("canary"))).toEqual([]);
  });

  test("ATTACKS-20 say nothing to a terminal", async () => {
    await bob.close();
    const script = ["/history 100", "/files", `/save 1 "${chosen}"`];
    const chat = spawn(process.execPath, [SOTTO_BIN, "--home", join(world.dir, "bob"), "chat", "@mallory"], {
      cwd: chosen,
      stdio: ["pipe", "pipe", "inherit"],
    });
    chat.stdin.end(`${script.join("\n")}\n`);
    const output = await text(chat.stdout);
    expect(output.match(/\[\d+\] /g)?.length).toBeGreaterThan(2 * ARRIVING.length);
    expect(output).toContain("Saved ");
    expect(output.match(NOT_SHOWN)).toBe(null);
  });
});
