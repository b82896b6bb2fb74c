/** The example of the SDK's README does what it says. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { World } from "./world.ts";
import { openWorld } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

test("two people meet, write, and compare their safety number", async () => {
  const example = fileURLToPath(new URL("../../packages/client/examples/two-people.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [example, world.server.url]);
  const lines = stdout.trim().split("\n");
  expect(lines[0]).toMatch(/: (\d{5} ){11}\d{5}$/);
  expect(lines[1]).toMatch(/^alice-\w+ wrote: Hello Bob$/);
  expect(lines[2]).toMatch(/^bob-\w+ wrote: Hello Alice$/);
});
