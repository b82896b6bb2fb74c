import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readOrCreateSecret } from "./secretFile.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "sotto-secret-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

test("a secret is made once, for its owner alone, and kept", async () => {
  const file = join(dir, "secret");
  expect(await readOrCreateSecret(file, async () => "first")).toBe("first");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await readOrCreateSecret(file, async () => "second")).toBe("first");
});

test("two that make it at once agree", async () => {
  const file = join(dir, "secret");
  const both = await Promise.all(["a", "b"].map((text) => readOrCreateSecret(file, async () => text)));
  expect(new Set(both).size).toBe(1);
});

test("an unreadable place is an error, not a new secret", async () => {
  await expect(readOrCreateSecret(join(dir, "no", "secret"), async () => "x")).rejects.toMatchObject({
    code: "ENOENT",
  });
});
