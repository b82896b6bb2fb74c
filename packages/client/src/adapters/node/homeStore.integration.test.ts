/** A home against other processes and a full disk. */
import type { ChildProcess } from "node:child_process";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { TransferId } from "@sotto/protocol";
import { utf8 } from "@sotto/protocol";
import { createNodeCryptoProvider } from "./cryptoProvider.ts";
import { createNodeShelf } from "./fileShelf.ts";
import { SHELF_FOLDER, eraseHomeStore, openHomeStore } from "./homeStore.ts";

const crypto = createNodeCryptoProvider();
let dir: string;
const cleanups: (() => void)[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "sotto-home-"));
});
afterEach(() => {
  for (const cleanup of cleanups.splice(0).toReversed()) cleanup();
  rmSync(dir, { recursive: true, force: true });
});

/** A process that opens the home, commits one record, says so and goes on holding it. */
async function owner(): Promise<ChildProcess> {
  const program = `
    const { createNodeCryptoProvider } = await import(${JSON.stringify(new URL("./cryptoProvider.ts", import.meta.url).href)});
    const { openHomeStore } = await import(${JSON.stringify(new URL("./homeStore.ts", import.meta.url).href)});
    const store = await openHomeStore(${JSON.stringify(dir)}, createNodeCryptoProvider(), undefined);
    await store.commit([{ put: "t", key: "from the other process", value: new Uint8Array(1) }]);
    process.stdout.write("ready");
    setInterval(() => store, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  cleanups.push(() => child.kill("SIGKILL"));
  await once(child.stdout, "data");
  return child;
}

test("a second process is refused with the pid of the first; after kill -9 the home opens with all that was committed", async () => {
  const child = await owner();
  await expect(openHomeStore(dir, crypto, undefined)).rejects.toMatchObject({
    problem: "locked",
    message: expect.stringContaining(`Process ${child.pid}`),
  });
  child.kill("SIGKILL");
  await once(child, "exit");
  const store = await openHomeStore(dir, crypto, undefined);
  expect([...(await store.load("t")).keys()]).toEqual(["from the other process"]);
  await store.close();
});

test("a full disk is told as full, changes nothing, and the store goes on when there is room", async (context) => {
  const mount = join(dir, "disk");
  mkdirSync(mount);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=512k", "tmpfs", mount], { stdio: "ignore" });
  } catch {
    return context.skip("mounting a small disk needs to be root");
  }
  cleanups.push(() => execFileSync("umount", ["-l", mount]));
  const home = join(mount, "home");
  const store = await openHomeStore(home, crypto, undefined);
  cleanups.push(() => void store.close());
  await store.commit([{ put: "t", key: "small", value: utf8("kept") }]);
  const big = store.commit([
    { put: "t", key: "small", value: utf8("lost") },
    { put: "t", key: "big", value: new Uint8Array(600 * 1024) },
  ]);
  await expect(big).rejects.toMatchObject({ problem: "full" });
  expect(await store.get("t", "small")).toEqual(utf8("kept"));
  expect(await store.get("t", "big")).toBeUndefined();
  await store.commit([{ put: "t", key: "small", value: utf8("later") }]);
  expect(await store.get("t", "small")).toEqual(utf8("later"));
});

test("what is erased takes the files with it, and nothing else in the folder", async () => {
  await (await openHomeStore(dir, crypto, undefined)).close();
  const shelf = createNodeShelf(join(dir, SHELF_FOLDER));
  await (await shelf.open("0".repeat(32) as TransferId, 5)).close();
  writeFileSync(join(dir, "client.jsonc"), "{}");
  expect(readdirSync(dir)).toContain("files");
  eraseHomeStore(dir);
  const left = readdirSync(dir);
  expect([left.includes("files"), left.includes("store.db"), left.includes("client.jsonc")]).toEqual([
    false,
    false,
    true,
  ]);
});

test("a folder that cannot be made is a plain error", async () => {
  await expect(openHomeStore("/dev/null/home", crypto, undefined)).rejects.toMatchObject({
    problem: "failed",
  });
});
