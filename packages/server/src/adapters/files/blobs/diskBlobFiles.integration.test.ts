/** BLB-8 on a real disk: what is answered is durable, what is not is not there, and nothing is written twice. */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countLeaves, hasLeaf, parcelBytes } from "@sotto/protocol";
import type { MockInstance } from "vitest";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { BlobFiles } from "../../../ports/blobFiles.ts";
import { BlobFilesError } from "../../../ports/blobFiles.ts";
import { openDiskBlobFiles } from "./diskBlobFiles.ts";

const MIB = 1024 * 1024;
const SIZE = 3 * MIB;
const PLACE = "ab".repeat(16);
const parcel = (leaf: number, fill: number, sizeBytes = SIZE): Uint8Array =>
  new Uint8Array(parcelBytes(sizeBytes, leaf)).fill(fill);
const bytesOf = (value: Uint8Array | undefined): Buffer | undefined => value && Buffer.from(value);

let dir: string;
let files: BlobFiles;
let errors: string[];
const opened = (): Promise<BlobFiles> =>
  openDiskBlobFiles({ dir: join(dir, "blobs"), nowMs: () => 0, onError: (code) => errors.push(code) });

/** The parcel, if it is held. */
async function read(place: string, sizeBytes: number, leaf: number): Promise<Uint8Array | undefined> {
  const parcel = new Uint8Array(parcelBytes(sizeBytes, leaf));
  return (await files.read(place, sizeBytes, leaf, parcel)) ? parcel : undefined;
}

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "sotto-blobs-"));
  errors = [];
  files = await opened();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await files.close();
  rmSync(dir, { recursive: true });
});

/** Another process begins where this one was ended without warning. */
async function startAgain(): Promise<void> {
  await files.close();
  files = await opened();
}

describe("BLB-8 files at the relay on the disk", () => {
  test("parcels come in any order, several at once, and are there after a restart", async () => {
    expect([await files.held(PLACE, SIZE), await read(PLACE, SIZE, 0)]).toEqual([
      new Uint8Array(1),
      undefined,
    ]);
    expect(readdirSync(join(dir, "blobs"))).toEqual([]);
    await Promise.all([2, 0].map((leaf) => files.write(PLACE, SIZE, leaf, parcel(leaf, leaf + 1))));
    await startAgain();
    expect(await files.held(PLACE, SIZE)).toEqual(Uint8Array.of(0b101));
    for (const leaf of [0, 2])
      expect(bytesOf(await read(PLACE, SIZE, leaf))).toEqual(bytesOf(parcel(leaf, leaf + 1)));
    expect(await read(PLACE, SIZE, 1)).toBeUndefined();
  });

  test("the same leaf again, with other bytes, is answered and not written; of two at once one is", async () => {
    await files.write(PLACE, SIZE, 1, parcel(1, 1));
    await files.write(PLACE, SIZE, 1, parcel(1, 2));
    expect((await read(PLACE, SIZE, 1))?.[0]).toBe(1);
    await Promise.all([3, 4, 5].map((fill) => files.write(PLACE, SIZE, 0, parcel(0, fill))));
    expect(bytesOf(await read(PLACE, SIZE, 0))).toEqual(bytesOf(parcel(0, 3)));
  });

  test("what the bitmap does not say is not there, whatever lies in the file", async () => {
    await files.write(PLACE, SIZE, 0, parcel(0, 1));
    await files.write(PLACE, SIZE, 2, parcel(2, 1));
    await files.close();
    // As if the power had gone between the two.
    writeFileSync(join(dir, "blobs", `${PLACE}.held`), Uint8Array.of(1));
    files = await opened();
    expect(await files.held(PLACE, SIZE)).toEqual(Uint8Array.of(1));
    expect(await read(PLACE, SIZE, 2)).toBeUndefined();
    await files.write(PLACE, SIZE, 2, parcel(2, 7));
    expect((await read(PLACE, SIZE, 2))?.[0]).toBe(7);
  });

  test.each([
    ["the bitmap is lost", () => rmSync(join(dir, "blobs", `${PLACE}.held`)), 0],
    ["the bitmap has another length", () => writeFileSync(join(dir, "blobs", `${PLACE}.held`), "xyz"), 0],
    [
      "the bitmap names leaves that cannot be",
      () => writeFileSync(join(dir, "blobs", `${PLACE}.held`), "\xff"),
      0,
    ],
    ["the parcels are lost", () => rmSync(join(dir, "blobs", PLACE)), 0],
    ["the parcels are cut short", () => truncateSync(join(dir, "blobs", PLACE), 2 * MIB), 1],
  ])("when %s the rest is taken as not there, and can come again", async (_, damage, left) => {
    for (const leaf of [0, 1, 2]) await files.write(PLACE, SIZE, leaf, parcel(leaf, 1));
    await files.close();
    damage();
    files = await opened();
    expect(countLeaves(await files.held(PLACE, SIZE))).toBe(left);
    for (const leaf of [0, 1, 2]) await files.write(PLACE, SIZE, leaf, parcel(leaf, 2));
    await startAgain();
    expect(await files.held(PLACE, SIZE)).toEqual(Uint8Array.of(0b111));
    expect((await read(PLACE, SIZE, 2))?.[0]).toBe(2);
  });

  test("who reads while it is removed reads to the end; afterwards there is nothing", async () => {
    await files.write(PLACE, SIZE, 0, parcel(0, 5));
    const reading = read(PLACE, SIZE, 0);
    const writing = files.write(PLACE, SIZE, 1, parcel(1, 5)).catch(() => {});
    await files.remove(PLACE);
    expect((await reading)?.[0] ?? 5).toBe(5);
    await writing;
    await files.remove(PLACE);
    expect(await read(PLACE, SIZE, 0)).toBeUndefined();
    expect(await files.held(PLACE, SIZE)).toEqual(new Uint8Array(1));
  });

  test("places are listed once; what is no file of the server's is left alone", async () => {
    await files.write(PLACE, SIZE, 0, parcel(0, 1));
    writeFileSync(join(dir, "blobs", "notes.txt"), "of the operator");
    expect(await files.list()).toEqual([PLACE]);
    await files.remove(PLACE);
    expect(readdirSync(join(dir, "blobs"))).toEqual(["notes.txt"]);
  });

  test("everything is for the server's user alone", async () => {
    await files.write(PLACE, SIZE, 0, parcel(0, 1));
    expect(statSync(join(dir, "blobs")).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(join(dir, "blobs")))
      expect(statSync(join(dir, "blobs", name)).mode & 0o777).toBe(0o600);
  });

  test.each(["..", "../sotto.db", `${PLACE}/../x`, `${PLACE}.held`, "AB".repeat(16), ""])(
    "ATTACKS-23 %j is no place",
    async (place) => {
      await expect(files.write(place, SIZE, 0, parcel(0, 1))).rejects.toThrow(TypeError);
      await expect(files.remove(place)).rejects.toThrow(TypeError);
      expect(existsSync(join(dir, "blobs", place, "x"))).toBe(false);
    },
  );

  test("a disk that fails refuses, says so, and holds nothing that was not answered", async () => {
    rmSync(join(dir, "blobs"), { recursive: true });
    await expect(files.write(PLACE, SIZE, 0, parcel(0, 1))).rejects.toThrow(BlobFilesError);
    expect(errors).toEqual(["ENOENT"]);
    await files.close();
    files = await opened();
    expect(await files.held(PLACE, SIZE)).toEqual(new Uint8Array(1));
  });

  test("a bit is written after its parcel is synced, and is synced itself", async () => {
    const { write, datasync } = await spies();
    await files.write(PLACE, SIZE, 1, parcel(1, 1));
    const order = [write, datasync].flatMap(({ mock }, kind) =>
      mock.invocationCallOrder.map((at) => ({ at, said: kind === 0 ? "write" : "sync" })),
    );
    expect(order.toSorted((one, other) => one.at - other.at).map(({ said }) => said)).toEqual([
      "write",
      "sync",
      "write",
      "sync",
    ]);
    expect(write.mock.calls.map(([bytes]) => (bytes as Uint8Array).length)).toEqual([parcel(1, 1).length, 1]);
  });

  test("when the disk could not write, nothing that waited is believed, and all of it can come again", async () => {
    const { datasync } = await spies();
    datasync.mockRejectedValueOnce(Object.assign(new Error("planted"), { code: "EIO" }));
    const writes = [0, 1, 2].map((leaf) => files.write(PLACE, SIZE, leaf, parcel(leaf, 1)));
    const ends = await Promise.allSettled(writes);
    expect(ends.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    expect(errors).toContain("EIO");
    expect(await files.held(PLACE, SIZE)).toEqual(new Uint8Array(1));
    await Promise.all([0, 1, 2].map((leaf) => files.write(PLACE, SIZE, leaf, parcel(leaf, 2))));
    await startAgain();
    expect(await files.held(PLACE, SIZE)).toEqual(Uint8Array.of(0b111));
    expect((await read(PLACE, SIZE, 1))?.[0]).toBe(2);
  });

  describe("BLB-10 a parcel that was written when the process ended", () => {
    const keep = (leaf: number, expected: Uint8Array): Promise<boolean> =>
      files.keep(PLACE, SIZE, leaf, new Uint8Array(parcelBytes(SIZE, leaf)), (found) =>
        Buffer.from(expected).equals(found),
      );
    const withoutBits = async (): Promise<void> => {
      await files.close();
      writeFileSync(join(dir, "blobs", `${PLACE}.held`), Uint8Array.of(0));
      files = await opened();
    };

    test("is held if it is what it should be, durably, and written again before its bit", async () => {
      for (const leaf of [0, 1]) await files.write(PLACE, SIZE, leaf, parcel(leaf, 1));
      await withoutBits();
      const { write, datasync } = await spies();
      expect(await keep(1, parcel(1, 1))).toBe(true);
      expect(write.mock.calls.map(([bytes]) => (bytes as Uint8Array).length)).toEqual([
        parcel(1, 1).length,
        1,
      ]);
      expect(datasync).toHaveBeenCalledTimes(2);
      vi.restoreAllMocks();
      await startAgain();
      expect(await files.held(PLACE, SIZE)).toEqual(Uint8Array.of(0b10));
      expect(bytesOf(await read(PLACE, SIZE, 1))).toEqual(bytesOf(parcel(1, 1)));
    });

    test("is not held if it is something else, is not whole or is not there; it can come again", async () => {
      expect(await keep(0, parcel(0, 1))).toBe(false);
      expect(readdirSync(join(dir, "blobs"))).toEqual([]);
      await files.write(PLACE, SIZE, 0, parcel(0, 1));
      await withoutBits();
      expect([await keep(0, parcel(0, 2)), await keep(2, parcel(2, 1))]).toEqual([false, false]);
      expect(await files.held(PLACE, SIZE)).toEqual(new Uint8Array(1));
      await files.write(PLACE, SIZE, 0, parcel(0, 3));
      expect((await read(PLACE, SIZE, 0))?.[0]).toBe(3);
    });

    test("is held if it is held already, without a look", async () => {
      await files.write(PLACE, SIZE, 0, parcel(0, 1));
      expect(await keep(0, parcel(0, 2))).toBe(true);
      expect((await read(PLACE, SIZE, 0))?.[0]).toBe(1);
    });
  });

  test("a full disk refuses the parcel that has no room, and no other", async () => {
    await files.write(PLACE, SIZE, 0, parcel(0, 1));
    const { write } = await spies();
    write.mockRejectedValueOnce(Object.assign(new Error("planted"), { code: "ENOSPC" }));
    await expect(files.write(PLACE, SIZE, 1, parcel(1, 1))).rejects.toThrow(BlobFilesError);
    await files.write(PLACE, SIZE, 2, parcel(2, 1));
    await files.write(PLACE, SIZE, 1, parcel(1, 1));
    await startAgain();
    expect(await files.held(PLACE, SIZE)).toEqual(Uint8Array.of(0b111));
  });

  test("many files are used with few open ones", async () => {
    const places = Array.from({ length: 100 }, (_, i) => i.toString(16).padStart(32, "0"));
    await Promise.all(places.map((place, i) => files.write(place, 4096, 0, parcel(0, i % 256, 4096))));
    for (const [i, place] of places.entries()) expect((await read(place, 4096, 0))?.[0]).toBe(i % 256);
    expect(openIn(dir)).toBeLessThan(150);
    expect((await files.list()).length).toBe(100);
  });

  test("closing finishes what is being written", async () => {
    const writing = files.write(PLACE, SIZE, 0, parcel(0, 1));
    await files.close();
    await writing;
    await expect(files.held(PLACE, SIZE)).rejects.toThrow(BlobFilesError);
    files = await opened();
    expect(hasLeaf(await files.held(PLACE, SIZE), 0)).toBe(true);
    expect(readFileSync(join(dir, "blobs", `${PLACE}.held`))).toEqual(Buffer.of(1));
  });

  test("the disk's room is known", async () => {
    expect(await files.freeBytes()).toBeGreaterThan(0);
  });
});

/** Open files of the folder; other tests of this process have theirs. */
function openIn(folder: string): number {
  return readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder);
    } catch {
      // Closed meanwhile.
      return false;
    }
  }).length;
}

/** What every open file does, to be seen and spoilt until the end of the test. */
async function spies(): Promise<{ readonly write: Spy; readonly datasync: Spy }> {
  const probe = await open(join(dir, "probe"), "w");
  const prototype = Object.getPrototypeOf(probe) as FileHandle;
  await probe.close();
  return { write: vi.spyOn(prototype, "write") as Spy, datasync: vi.spyOn(prototype, "datasync") };
}

type Spy = MockInstance<(...args: unknown[]) => Promise<unknown>>;
