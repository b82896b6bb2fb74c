import { expect, test } from "vitest";
import { utf8 } from "@sotto/protocol";
import { describeLocalStore } from "../../ports/store.contract.ts";
import { StoreError } from "../../ports/store.ts";
import { createMemoryDisk } from "./disk.ts";

describeLocalStore("memory", async () => {
  const disk = createMemoryDisk();
  return {
    open: async () => disk.open(),
    failNextCommit: () => disk.failNextCommit(new StoreError("full", "The disk is full.")),
    dispose: async () => {},
  };
});

test("a crash loses the commit under way, frees the disk and shuts the dead owner out", async () => {
  const disk = createMemoryDisk();
  const dead = disk.open();
  await dead.commit([{ put: "t", key: "kept", value: utf8("1") }]);
  const underWay = dead.commit([{ put: "t", key: "lost", value: utf8("2") }]);
  disk.crash();
  await expect(underWay).rejects.toMatchObject({ problem: "failed" });
  const next = disk.open();
  expect([...(await next.load("t")).keys()]).toEqual(["kept"]);
  await expect(dead.get("t", "kept")).rejects.toMatchObject({ problem: "failed" });
});

test("restoring a snapshot brings back exactly what was there", () => {
  const disk = createMemoryDisk();
  disk.apply([{ put: "t", key: "a", value: utf8("1") }]);
  const earlier = disk.snapshot();
  disk.apply([
    { put: "t", key: "a", value: utf8("2") },
    { put: "t", key: "b", value: utf8("3") },
  ]);
  disk.restore(earlier);
  expect([...disk.read("t")]).toEqual([["a", utf8("1")]]);
  expect(createMemoryDisk(earlier).read("t").size).toBe(1);
});
