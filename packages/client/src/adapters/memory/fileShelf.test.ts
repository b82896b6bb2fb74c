import { expect, test } from "vitest";
import type { TransferId } from "@sotto/protocol";
import { SHELF_CONTRACT } from "../../ports/fileShelf.contract.ts";
import { createMemoryShelf } from "./fileShelf.ts";

test.each(SHELF_CONTRACT)("$name", async ({ run }) => {
  const shelf = createMemoryShelf();
  await run({
    openShelf: async () => {
      shelf.crash();
      return shelf;
    },
  });
});

test("a leaf that has no room changes nothing, and has its place when there is some", async () => {
  const shelf = createMemoryShelf();
  const file = await shelf.open("a".repeat(32) as TransferId, 1000);
  shelf.roomBytes = 100;
  await expect(file.write(0, new Uint8Array(4096 + 16))).rejects.toMatchObject({ problem: "full" });
  expect([...file.have]).toEqual([0]);
  shelf.roomBytes = 10_000;
  await file.write(0, new Uint8Array(4096 + 16));
  expect([...file.have]).toEqual([1]);
});
