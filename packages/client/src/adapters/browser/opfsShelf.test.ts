/** The order in which things become durable, which no browser shows. The contract runs in one (testing/browser/shelf.integration.test.ts). */
import { beforeEach, expect, test } from "vitest";
import type { TransferId } from "@sotto/protocol";
import { FILE_LEAF_BYTES, countLeaves } from "@sotto/protocol";
import type { ShelvedFile } from "../../ports/fileShelf.ts";
import { createOpfsShelf } from "./opfsShelf.ts";
import { originFolder } from "./originFolder.ts";
import type { MemoryFolder } from "./testing/memoryFolder.ts";
import { createMemoryFolder } from "./testing/memoryFolder.ts";

const TRANSFER = "0123456789abcdef".repeat(2) as TransferId;
const BITS = `${TRANSFER}.have`;
const SIZE_BYTES = 3 * FILE_LEAF_BYTES;
const sealed = new Uint8Array(FILE_LEAF_BYTES + 16).fill(1);

let folder: MemoryFolder;
let file: ShelvedFile;
beforeEach(async () => {
  folder = createMemoryFolder();
  file = await createOpfsShelf(folder).open(TRANSFER, SIZE_BYTES);
  folder.done.length = 0;
});

/** As the next start of the browser finds it. */
function reopened(sizeBytes = SIZE_BYTES): Promise<ShelvedFile> {
  return createOpfsShelf(folder).open(TRANSFER, sizeBytes);
}

test("SHF-9 a leaf is flushed before its bit is written, and leaves of one turn share it", async () => {
  await Promise.all([0, 2].map((leaf) => file.write(leaf, sealed)));
  const [write, flush] = [`write ${TRANSFER}`, `flush ${TRANSFER}`];
  expect(folder.done).toEqual([write, write, flush, `write ${BITS}`, `flush ${BITS}`]);
  expect([...file.have]).toEqual([0b101]);
});

const MOMENTS = [`write ${TRANSFER}`, `flush ${TRANSFER}`, `write ${BITS}`, `flush ${BITS}`];

test.each(MOMENTS)("SHF-9 what was acknowledged is there when the machine stops at %s", async (moment) => {
  await file.write(1, sealed);
  folder.failing = moment;
  await file.write(2, sealed).catch(() => {});
  folder.crash();
  const after = await reopened();
  expect([...after.have]).toEqual([0b10]);
  expect(await after.read(1)).toEqual(sealed);
});

test.each(MOMENTS)("no room at %s: said, nothing counts, and it can be tried again", async (moment) => {
  folder.failing = moment;
  await expect(file.write(0, sealed)).rejects.toMatchObject({ problem: "full" });
  expect([...file.have]).toEqual([0]);
  await file.write(0, sealed);
  expect([...file.have]).toEqual([1]);
  expect(countLeaves((await reopened()).have)).toBe(1);
});

test.each([
  ["of another size", SIZE_BYTES - 1, async () => {}],
  ["whose leaves have been cut off", SIZE_BYTES, async () => (await folder.open(TRANSFER)).empty()],
  [
    "whose bits are torn",
    SIZE_BYTES,
    async () => {
      const bits = await folder.open(BITS);
      const torn = bits.readAll().subarray(0, 5);
      bits.empty();
      bits.write(torn, 0);
    },
  ],
])("SHF-9 a file %s begins anew", async (_, sizeBytes, damage) => {
  await file.write(0, sealed);
  await file.write(1, sealed);
  await damage();
  const after = await reopened(sizeBytes);
  expect(countLeaves(after.have)).toBe(0);
  await after.write(0, sealed);
  expect(countLeaves((await reopened(sizeBytes)).have)).toBe(1);
});

test("a closed shelf has closed its files and opens none", async () => {
  const shelf = createOpfsShelf(folder);
  const open = await shelf.open(TRANSFER, SIZE_BYTES);
  const opening = shelf.open("f".repeat(32) as TransferId, 1);
  await shelf.close();
  await expect(open.read(0)).rejects.toMatchObject({ problem: "failed" });
  await expect((await opening).read(0)).rejects.toMatchObject({ problem: "failed" });
  await expect(shelf.open(TRANSFER, SIZE_BYTES)).rejects.toMatchObject({ problem: "failed" });
});

test("a browser without private files says so, and has none", async () => {
  const shelf = createOpfsShelf(originFolder({} as StorageManager, "sotto"));
  await expect(shelf.open(TRANSFER, 1)).rejects.toMatchObject({ problem: "failed" });
  await shelf.remove(TRANSFER);
  expect(await shelf.list()).toEqual([]);
});
