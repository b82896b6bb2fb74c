/** A shelf against kill -9 and a full disk. */
import type { ChildProcess } from "node:child_process";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { TransferId } from "@sotto/protocol";
import { FILE_LEAF_BYTES, countLeaves, hasLeaf } from "@sotto/protocol";
import { createNodeShelf } from "./fileShelf.ts";

const LEAVES = 64;
const SIZE_BYTES = LEAVES * FILE_LEAF_BYTES;
const TRANSFERS = [1, 2].map((number) => String(number).padStart(32, "0") as TransferId);

let dir: string;
const cleanups: (() => void)[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "sotto-shelf-"));
});
afterEach(() => {
  for (const cleanup of cleanups.splice(0).toReversed()) cleanup();
  rmSync(dir, { recursive: true, force: true });
});

/**
 * A process that writes the last leaf and then what is missing, all at once, each filled with its number, says a line for each that is durable, and
 * dies by SIGKILL so many ms after it has begun.
 */
function writer(transfer: TransferId, diesAfterMs: number): ChildProcess {
  const program = `
    const { createNodeShelf } = await import(${JSON.stringify(new URL("./fileShelf.ts", import.meta.url).href)});
    const { hasLeaf } = await import("@sotto/protocol");
    const file = await createNodeShelf(${JSON.stringify(dir)}).open(${JSON.stringify(transfer)}, ${SIZE_BYTES});
    const write = async (leaf) => {
      if (hasLeaf(file.have, leaf)) return;
      await file.write(leaf, new Uint8Array(${FILE_LEAF_BYTES + 16}).fill(leaf + 1));
      process.stdout.write(leaf + "\\n");
    };
    await write(${LEAVES - 1});
    setTimeout(() => process.kill(process.pid, "SIGKILL"), ${diesAfterMs});
    setInterval(() => {}, 1000);
    await Promise.all(Array.from({ length: ${LEAVES} }, (_, leaf) => write(leaf)));`;
  return spawn(process.execPath, ["--input-type=module", "-e", program], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** Leaves that are there; each of them is right. */
async function rightLeaves(transfer: TransferId): Promise<number[]> {
  const file = await createNodeShelf(dir).open(transfer, SIZE_BYTES);
  const leaves = Array.from({ length: LEAVES }, (_, leaf) => leaf).filter((leaf) => hasLeaf(file.have, leaf));
  for (const leaf of leaves)
    expect(
      (await file.read(leaf)).every((byte) => byte === leaf + 1),
      `leaf ${leaf}`,
    ).toBe(true);
  await file.close();
  return leaves;
}

test("SHF-9 whatever kill -9 leaves behind, a bit that is set has its leaf", async () => {
  const [transfer] = TRANSFERS as [TransferId];
  const durable: number[] = [];
  for (const diesAfterMs of [1, 2, 3, 5, 8, 13]) {
    const child = writer(transfer, diesAfterMs);
    const exited = once(child, "exit");
    for await (const line of createInterface(child.stdout as Readable)) durable.push(Number(line));
    expect((await exited)[1]).toBe("SIGKILL");
    expect(await rightLeaves(transfer)).toEqual(expect.arrayContaining(durable));
  }
  expect(durable.length).toBeGreaterThan(0);
});

test("a full disk is told as full, what is there stays, and it goes on when there is room", async (context) => {
  const mount = join(dir, "disk");
  mkdirSync(mount);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=5m", "tmpfs", mount], { stdio: "ignore" });
  } catch {
    return context.skip("mounting a small disk needs to be root");
  }
  cleanups.push(() => execFileSync("umount", ["-l", mount]));
  const shelf = createNodeShelf(join(mount, "files"));
  const [one, two] = TRANSFERS as [TransferId, TransferId];
  const other = await shelf.open(two, SIZE_BYTES);
  await other.write(0, new Uint8Array(FILE_LEAF_BYTES + 16));
  await other.close();
  const file = await shelf.open(one, SIZE_BYTES);
  const leaf = new Uint8Array(FILE_LEAF_BYTES + 16);
  const outcomes = await Promise.allSettled([0, 1, 2, 3, 4, 5].map((index) => file.write(index, leaf)));
  const refused = outcomes.filter((outcome) => outcome.status === "rejected");
  expect(refused.length).toBeGreaterThan(1);
  for (const { reason } of refused) expect(reason).toMatchObject({ problem: "full" });
  expect(countLeaves(file.have)).toBe(6 - refused.length);
  await shelf.remove(two);
  const missing = [0, 1, 2, 3, 4, 5].find((index) => !hasLeaf(file.have, index)) as number;
  await file.write(missing, leaf);
  expect(hasLeaf(file.have, missing)).toBe(true);
  await file.close();
});
