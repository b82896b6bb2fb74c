import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FileToSend } from "../../api.ts";
import { filesToSend } from "./filesToSend.ts";
import { mediaTypeOf } from "./mediaTypes.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "sotto-to-send-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const at = (...parts: string[]): string => join(dir, ...parts);

async function one(path: string): Promise<FileToSend> {
  const { files } = await filesToSend(path);
  expect(files.length).toBe(1);
  return files[0] as FileToSend;
}

async function text({ content }: FileToSend, start = 0, end = content.size): Promise<string> {
  return Buffer.from(await content.slice(start, end).arrayBuffer()).toString();
}

describe("a file", () => {
  test("is read by its parts, with its name, type and time", async () => {
    writeFileSync(at("Notes.TXT"), "hello world");
    utimesSync(at("Notes.TXT"), 1000, 1234.5);
    const file = await one(at("Notes.TXT"));
    expect([file.path, file.mediaType, file.modifiedAtMs, file.content.size]).toEqual([
      ["Notes.TXT"],
      "text/plain",
      1_234_500,
      11,
    ]);
    expect([await text(file), await text(file, 6), await text(file, 2, 4), await text(file, 9, 99)]).toEqual([
      "hello world",
      "world",
      "ll",
      "ld",
    ]);
  });

  test("is followed by the link that was named, and keeps the link's name", async () => {
    writeFileSync(at("target"), "hello");
    symlinkSync(at("target"), at("link.png"));
    const file = await one(at("link.png"));
    expect([file.path, await text(file)]).toEqual([["link.png"], "hello"]);
  });

  test.each<[string, (path: string) => void]>([
    ["grows", (path) => writeFileSync(path, "more", { flag: "a" })],
    ["shrinks", (path) => truncateSync(path, 3)],
    ["is written again", (path) => writeFileSync(path, "HELLO")],
    ["is another with the same time", (path) => replaced(path)],
  ])("that %s is changed", async (_what, change) => {
    writeFileSync(at("a"), "hello");
    utimesSync(at("a"), 1, 1);
    const file = await one(at("a"));
    expect(await text(file)).toBe("hello");
    change(at("a"));
    await expect(text(file)).rejects.toMatchObject({ name: "SottoError", code: "fileChanged" });
  });

  test.each<[string, (path: string) => void]>([
    ["nothing", (path) => rmSync(path)],
    ["a link", (path) => (renameSync(path, `${path}-`), symlinkSync(`${path}-`, path))],
  ])("in whose place is %s cannot be read", async (_what, change) => {
    writeFileSync(at("a"), "hello");
    const file = await one(at("a"));
    change(at("a"));
    await expect(text(file)).rejects.toMatchObject({ code: "fileUnreadable" });
  });

  test("that is not there, and what is none", async () => {
    await expect(filesToSend(at("missing"))).rejects.toMatchObject({ code: "fileUnreadable" });
    await expect(filesToSend("/dev/null")).rejects.toThrow("neither a file nor a folder: /dev/null");
  });
});

describe("a folder", () => {
  test("becomes its files with their folders; links are left out", async () => {
    for (const name of ["photos/b.jpg", "photos/2026/a.jpg", "photos/.hidden", "photos/empty/deeper"])
      put(name);
    rmSync(at("photos/empty/deeper"));
    put("outside");
    symlinkSync(at("outside"), at("photos/2026/link"));
    symlinkSync(dir, at("photos/up"));
    const { files, leftOut } = await filesToSend(`${at("photos")}/`);
    expect(files.map(({ path }) => path.join("/"))).toEqual([
      "photos/.hidden",
      "photos/2026/a.jpg",
      "photos/b.jpg",
    ]);
    expect(await text(files[1] as FileToSend)).toBe("photos/2026/a.jpg");
    expect(leftOut).toEqual(["2026/link", "up"]);
  });

  test("without a file, with a socket or a pipe, or that is too much, is refused", async () => {
    mkdirSync(at("empty"));
    await expect(filesToSend(at("empty"))).rejects.toMatchObject({ code: "fileUnreadable" });
    put("socket/a");
    const server = createServer().listen(at("socket", "b"));
    await expect(filesToSend(at("socket"))).rejects.toThrow(`neither a file nor a folder: ${at("socket/b")}`);
    server.close();
    put("pipe/a");
    execFileSync("mkfifo", [at("pipe/b")]);
    await expect(filesToSend(at("pipe"))).rejects.toMatchObject({ code: "fileUnreadable" });
    mkdirSync(at("many"));
    for (let number = 0; number < 1000; number++) put(`many/${number}`);
    expect((await filesToSend(at("many"))).files.length).toBe(1000);
    put("many/more");
    await expect(filesToSend(at("many"))).rejects.toMatchObject({ code: "fileTooLarge" });
    const deep = Array.from({ length: 14 }, () => "d");
    put(["deep", ...deep, "file"].join("/"));
    expect((await filesToSend(at("deep"))).files[0]?.path.length).toBe(16);
    put(["deep", ...deep, "d", "file"].join("/"));
    await expect(filesToSend(at("deep"))).rejects.toMatchObject({ code: "fileTooLarge" });
  });
});

test.each([
  ["a.tar.GZ", "application/gzip"],
  ["noextension", "application/octet-stream"],
  [".png", "application/octet-stream"],
  ["x.constructor", "application/octet-stream"],
  ["x.html", "text/html"],
])("the type of %s", (name, type) => {
  expect(mediaTypeOf(name)).toBe(type);
});

/** A file that holds its own name. */
function put(name: string): void {
  mkdirSync(join(at(name), ".."), { recursive: true });
  writeFileSync(at(name), name);
}

function replaced(path: string): void {
  writeFileSync(`${path}-`, "other");
  utimesSync(`${path}-`, 1, 1);
  renameSync(`${path}-`, path);
}
