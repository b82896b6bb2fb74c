import { expect, test } from "vitest";
import { createLane } from "./lane.ts";

test("one is inside at a time, in the order of asking; to leave twice lets in one", async () => {
  const lane = createLane();
  const entered: number[] = [];
  const [first, second, third] = [1, 2, 3].map(async (name) => {
    const leave = await lane.enter();
    entered.push(name);
    return leave;
  });
  const leave = await first;
  expect(entered).toEqual([1]);
  leave?.();
  leave?.();
  (await second)?.();
  await third;
  expect(entered).toEqual([1, 2, 3]);
});
