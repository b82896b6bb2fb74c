import {
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { TransferId } from "@sotto/protocol";
import { FILE_LEAF_BYTES, countLeaves } from "@sotto/protocol";
import { SHELF_CONTRACT } from "../../ports/fileShelf.contract.ts";
import { createNodeShelf } from "./fileShelf.ts";

const TRANSFER = "0123456789abcdef".repeat(2) as TransferId;
const SIZE_BYTES = 2 * FILE_LEAF_BYTES + 5;
const sealed = new Uint8Array(FILE_LEAF_BYTES + 16).fill(1);

let home: string;
let dir: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "sotto-shelf-"));
  dir = join(home, "files");
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test.each(SHELF_CONTRACT)("$name", ({ run }) => run({ openShelf: async () => createNodeShelf(dir) }));

describe("on the disk", () => {
  /** Two leaves of three, and everything closed. */
  async function twoLeaves(): Promise<void> {
    const file = await createNodeShelf(dir).open(TRANSFER, SIZE_BYTES);
    await file.write(0, sealed);
    await file.write(1, sealed);
    await file.close();
  }

  async function leavesAfter(sizeBytes = SIZE_BYTES): Promise<number> {
    const file = await createNodeShelf(dir).open(TRANSFER, sizeBytes);
    const count = countLeaves(file.have);
    await file.close();
    return count;
  }

  test("nothing is made before something is put there, and what is made is its owner's", async () => {
    expect(await createNodeShelf(dir).list()).toEqual([]);
    expect(readdirSync(home)).toEqual([]);
    await twoLeaves();
    const names = readdirSync(dir);
    expect(names.toSorted()).toEqual([TRANSFER, `${TRANSFER}.have`]);
    expect([dir, ...names.map((name) => join(dir, name))].map((path) => statSync(path).mode & 0o777)).toEqual(
      [0o700, 0o600, 0o600],
    );
    expect([...readFileSync(join(dir, `${TRANSFER}.have`))]).toEqual([0, 0, 0, 0, 0, 0x20, 0, 5, 0b11]);
    expect(statSync(join(dir, TRANSFER)).size).toBe(2 * sealed.length);
  });

  test.each<[string, (bits: string, leaves: string) => void]>([
    ["bits that are torn", (bits) => truncateSync(bits, 8)],
    ["no bits", (bits) => rmSync(bits)],
    ["bits and something more", (bits) => writeFileSync(bits, new Uint8Array(1), { flag: "a" })],
    ["a bit of a leaf that the file does not have", (bits) => setBits(bits, 0b1011)],
    ["a bit of a leaf that is not there", (bits) => setBits(bits, 0b111)],
    ["leaves that are cut", (_bits, leaves) => truncateSync(leaves, 2 * sealed.length - 1)],
    ["no leaves", (_bits, leaves) => rmSync(leaves)],
  ])("%s: begun anew", async (_what, damage) => {
    await twoLeaves();
    expect(await leavesAfter()).toBe(2);
    damage(join(dir, `${TRANSFER}.have`), join(dir, TRANSFER));
    expect(await leavesAfter()).toBe(0);
    expect(statSync(join(dir, TRANSFER)).size).toBe(0);
  });

  test("bits of a file of another size are none", async () => {
    await twoLeaves();
    expect(await leavesAfter(SIZE_BYTES + 1)).toBe(0);
  });

  test("what is no transfer's id is no name in the folder", async () => {
    const shelf = createNodeShelf(dir);
    for (const id of ["../../etc/passwd", "", ".", TRANSFER.toUpperCase(), `${TRANSFER}/x`] as TransferId[]) {
      await expect(shelf.open(id, 1)).rejects.toMatchObject({ problem: "failed" });
      await expect(shelf.remove(id)).rejects.toMatchObject({ problem: "failed" });
    }
    await twoLeaves();
    writeFileSync(join(dir, "notes.txt"), "");
    expect(await shelf.list()).toEqual([TRANSFER]);
  });

  test("at most 32 files are open, however many are in use; one that has vanished is missing and not made again", async () => {
    const shelf = createNodeShelf(dir);
    const ids = Array.from({ length: 40 }, (_, index) => index.toString(16).padStart(32, "0") as TransferId);
    const files = await Promise.all(ids.map((id) => shelf.open(id, SIZE_BYTES)));
    await Promise.all(files.map((file) => file.write(0, sealed)));
    expect(files.map(({ have }) => countLeaves(have))).toEqual(ids.map(() => 1));
    if (process.platform === "linux") expect(openFiles().length).toBe(32);
    rmSync(dir, { recursive: true });
    const late = await Promise.allSettled(files.map((file) => file.write(1, sealed)));
    const refused = late.filter((outcome) => outcome.status === "rejected");
    expect(refused.length).toBeGreaterThanOrEqual(24);
    for (const { reason } of refused) expect(reason).toMatchObject({ problem: "missing" });
    expect(readdirSync(home)).toEqual([]);
    await Promise.all(files.map((file) => file.close()));
    if (process.platform === "linux") expect(openFiles()).toEqual([]);
  });

  /** Open files of this process below the folder. */
  function openFiles(): string[] {
    const targets = readdirSync("/proc/self/fd").map((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`);
      } catch {
        // The one that the folder was listed with.
        return "";
      }
    });
    return targets.filter((target) => target.startsWith(dir));
  }
});

function setBits(path: string, bits: number): void {
  const bytes = readFileSync(path);
  bytes[8] = bits;
  writeFileSync(path, bytes);
}
