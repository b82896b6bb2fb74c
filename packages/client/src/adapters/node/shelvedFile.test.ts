import type { FileHandle } from "node:fs/promises";
import { beforeEach, expect, test } from "vitest";
import { FILE_LEAF_BYTES, countLeaves, createHave } from "@sotto/protocol";
import type { ShelvedFile } from "../../ports/fileShelf.ts";
import { createShelvedFile } from "./shelvedFile.ts";

const LEAVES = 4;
const sealed = new Uint8Array(FILE_LEAF_BYTES + 16);

/** What was done to the two files, in order. */
let done: string[];
/** Called before each; what it throws fails it. */
let before: (what: string) => void;
let file: ShelvedFile;
beforeEach(() => {
  done = [];
  before = () => {};
  const handles = { leaves: fakeHandle("leaves"), bits: fakeHandle("bits") };
  file = createShelvedFile({
    sizeBytes: LEAVES * FILE_LEAF_BYTES,
    have: createHave(LEAVES),
    place: "here",
    use: (act) => act(handles),
    close: async () => {},
  });
});

function fakeHandle(name: string): FileHandle {
  const act = async (what: string): Promise<void> => {
    before(`${what} ${name}`);
    done.push(`${what} ${name}`);
  };
  const fake = {
    async write(_bytes: Uint8Array, _from: number, length: number) {
      await act("write");
      return { bytesWritten: length };
    },
    datasync: () => act("flush"),
  };
  return fake as unknown as FileHandle;
}

test("SHF-9 a leaf is flushed before its bit is written, and counts when that is flushed", async () => {
  before = () => expect(countLeaves(file.have)).toBe(0);
  await file.write(2, sealed);
  expect(done).toEqual(["write leaves", "flush leaves", "write bits", "flush bits"]);
  expect([...file.have]).toEqual([0b100]);
});

test("leaves that are written together share the flushes", async () => {
  await Promise.all([0, 1, 2, 3].map((leaf) => file.write(leaf, sealed)));
  expect(done.filter((what) => what === "flush leaves").length).toBeLessThan(3);
  expect([...file.have]).toEqual([0b1111]);
});

test.each(["flush leaves", "write bits", "flush bits"])(
  "when %s fails, whatever was written until then has to be written again",
  async (failing) => {
    let late: Promise<void> | undefined;
    before = (what) => {
      if (what !== failing) return;
      before = () => {};
      // Its bytes come while the flush is under way that fails.
      late = file.write(1, sealed);
      throw Object.assign(new Error("the disk"), { code: "ENOSPC" });
    };
    await expect(file.write(0, sealed)).rejects.toMatchObject({ problem: "full" });
    await expect(late).rejects.toMatchObject({ problem: "full" });
    expect([...file.have]).toEqual([0]);
    done = [];
    await Promise.all([file.write(0, sealed), file.write(1, sealed)]);
    expect(done.filter((what) => what === "write leaves").length).toBe(2);
    expect([...file.have]).toEqual([0b11]);
  },
);
