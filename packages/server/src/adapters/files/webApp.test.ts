import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { WebApp } from "./webApp.ts";
import { loadWebApp } from "./webApp.ts";

let root = "";
let app: WebApp;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "sotto-web-"));
  const dist = join(root, "dist");
  mkdirSync(join(dist, "assets"), { recursive: true });
  writeFileSync(join(root, "secret.txt"), "secret");
  writeFileSync(join(dist, "index.html"), "<p>app");
  writeFileSync(join(dist, "sw.js"), "sw");
  writeFileSync(join(dist, "assets", "main-abc123.js"), "x".repeat(1000));
  symlinkSync(join(root, "secret.txt"), join(dist, "link.txt"));
  app = loadWebApp(dist);
});
afterAll(() => rmSync(root, { recursive: true }));

const get = (url: string, headers: Record<string, string> = {}, from = app): Promise<Response> =>
  from.answer({ url, headers } as unknown as IncomingMessage);
const navigation = { accept: "text/html,*/*" };

test("files are served with their type; hashed ones for ever, others after asking", async () => {
  const script = await get("/assets/main-abc123.js?v=1");
  expect(script.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  expect(script.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  const worker = await get("/sw.js");
  expect(worker.headers.get("cache-control")).toBe("no-cache");
  expect(await worker.text()).toBe("sw");
});

test("a known version is not sent again", async () => {
  const etag = (await get("/")).headers.get("etag") ?? "";
  expect((await get("/", { "if-none-match": etag })).status).toBe(304);
  expect((await get("/", { "if-none-match": '"other"' })).status).toBe(200);
});

test("compressed for those who take it", async () => {
  const zipped = await get("/assets/main-abc123.js", { "accept-encoding": "br, gzip" });
  expect(zipped.headers.get("content-encoding")).toBe("gzip");
  expect(gunzipSync(await zipped.arrayBuffer()).toString()).toBe("x".repeat(1000));
  for (const encoding of ["br", "gzip;q=0", "xgzip"]) {
    expect((await get("/sw.js", { "accept-encoding": encoding })).headers.get("content-encoding")).toBeNull();
  }
});

test.each(["/", "/chat/abc", "/@bob.b"])("a navigation to %s gets the app", async (url) => {
  expect(await (await get(url, navigation)).text()).toBe("<p>app");
});

test.each([
  "/../secret.txt",
  "/%2e%2e/secret.txt",
  "/..%2fsecret.txt",
  "/assets/../../secret.txt",
  "//etc/passwd",
  "/etc/passwd",
  "/link.txt",
  "/%00",
  "/%",
  "\\..\\secret.txt",
  "",
])("no path leaves the folder: %j", async (url) => {
  const answer = await get(url);
  expect([answer.status, await answer.text()]).toEqual([404, "Not found\n"]);
});

test("a missing part of the app is not the app", async () => {
  expect((await get("/assets/old-fff.js", navigation)).status).toBe(404);
  expect((await get("/chat/abc")).status).toBe(404);
});

test.each([undefined, "/nowhere/at/all"])("without a built app a page says so: %s", async (folder) => {
  const answer = await get("/", navigation, loadWebApp(folder));
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain("The web app is not built");
});
