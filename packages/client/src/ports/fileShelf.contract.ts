/**
 * What every {@link FileShelf} must do (SHF-1 to SHF-8), as cases for any test runner, a page included. Each rejects with an error that says what
 * was wrong, and begins with an empty shelf.
 *
 * ```ts
 * test.each(SHELF_CONTRACT)("$name", async ({ run }) => run(await makeSite()));
 * ```
 */
import type { TransferId } from "@sotto/protocol";
import { FILE_TAG_BYTES, countLeaves, fileLeafCount, hasLeaf, leafBytes } from "@sotto/protocol";
import type { FileShelf, FileShelfProblem, ShelvedFile } from "./fileShelf.ts";
import { FileShelfError } from "./fileShelf.ts";

/** One place where a shelf lies. */
export interface ShelfSite {
  /** The shelf there, as a new start of the program finds it. What was opened on the one before is closed. */
  openShelf(): Promise<FileShelf>;
}

export interface ShelfContractCase {
  readonly name: string;
  readonly run: (site: ShelfSite) => Promise<void>;
}

const MIB = 1024 * 1024;
/** Ten leaves, so that the bits take two bytes; the last one is short. */
const SIZE_BYTES = 9 * MIB + 100_000;
const ONE = transferOf(1);
const TWO = transferOf(2);

export const SHELF_CONTRACT: readonly ShelfContractCase[] = [
  {
    name: "SHF-1 leaves are read back as they were written, in any order of writing",
    async run(site) {
      const shelf = await site.openShelf();
      const file = await shelf.open(ONE, SIZE_BYTES);
      equal("leaves at first", countLeaves(file.have), 0);
      for (const leaf of [9, 0, 5]) await file.write(leaf, sealed(SIZE_BYTES, leaf));
      await holds(file, SIZE_BYTES, [0, 5, 9]);
      await file.close();
    },
  },
  {
    name: "SHF-2 several at once, of two files, and the same leaf twice",
    async run(site) {
      const shelf = await site.openShelf();
      const files = [await shelf.open(ONE, SIZE_BYTES), await shelf.open(TWO, SIZE_BYTES)];
      const all = Array.from({ length: fileLeafCount(SIZE_BYTES) }, (_, leaf) => leaf);
      const writes = [...all, 3].flatMap((leaf) =>
        files.map((file) => file.write(leaf, sealed(SIZE_BYTES, leaf))),
      );
      await Promise.all(writes);
      for (const file of files) await holds(file, SIZE_BYTES, all);
      await Promise.all(files.map((file) => file.close()));
    },
  },
  {
    name: "SHF-3 what was written is there after a new start, and goes on from there",
    async run(site) {
      const before = await (await site.openShelf()).open(ONE, SIZE_BYTES);
      await before.write(1, sealed(SIZE_BYTES, 1));
      await before.write(8, sealed(SIZE_BYTES, 8));
      await before.close();
      const after = await (await site.openShelf()).open(ONE, SIZE_BYTES);
      await holds(after, SIZE_BYTES, [1, 8]);
      await after.write(2, sealed(SIZE_BYTES, 2));
      await holds(after, SIZE_BYTES, [1, 2, 8]);
      await after.close();
    },
  },
  {
    name: "SHF-4 the smallest file, one byte more than a leaf, and leaves in the midst of a large one",
    async run(site) {
      const shelf = await site.openShelf();
      const large = 8 * 1024 * MIB;
      const sizes = [
        [0, 0],
        [MIB + 1, 1],
        [large, 20],
      ] as const;
      for (const [index, [sizeBytes, leaf]] of sizes.entries()) {
        const file = await shelf.open(transferOf(index), sizeBytes);
        await file.write(leaf, sealed(sizeBytes, leaf));
        await holds(file, sizeBytes, [leaf]);
        await file.close();
      }
    },
  },
  {
    name: "SHF-5 a leaf that is not there is missing; one of a wrong length, or that the file does not have, is refused",
    async run(site) {
      const shelf = await site.openShelf();
      const file = await shelf.open(ONE, SIZE_BYTES);
      await file.write(2, sealed(SIZE_BYTES, 2));
      for (const leaf of [0, 1, 3, 9]) await refused("missing", file.read(leaf));
      const full = sealed(SIZE_BYTES, 0);
      await refused("failed", file.write(0, full.subarray(1)));
      await refused("failed", file.write(0, new Uint8Array(full.length + 1)));
      await refused("failed", file.write(9, full));
      for (const leaf of [-1, 10, 0.5]) {
        await refused("failed", file.write(leaf, full));
        await refused("missing", file.read(leaf));
      }
      await holds(file, SIZE_BYTES, [2]);
      await file.close();
    },
  },
  {
    name: "SHF-6 a leaf that is there is not written again; bytes are copies",
    async run(site) {
      const file = await (await site.openShelf()).open(ONE, SIZE_BYTES);
      await file.write(4, sealed(SIZE_BYTES, 4));
      await file.write(4, sealed(SIZE_BYTES, 4).fill(7));
      (await file.read(4)).fill(9);
      await holds(file, SIZE_BYTES, [4]);
      await file.close();
    },
  },
  {
    name: "SHF-7 what is removed is gone, and begins anew; what is not there can be removed",
    async run(site) {
      const shelf = await site.openShelf();
      for (const transfer of [ONE, TWO]) {
        const file = await shelf.open(transfer, SIZE_BYTES);
        await file.write(0, sealed(SIZE_BYTES, 0));
        await file.close();
      }
      equal("listed", (await shelf.list()).toSorted(), [ONE, TWO]);
      await shelf.remove(ONE);
      await shelf.remove(ONE);
      await shelf.remove(transferOf(77));
      equal("listed then", await shelf.list(), [TWO]);
      const again = await shelf.open(ONE, SIZE_BYTES);
      equal("leaves of the new one", countLeaves(again.have), 0);
      await refused("missing", again.read(0));
      await again.close();
      equal("listed at last", (await (await site.openShelf()).list()).toSorted(), [ONE, TWO]);
    },
  },
  {
    name: "SHF-8 an open one is not opened again; a closed one takes and gives nothing",
    async run(site) {
      const shelf = await site.openShelf();
      const file = await shelf.open(ONE, SIZE_BYTES);
      await refused("failed", shelf.open(ONE, SIZE_BYTES));
      const underWay = file.write(0, sealed(SIZE_BYTES, 0));
      await file.close();
      await underWay;
      await file.close();
      await refused("failed", file.write(1, sealed(SIZE_BYTES, 1)));
      await refused("failed", file.read(0));
      const next = await shelf.open(ONE, SIZE_BYTES);
      await holds(next, SIZE_BYTES, [0]);
      await next.close();
    },
  },
];

/** Exactly these leaves are there, and right. */
async function holds(file: ShelvedFile, sizeBytes: number, leaves: readonly number[]): Promise<void> {
  equal("leaves", countLeaves(file.have), leaves.length);
  for (const leaf of leaves) {
    if (!hasLeaf(file.have, leaf)) throw new Error(`leaf ${leaf} is not there`);
    const is = await file.read(leaf);
    const must = sealed(sizeBytes, leaf);
    const same = is.length === must.length && is.every((byte, at) => byte === must[at]);
    if (!same) throw new Error(`leaf ${leaf} is another`);
  }
}

/** Bytes of the leaf's length that say which leaf they are. */
function sealed(sizeBytes: number, leaf: number): Uint8Array {
  const bytes = new Uint8Array(leafBytes(sizeBytes, leaf) + FILE_TAG_BYTES);
  for (let at = 0; at < bytes.length; at++) bytes[at] = (at * 31 + leaf * 7 + (at >>> 8)) & 0xff;
  return bytes;
}

function transferOf(number: number): TransferId {
  return number.toString(16).padStart(32, "0") as TransferId;
}

async function refused(problem: FileShelfProblem, work: Promise<unknown>): Promise<void> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof FileShelfError)) throw new Error(`not refused as ${problem}: ${String(error)}`);
  equal("problem", error.problem, problem);
}

function equal(what: string, actual: unknown, expected: unknown): void {
  const [is, must] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== must) throw new Error(`${what}: ${is}, expected ${must}`);
}
