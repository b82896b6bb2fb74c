import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { TransferId } from "@sotto/protocol";
import { utf8 } from "@sotto/protocol";
import type { FakeSotto } from "../testing/fakeSotto.ts";
import { WITH_BOB, createFakeSotto } from "../testing/fakeSotto.ts";
import { serveLines } from "./session.ts";

interface Line {
  readonly id?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly data: { readonly code: string } };
  readonly params?: Readonly<Record<string, unknown>>;
}

let fake: FakeSotto;
let input: PassThrough;
let lines: Line[];
let wake: () => void;
let served: Promise<void>;
let dir: string;

// What is loaded when a file is sent: on a busy machine that takes longer than a test may.
beforeAll(() => import("sotto/node"), 60_000);
beforeEach(() => {
  fake = createFakeSotto();
  input = new PassThrough();
  lines = [];
  wake = () => {};
  dir = mkdtempSync(join(tmpdir(), "sotto-rpc-files-"));
  served = serveLines(fake.sotto, input, {
    write(line) {
      lines.push(JSON.parse(line) as Line);
      wake();
    },
    room: async () => {},
  });
});
afterEach(async () => {
  input.end();
  await served;
  rmSync(dir, { recursive: true });
});

const ask = (id: unknown, method: string, params: object): void =>
  void input.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);

/** Waits for the first line that `pick` finds something in. */
async function found<T>(pick: (line: Line) => T | undefined): Promise<T> {
  for (;;) {
    const value = lines.map(pick).find((each) => each !== undefined);
    if (value !== undefined) return value;
    await new Promise<void>((resolve) => void (wake = resolve));
  }
}
const answer = (id: unknown): Promise<Line> => found((line) => (line.id === id ? line : undefined));
const codeOf = async (id: unknown): Promise<string | undefined> => (await answer(id)).error?.data.code;
const fileEvents = (): unknown[] =>
  lines.flatMap(({ params }) => (params?.["type"] === "file" ? [params] : []));
const content = utf8("content");
const transferOf = ({
  files,
}: {
  readonly files: readonly { readonly transfer: TransferId }[];
}): TransferId => files[0]?.transfer as TransferId;

describe("files.send", () => {
  test("answers with the message's id, and what happens to the file comes after it", async () => {
    writeFileSync(join(dir, "a.txt"), "hello");
    ask(1, "files.send", { to: "@bob", path: join(dir, "a.txt"), text: "for you" });
    const { id } = (await answer(1)).result as { readonly id: string };
    const sent = fake.lastSent();
    expect(id).toBe(sent.id);
    expect((await answer(1)).result).toEqual({ id, ids: [id], conversation: WITH_BOB });
    expect(fake.calls).toEqual(["send files a.txt for you"]);
    const transfer = transferOf(sent);
    fake.moveFile(transfer, { state: "moving", bytes: 3, path: "relay", bytesPerSecond: 12.4 });
    await found(({ params }) => (params?.["state"] === "moving" ? true : undefined));
    const common = {
      type: "file",
      id,
      conversation: WITH_BOB,
      transfer,
      mine: true,
      name: "a.txt",
      total: 5,
    };
    expect(fileEvents()).toEqual([
      { ...common, state: "waiting", reason: "peerOffline", bytes: 0 },
      { ...common, state: "moving", bytes: 3, path: "relay", bytesPerSecond: 12 },
    ]);
    expect(lines.findIndex((line) => line.id === 1)).toBe(0);
  });

  test("of a folder, with its links left out", async () => {
    mkdirSync(join(dir, "photos"));
    writeFileSync(join(dir, "photos", "b"), "");
    ask(1, "files.send", { to: `#${WITH_BOB}`, path: join(dir, "photos") });
    await answer(1);
    expect(fake.calls).toEqual(["send files photos/b"]);
  });

  test.each([
    [{ to: "@bob", path: "/no/such/file" }, "fileUnreadable"],
    [{ to: "@bob", path: "/dev/null" }, "fileUnreadable"],
    [{ to: "@bob", path: "" }, "badRequest"],
    [{ to: "@bob" }, "badRequest"],
    [{ to: "@carol", path: "/etc/hostname" }, "notAccepted"],
    [{ to: "@nobody", path: "/etc/hostname" }, "notContact"],
    [{ to: "#00", path: "/etc/hostname" }, "unknownConversation"],
  ])("%j: %s", async (params, code) => {
    ask(1, "files.send", params);
    expect(await codeOf(1)).toBe(code);
    expect(fake.calls).toEqual([]);
  });
});

describe("files.save", () => {
  test("waits until all is here, then writes; messages and events name what they offer, made safe", async () => {
    const message = fake.offer([
      { path: ["../photos", "a\u202e.jpg"], content, mediaType: "image/jpeg" },
      { path: ["b"], content: utf8("") },
    ]);
    const files = [
      { name: "_photos/a.jpg", bytes: 7, type: "image/jpeg" },
      { name: "b", bytes: 0, type: "application/octet-stream" },
    ];
    ask(1, "messages.list", { conversation: WITH_BOB });
    expect((await answer(1)).result).toMatchObject([{ id: message.id, text: "", files }]);
    expect(await found(({ params }) => (params?.["type"] === "message" ? params : undefined))).toMatchObject({
      files,
    });
    ask(2, "files.save", { id: message.id, path: dir });
    await found(({ params }) => (params?.["state"] === "waiting" ? true : undefined));
    const [one, two] = message.files.map(({ transfer }) => transfer) as [TransferId, TransferId];
    fake.moveFile(one, { state: "paused", reason: "byPeer" });
    fake.moveFile(one, { state: "done" });
    expect(readdirSync(dir)).toEqual([]);
    fake.moveFile(two, { state: "done" });
    expect((await answer(2)).result).toEqual({
      bytes: 7,
      paths: [join(dir, "_photos", "a.jpg"), join(dir, "b")],
    });
    expect(readFileSync(join(dir, "_photos", "a.jpg"), "utf8")).toBe("content");
  });

  test("one of them, under another name", async () => {
    const message = fake.offer([
      { path: ["a"], content: utf8("a") },
      { path: ["b"], content: utf8("b") },
    ]);
    ask(1, "files.save", { id: message.id, file: 1, path: join(dir, "mine") });
    await found(({ params }) => (params?.["state"] === "waiting" ? true : undefined));
    fake.moveFile(message.files[1]?.transfer as TransferId, { state: "done" });
    expect((await answer(1)).result).toEqual({ bytes: 1, paths: [join(dir, "mine")] });
    expect(fake.calls).toEqual(["fetch b"]);
  });

  test.each([
    [{ state: "failed", reason: "invalid" }, "fileInvalid"],
    [{ state: "failed", reason: "unknown" }, "fileGone"],
    [{ state: "failed", reason: "expired" }, "fileExpired"],
    [{ state: "failed", reason: "diskFull" }, "diskFull"],
    [{ state: "failed", reason: "failed" }, "fileFailed"],
    [{ state: "cancelled", reason: "byPeer" }, "cancelledByPeer"],
    [{ state: "cancelled" }, "cancelled"],
    [{ state: "removed" }, "fileMissing"],
  ] as const)("%j ends it: %s", async (end, code) => {
    const message = fake.offer([{ path: ["a"], content }]);
    ask(1, "files.save", { id: message.id, path: dir });
    await found(({ params }) => (params?.["state"] === "waiting" ? true : undefined));
    fake.moveFile(transferOf(message), end);
    expect(await codeOf(1)).toBe(code);
    expect(readdirSync(dir)).toEqual([]);
  });

  test("one that will not come ends the waiting for the others", async () => {
    const message = fake.offer([
      { path: ["a"], content },
      { path: ["b"], content },
    ]);
    ask(1, "files.save", { id: message.id, path: dir });
    await found(({ params }) => (params?.["state"] === "waiting" ? true : undefined));
    fake.moveFile(transferOf(message), { state: "failed", reason: "unknown" });
    expect(await codeOf(1)).toBe("fileGone");
  });

  test("the end of the input ends the waiting, not the transfer", async () => {
    const message = fake.offer([{ path: ["a"], content }]);
    ask(1, "files.save", { id: message.id, path: dir });
    await found(({ params }) => (params?.["state"] === "waiting" ? true : undefined));
    input.end();
    await served;
    expect(await codeOf(1)).toBe("cancelled");
    expect(fake.calls).toEqual(["fetch a"]);
  });

  test("what is here already is written although the input ends", async () => {
    const message = fake.offer([{ path: ["a"], content }]);
    fake.moveFile(transferOf(message), { state: "done" });
    ask(1, "files.save", { id: message.id, path: dir });
    input.end();
    await served;
    expect((await answer(1)).result).toEqual({ bytes: 7, paths: [join(dir, "a")] });
  });

  test("says at once what is wrong with the request", async () => {
    const { id } = fake.offer([
      { path: ["a"], content },
      { path: ["b"], content },
    ]);
    const text = fake.arrive("no files");
    const requests: [object, string][] = [
      [{ id, path: join(dir, "none", "x") }, "notFound"],
      [{ id, path: join(dir, "x") }, "notFound"],
      [{ id, path: dir, file: 2 }, "unknownFile"],
      [{ id, path: dir, file: -1 }, "badRequest"],
      [{ id, path: "" }, "badRequest"],
      [{ id: text.id, path: dir }, "unknownFile"],
      [{ id: "f".repeat(32), path: dir }, "unknownFile"],
      [{ id: "../x", path: dir }, "badRequest"],
      [{ id, path: dir, to: "x" }, "badRequest"],
    ];
    for (const [index, [params, code]] of requests.entries()) {
      ask(index, "files.save", params);
      expect(await codeOf(index), JSON.stringify(params)).toBe(code);
    }
    expect(fake.calls).toEqual([]);
    expect(existsSync(join(dir, "x"))).toBe(false);
  });
});

describe("files.list, pause, resume, cancel", () => {
  test("what there is, oldest first", async () => {
    const first = fake.offer([{ path: ["a"], content, mediaType: "text/plain" }]);
    fake.arrive("between");
    const second = fake.offer([
      { path: ["b"], content },
      { path: ["c"], content },
    ]);
    fake.moveFile(second.files[1]?.transfer as TransferId, { state: "moving", bytes: 3, path: "direct" });
    ask(1, "files.list", { conversation: WITH_BOB });
    const common = { from: "bob", total: 7 };
    expect((await answer(1)).result).toMatchObject([
      { ...common, id: first.id, file: 0, name: "a", type: "text/plain", state: "offered", bytes: 0 },
      { ...common, id: second.id, file: 0, name: "b", state: "offered" },
      { ...common, id: second.id, file: 1, name: "c", state: "moving", bytes: 3, path: "direct" },
    ]);
    ask(2, "files.list", { conversation: WITH_BOB, limit: 1 });
    expect((await answer(2)).result).toMatchObject([{ name: "c" }]);
  });

  test("by message, by number in it, and by transfer", async () => {
    const { id, files } = fake.offer([
      { path: ["a"], content },
      { path: ["b"], content },
    ]);
    ask(1, "files.pause", { id });
    ask(2, "files.resume", { id, file: 1 });
    ask(3, "files.cancel", { id: files[0]?.transfer });
    expect([(await answer(1)).result, (await answer(2)).result, (await answer(3)).result]).toEqual([
      {},
      {},
      {},
    ]);
    expect(fake.calls.toSorted()).toEqual(["cancel a", "pause a", "pause b", "resume b"]);
    ask(4, "files.cancel", { id: "0".repeat(32) });
    expect(await codeOf(4)).toBe("unknownFile");
  });
});
