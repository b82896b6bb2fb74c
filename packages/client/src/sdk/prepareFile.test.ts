import { createFileCipher, createNobleProvider, openFileLeaf } from "@sotto/crypto";
import { seededRandom } from "@sotto/crypto/testing";
import { plantedIn, fixture } from "@sotto/pictures/testing";
import type { TransferId } from "@sotto/protocol";
import { fileLeafCount, HASH_BYTES, idOf, MAX_FILE_PATH_BYTES, utf8 } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import { createMemoryShelf } from "../adapters/memory/fileShelf.ts";
import type { FileToSend } from "../api.ts";
import { createShelves } from "../transfers/shelves.ts";
import { sottoError } from "./messages.ts";
import { checkSize, prepareFile } from "./prepareFile.ts";

const crypto = createNobleProvider(seededRandom("prepare file"));
const TRANSFER = idOf<TransferId>(new Uint8Array(16).fill(5));

function fileOf(bytes: Uint8Array, change: Partial<FileToSend> = {}): FileToSend {
  return {
    content: {
      size: bytes.length,
      slice: (start, end) => ({ arrayBuffer: async () => new Uint8Array(bytes.slice(start, end)).buffer }),
    },
    path: ["a.bin"],
    mediaType: "application/octet-stream",
    modifiedAtMs: 5.7,
    ...change,
  };
}

function bench() {
  const shelf = createMemoryShelf();
  const shelves = createShelves(shelf);
  const state = { isCancelled: false, bytes: 0 };
  const tools = {
    crypto,
    shelves,
    onBytes: (bytes: number) => void (state.bytes += bytes),
    isCancelled: () => state.isCancelled,
  };
  return { shelf, shelves, state, prepare: (file: FileToSend) => prepareFile(tools, TRANSFER, file) };
}

describe("FIL-3: a file is sealed once, onto the shelf", () => {
  test.each([0, 1, 1024 * 1024, 2_500_000])(
    "%i bytes",
    async (size) => {
      const { shelves, state, prepare } = bench();
      const bytes = new Uint8Array(size).map((_, i) => (i * 7919) >>> 5);
      const { manifest, hashes } = await prepare(fileOf(bytes));
      expect(manifest).toMatchObject({ transfer: TRANSFER, sizeBytes: size, modifiedAtMs: 5, picture: null });
      expect(hashes).toHaveLength(fileLeafCount(size) * HASH_BYTES);
      expect(state.bytes).toBe(size);
      const cipher = createFileCipher(crypto, manifest);
      const parts: Uint8Array[] = [];
      for (let leaf = 0; leaf < fileLeafCount(size); leaf++) {
        const sealed = await shelves.use(TRANSFER, size, (file) => file.read(leaf));
        parts.push((await openFileLeaf(crypto, cipher, leaf, sealed)) as Uint8Array);
      }
      expect(Buffer.compare(Buffer.concat(parts), bytes)).toBe(0);
    },
    60_000,
  );

  test("one that is shorter than it was, or says that it has changed, is not sent", async () => {
    const bytes = new Uint8Array(3000);
    const short = fileOf(bytes, { content: { ...fileOf(bytes).content, size: 4000 } });
    await expect(bench().prepare(short)).rejects.toMatchObject({ code: "fileChanged" });
    const slice = () => ({ arrayBuffer: () => Promise.reject(sottoError("fileChanged")) });
    await expect(bench().prepare(fileOf(bytes, { content: { size: 5, slice } }))).rejects.toMatchObject({
      code: "fileChanged",
    });
  });

  test("one that cannot be read, and a disk without room, are told by their names", async () => {
    const slice = () => ({ arrayBuffer: () => Promise.reject(new Error("NotReadableError")) });
    await expect(
      bench().prepare(fileOf(new Uint8Array(), { content: { size: 5, slice } })),
    ).rejects.toMatchObject({ code: "fileUnreadable" });
    const { shelf, prepare } = bench();
    shelf.roomBytes = 10;
    await expect(prepare(fileOf(new Uint8Array(5)))).rejects.toMatchObject({ code: "diskFull" });
  });

  test("one that is taken back ends", async () => {
    const { state, prepare } = bench();
    state.isCancelled = true;
    await expect(prepare(fileOf(new Uint8Array(5)))).rejects.toMatchObject({ code: "cancelled" });
  });

  test("one of more than 8 GiB is refused before it is read", () => {
    const slice = () => ({ arrayBuffer: () => Promise.reject(new Error("it was read")) });
    const content = { size: 8 * 1024 ** 3 + 1, slice };
    expect(() => checkSize(fileOf(new Uint8Array(), { content }))).toThrow(/larger than files may be/);
  });
});

describe("FIL-9: what a manifest says is harmless", () => {
  test.each([
    [
      ["..", "a/b.txt"],
      ["file", "a_b.txt"],
    ],
    [[], ["file"]],
    [["\u202egnp.exe"], ["gnp.exe"]],
  ])("the path %j", async (path, safe) => {
    expect((await bench().prepare(fileOf(new Uint8Array(1), { path }))).manifest.path).toEqual(safe);
  });

  test("of too many folders the outer ones go", async () => {
    const path = Array.from({ length: 30 }, (_, i) => `${i}`.padEnd(200, "x"));
    const { manifest } = await bench().prepare(fileOf(new Uint8Array(1), { path }));
    expect(manifest.path.at(-1)).toBe(path.at(-1));
    expect(manifest.path.reduce((sum, part) => sum + utf8(part).length, 0)).toBeLessThanOrEqual(
      MAX_FILE_PATH_BYTES,
    );
  });

  test.each([
    ["Text/HTML; charset=utf-8", "text/html"],
    ["nonsense", "application/octet-stream"],
    [`text/${"x".repeat(200)}`, "application/octet-stream"],
  ])("the media type %s", async (mediaType, safe) => {
    expect((await bench().prepare(fileOf(new Uint8Array(1), { mediaType }))).manifest.mediaType).toBe(safe);
  });
});

describe("F2: pictures go without what their files tell", () => {
  const PHOTO = fixture("photo.jpg");

  test("metadata is out, type and size are those of the content", async () => {
    expect(plantedIn(PHOTO).length).toBeGreaterThan(0);
    const { shelves, prepare } = bench();
    const { manifest } = await prepare(fileOf(PHOTO, { mediaType: "text/plain" }));
    expect(manifest).toMatchObject({ mediaType: "image/jpeg", picture: { thumbnail: new Uint8Array() } });
    expect(manifest.picture?.width).toBeGreaterThan(0);
    const sealed = await shelves.use(TRANSFER, manifest.sizeBytes, (file) => file.read(0));
    const sent = await openFileLeaf(crypto, createFileCipher(crypto, manifest), 0, sealed);
    expect(plantedIn(sent as Uint8Array)).toEqual([]);
  });

  test("as it is: every byte", async () => {
    const { manifest } = await bench().prepare(fileOf(PHOTO, { asIs: true, mediaType: "image/jpeg" }));
    expect(manifest.sizeBytes).toBe(PHOTO.length);
    expect(manifest.mediaType).toBe("image/jpeg");
  });

  test("a damaged one is not sent, but as it is, as a plain file", async () => {
    const damaged = PHOTO.slice(0, PHOTO.length >> 1);
    await expect(bench().prepare(fileOf(damaged))).rejects.toMatchObject({ code: "pictureUnreadable" });
    const { manifest } = await bench().prepare(fileOf(damaged, { asIs: true, mediaType: "image/jpeg" }));
    expect(manifest).toMatchObject({ sizeBytes: damaged.length, picture: null });
  });

  test("a thumbnail that nobody would show is left out", async () => {
    const preview = { placeholder: new Uint8Array(20), thumbnail: utf8("<svg onload=alert(1)>") };
    const { manifest } = await bench().prepare(fileOf(PHOTO, { preview }));
    expect(manifest.picture).toMatchObject({ placeholder: new Uint8Array(20), thumbnail: new Uint8Array() });
  });
});
