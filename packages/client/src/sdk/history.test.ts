/** Archives between devices of one account: docs/protocol/archive.md. */
import { signArchive } from "@sotto/crypto";
import { bytesEqual, concatBytes, encodeCredential, fromUtf8, toHex, utf8 } from "@sotto/protocol";
import { makeAccount, makeDevice } from "@sotto/crypto/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Sotto } from "../api.ts";
import { endLine, parseEntry } from "../archive/lines.ts";
import type { StoredMessage } from "../engine/contract.ts";
import { manifestOf } from "../testing/manifests.ts";
import type { Told } from "../testing/historyHome.ts";
import {
  BOB,
  WITH_BOB,
  crypto,
  exported,
  fileOf,
  homeWith,
  messageId,
  openDeviceWith,
  owner,
} from "../testing/historyHome.ts";

const listed = (sotto: Sotto): Promise<readonly StoredMessage[]> =>
  sotto.messages.list(WITH_BOB, { limit: 100_000 });
const numbers = (messages: readonly StoredMessage[]): readonly number[] =>
  messages.map(({ id }) => Number.parseInt(id, 16));
const history = (count: number, from = 1): readonly Told[] =>
  Array.from({ length: count }, (_, i) => ({ number: from + i, order: 1000 * (from + i) }));
const among = (all: readonly number[], some: readonly Told[]): readonly number[] =>
  all.filter((number) => some.some((told) => told.number === number));

describe("ARC-5: what is exported and imported", () => {
  test("is the same list on a new device, and importing again changes nothing", async () => {
    const before = await openDeviceWith(history(700));
    const archive = await exported(before);
    const after = await openDeviceWith([]);
    const events: string[] = [];
    after.on((event) => events.push(event.type === "conversation" ? event.change : event.type));
    expect(await after.history.import(fileOf(archive))).toEqual({
      conversations: 1,
      messages: 700,
      added: 700,
    });
    expect(await listed(after)).toEqual(await listed(before));
    expect(events).toEqual(["created", "resynced"]);
    expect(await after.history.import(fileOf(archive))).toMatchObject({ added: 0 });
    expect(await listed(after)).toEqual(await listed(before));
    expect(bytesEqual(await exported(after), archive)).toBe(false);
    expect(
      fromUtf8(await exported(after))
        ?.split("\n")
        .slice(2, -2),
    ).toEqual(fromUtf8(archive)?.split("\n").slice(2, -2));
  });

  test("a conversation that this device does not have has ended, with its name, and counts nothing as unread", async () => {
    const after = await openDeviceWith([]);
    await after.history.import(fileOf(await exported(await openDeviceWith(history(3)))));
    expect(after.conversations.list()).toMatchObject([
      { id: WITH_BOB, state: "ended", unread: 0, lastMessage: { text: "message 3" } },
    ]);
    expect(after.contacts.list()).toEqual([]);
    await expect(after.messages.send(WITH_BOB, "again")).rejects.toMatchObject({ code: "conversationEnded" });
  });

  test("both orders are kept, and what both have is there once", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(60), { minLength: 1, maxLength: 40 }),
        fc.array(fc.constantFrom("archive", "device", "both"), { minLength: 40, maxLength: 40 }),
        fc.boolean(),
        async (places, where, crowded) => {
          const all = places
            .toSorted((a, b) => a - b)
            .map((place, i): Told => ({ number: i + 1, order: 10 + (crowded ? place : 1000 * place) }));
          const inArchive = all.filter((_, i) => where[i] !== "device");
          const onDevice = all.filter((_, i) => where[i] !== "archive");
          const archive = await exported(await openDeviceWith(inArchive));
          const device = await openDeviceWith(onDevice);
          await device.history.import(fileOf(archive));
          expect(numbers(await listed(device))).toEqual(all.map(({ number }) => number));
        },
      ),
      { numRuns: 60 },
    );
  });

  test("where two messages would have one place, none is lost and both orders are kept", async () => {
    const told = (first: number, orders: readonly number[]): readonly Told[] =>
      orders.map((order, i) => ({ number: first + i, order }));
    const archived = told(1, [10, 11, 12, 20, 21]);
    const local = told(101, [10, 11, 13, 20]);
    const device = await openDeviceWith(local);
    const archive = await exported(await openDeviceWith(archived));
    await device.history.import(fileOf(archive));
    const result = numbers(await listed(device));
    expect(result).toHaveLength(9);
    expect(among(result, archived)).toEqual([1, 2, 3, 4, 5]);
    expect(among(result, local)).toEqual([101, 102, 103, 104]);
    expect(await device.history.import(fileOf(archive))).toMatchObject({ added: 0 });
  });
});

describe("ARC-3: what is not a whole archive of the account", () => {
  test("another account's is refused by name", async () => {
    const archive = await exported(await openDeviceWith(history(3)));
    const other = await openDeviceWith([], makeAccount(crypto));
    await expect(other.history.import(fileOf(archive))).rejects.toMatchObject({
      code: "archiveForeign",
      message: expect.stringContaining("alice"),
    });
    expect(other.conversations.list()).toEqual([]);
  });

  test("a later version says so", async () => {
    const device = await openDeviceWith([]);
    const later = utf8(`{"format":"sotto-history","version":3,"strange":[]}\n`);
    await expect(device.history.import(fileOf(later))).rejects.toMatchObject({ code: "archiveNewer" });
  });

  test("cut off anywhere, or with a bit changed anywhere, nothing of it is taken", async () => {
    const archive = await exported(await openDeviceWith(history(3)));
    const device = await openDeviceWith([]);
    const spoilt = fc.oneof(
      fc.nat(archive.length - 1).map((size) => archive.slice(0, size)),
      fc.tuple(fc.nat(archive.length - 1), fc.nat(7)).map(([at, bit]) => {
        const altered = archive.slice();
        altered[at] = (altered[at] as number) ^ (1 << bit);
        return altered;
      }),
      fc
        .tuple(fc.nat(archive.length), fc.uint8Array({ minLength: 1, maxLength: 40 }))
        .map(([at, more]) => new Uint8Array([...archive.subarray(0, at), ...more, ...archive.subarray(at)])),
      fc.uint8Array({ maxLength: 300 }),
    );
    await fc.assert(
      fc.asyncProperty(spoilt, async (bytes) => {
        const refusal = await device.history.import(fileOf(bytes)).catch((error: unknown) => error);
        expect(["archiveDamaged", "archiveForeign", "archiveNewer", "archiveLocked"]).toContain(
          (refusal as { code?: string }).code,
        );
        expect(device.conversations.list()).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  test("nothing is taken of a long one that is spoilt at its end", async () => {
    const archive = await exported(await openDeviceWith(history(300)));
    const device = await openDeviceWith([]);
    for (const bytes of [archive.slice(0, -1), archive.slice(0, -700), archive.fill(0x30, -20, -10)])
      await expect(device.history.import(fileOf(bytes))).rejects.toMatchObject({ code: "archiveDamaged" });
    expect(device.conversations.list()).toEqual([]);
  });

  test("lines that are left out, moved, doubled or of another archive are noticed", async () => {
    const [header = "", conversation = "", one = "", two = "", three = "", end = ""] = (
      fromUtf8(await exported(await openDeviceWith(history(3)))) ?? ""
    ).split("\n");
    const others = (fromUtf8(await exported(await openDeviceWith(history(3, 2)))) ?? "").split("\n");
    const device = await openDeviceWith([]);
    const archives = [
      [header, conversation, one, three, end],
      [header, conversation, two, one, three, end],
      [header, conversation, one, one, two, three, end],
      [header, conversation, one, two, others[4] ?? "", end],
      [header, one, two, three, end],
      [header, conversation, conversation, one, two, three, end],
      [header, conversation, one, two, three, end, end],
      [header, conversation, one, two, three, others[5] ?? ""],
      [header, header, conversation, one, two, three, end],
      [conversation, one, two, three, end],
      [header, conversation, one.replace(BOB, "f".repeat(32)), two, three, end],
      [header, conversation.replace(BOB, owner.account), one, two, three, end],
      [header, "[".repeat(90_000), conversation, one, two, three, end],
      [header, "x".repeat(200_000)],
    ];
    for (const lines of archives)
      await expect(device.history.import(fileOf(utf8(`${lines.join("\n")}\n`)))).rejects.toMatchObject({
        code: "archiveDamaged",
      });
    expect(device.conversations.list()).toEqual([]);
    const whole = [header, conversation, one, two, three, end, ""].join("\n");
    expect(await device.history.import(fileOf(utf8(whole)))).toMatchObject({ added: 3 });
  });
});

/** Each passphrase costs a second of scrypt, several on a busy machine. */
const DERIVING_MS = 60_000;

describe("ARC-4: under a passphrase", () => {
  test("opens with it alone, and holds no text in the clear", { timeout: DERIVING_MS }, async () => {
    const before = await openDeviceWith([...history(2), { number: 3, order: 9000, text: "x".repeat(9000) }]);
    const archive = await exported(before, "four words of ours");
    expect(Buffer.from(archive).includes("message 1")).toBe(false);
    expect(Buffer.from(archive).includes("alice")).toBe(false);
    const device = await openDeviceWith([]);
    const file = fileOf(archive);
    expect(await device.history.isSealed(file)).toBe(true);
    await expect(device.history.import(file)).rejects.toMatchObject({ code: "archiveLocked" });
    await expect(device.history.import(file, { passphrase: "four words" })).rejects.toMatchObject({
      code: "archiveLocked",
    });
    expect(await device.history.import(file, { passphrase: "four words of ours" })).toMatchObject({
      added: 3,
    });
    expect(await device.history.isSealed(fileOf(await exported(before)))).toBe(false);
  });

  test(
    "a chunk that is left out, cut off or moved is noticed",
    async () => {
      const long = Array.from({ length: 12 }, (_, i) => ({
        number: i + 1,
        order: i + 1,
        text: "y".repeat(16_000),
      }));
      const archive = await exported(await openDeviceWith(long), "secret");
      const head = archive.indexOf(0x0a) + 1;
      const size = 64 * 1024 + 16;
      const chunks = [0, 1, 2].map((i) => archive.subarray(head + i * size, head + (i + 1) * size));
      expect(chunks[2]?.length).toBeLessThan(size);
      const [first = head, second, third] = chunks.map((chunk) => [...chunk]);
      const start = [...archive.subarray(0, head)];
      const device = await openDeviceWith([]);
      const spoilt = [
        [start, first, second],
        [start, first, third],
      ];
      for (const parts of spoilt) {
        const bytes = new Uint8Array(parts.flatMap((part) => (Array.isArray(part) ? part : [])));
        const refused = device.history.import(fileOf(bytes), { passphrase: "secret" });
        await expect(refused).rejects.toMatchObject({
          code: expect.stringMatching(/archive(Damaged|Locked)/),
        });
      }
      expect(device.conversations.list()).toEqual([]);
      expect(await device.history.import(fileOf(archive), { passphrase: "secret" })).toMatchObject({
        added: 12,
      });
    },
    DERIVING_MS,
  );
});

describe("ARC-9: messages that offer files", () => {
  const files = [manifestOf(1), manifestOf(2, { path: ['notes "1".txt'], picture: null })];

  test("come back with what a list shows of them, and nothing that opens them", async () => {
    const told = { number: 2, order: 2000, text: "look", files };
    const archive = await exported(await openDeviceWith([...history(1), told]));
    const text = fromUtf8(archive) ?? "";
    for (const secret of files.flatMap(({ key, root, picture }) => [key, root, picture?.thumbnail ?? key]))
      expect(text).not.toContain(toHex(secret));
    const device = await openDeviceWith([]);
    expect(await device.history.import(fileOf(archive))).toMatchObject({ added: 2 });
    const nothing = new Uint8Array(0);
    expect((await listed(device))[1]).toMatchObject({
      text: "look",
      files: files.map((file) => ({
        ...file,
        key: nothing,
        root: nothing,
        picture: file.picture && { ...file.picture, thumbnail: nothing },
      })),
    });
    const again = fromUtf8(await exported(device))?.split("\n");
    expect(again?.slice(2, -2)).toEqual(text.split("\n").slice(2, -2));
  });

  test("are not known as files, over restarts either: nothing is fetched or served", async () => {
    const archive = await exported(await openDeviceWith([{ number: 2, order: 2000, files }]));
    const home = await homeWith([]);
    const transfers = files.map(({ transfer }) => transfer);
    for (const round of ["import", "again", "and again"]) {
      const device = await home.open();
      if (round === "import") await device.history.import(fileOf(archive));
      expect(await device.files.views(transfers), round).toEqual([]);
      for (const transfer of transfers)
        await expect(device.files.fetch(transfer)).rejects.toMatchObject({ code: "fileMissing" });
      await device.close();
    }
  });

  test("a line with files that no message could offer is none", async () => {
    const archive = fromUtf8(
      await exported(await openDeviceWith([{ number: 1, order: 1, files: [manifestOf(1)] }])),
    );
    const line = utf8(archive?.split("\n")[2] ?? "");
    const parsed = (change: (message: Record<string, unknown>) => unknown, version: 1 | 2 = 2): unknown =>
      parseEntry(utf8(JSON.stringify(change(JSON.parse(fromUtf8(line) ?? "")))), version);
    const withFile = (change: object) => (message: Record<string, unknown>) => ({
      ...message,
      files: (message["files"] as object[]).map((file) => ({ ...file, ...change })),
    });
    expect(parsed((message) => message)).toMatchObject({ type: "message" });
    expect(parsed((message) => message, 1)).toBeUndefined();
    for (const spoilt of [
      { path: ["..", "a"] },
      { path: "a" },
      { path: [1] },
      { path: [] },
      { sizeBytes: -1 },
      { sizeBytes: 2 ** 40 },
      { mediaType: "nothing" },
      { transfer: "1" },
      { modifiedAtMs: "now" },
      { key: "00".repeat(32) },
      { picture: { width: 0, height: 1, placeholder: "" } },
      { picture: { width: 1, height: 1, placeholder: "00".repeat(65) } },
      { picture: { width: 1, height: 1, placeholder: "", thumbnail: "00" } },
      { picture: undefined },
    ])
      expect(parsed(withFile(spoilt)), JSON.stringify(spoilt)).toBeUndefined();
    for (const list of [[], {}, null, [null]])
      expect(parsed((message) => ({ ...message, files: list }))).toBeUndefined();
  });

  test("an archive of version 1 is read as ever", async () => {
    const lines = (fromUtf8(await exported(await openDeviceWith(history(3)))) ?? "").split("\n");
    const old = utf8(`${lines.slice(0, -2).join("\n").replace(`"version":2`, `"version":1`)}\n`);
    const { leafPrivateKey, leafPublicKey, credential } = await makeDevice(crypto, owner);
    const digest = crypto.sha256(old);
    const end = endLine({
      conversations: 1,
      messages: 3,
      digest,
      credential: encodeCredential(credential),
      leafKey: leafPublicKey,
      signature: await signArchive(crypto, leafPrivateKey, digest),
    });
    const device = await openDeviceWith([]);
    expect(await device.history.import(fileOf(concatBytes(old, end)))).toMatchObject({ added: 3 });
  });
});

test("ARC-6: the messages of a reply are found by their ids as before", async () => {
  const after = await openDeviceWith([]);
  await after.history.import(fileOf(await exported(await openDeviceWith(history(10)))));
  const page = await after.messages.list(WITH_BOB, { limit: 3, before: messageId(6) });
  expect(numbers(page)).toEqual([3, 4, 5]);
});
