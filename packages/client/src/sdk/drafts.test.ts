import { describe, expect, test } from "vitest";
import type { ConversationId } from "@sotto/protocol";
import { createMemoryDisk } from "../adapters/memory/disk.ts";
import { TABLE } from "../engine/records/table.ts";
import { StoreError } from "../ports/store.ts";
import { readDrafts } from "./drafts.ts";

const BOB = "b".repeat(32) as ConversationId;

describe("drafts", () => {
  test("M12, STO-10: a draft is there after a restart, until an empty text drops it", async () => {
    const disk = createMemoryDisk();
    const store = disk.open();
    const drafts = await readDrafts(store, () => {});
    await drafts.set(BOB, "half a sen");
    await drafts.set(BOB, "half a sentence");
    expect((await readDrafts(store, () => {})).get(BOB)).toBe("half a sentence");
    await drafts.set(BOB, "");
    expect([drafts.get(BOB), disk.read(TABLE.draft).size]).toEqual([undefined, 0]);
  });

  test("of changes that overtake each other the last one holds, in memory and in the store", async () => {
    const store = createMemoryDisk().open();
    const changed: (string | undefined)[] = [];
    const drafts = await readDrafts(store, (id) => changed.push(drafts.get(id)));
    await Promise.all([
      drafts.set(BOB, "a"),
      drafts.set(BOB, ""),
      drafts.set(BOB, "b"),
      drafts.set(BOB, "b"),
    ]);
    expect([drafts.get(BOB), changed]).toEqual(["b", ["a", undefined, "b"]]);
    expect((await readDrafts(store, () => {})).get(BOB)).toBe("b");
  });

  test("what is too long, or cannot be stored, leaves the draft as it was", async () => {
    const disk = createMemoryDisk();
    const drafts = await readDrafts(disk.open(), () => {});
    await drafts.set(BOB, "kept");
    await expect(drafts.set(BOB, "ж".repeat(40_000))).rejects.toMatchObject({ code: "textTooLong" });
    disk.failNextCommit(new StoreError("full", "no room"));
    await expect(drafts.set(BOB, "kept?")).rejects.toMatchObject({ problem: "full" });
    expect(drafts.get(BOB)).toBe("kept");
  });

  test("a record that cannot be read is no draft", async () => {
    const disk = createMemoryDisk();
    disk.apply([{ put: TABLE.draft, key: BOB, value: Uint8Array.of(1, 2, 3) }]);
    expect((await readDrafts(disk.open(), () => {})).get(BOB)).toBeUndefined();
  });
});
