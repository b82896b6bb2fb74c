import { expect, test } from "vitest";
import type { AppVersion } from "./appVersion.ts";
import type { FileCaches, Platform } from "./installed.ts";
import { installVersion, installedFile, removeOtherVersions } from "./installed.ts";

const HEADERS = { "content-security-policy": "default-src 'none'" };

test("every file is kept, with the build's headers and none of the server's", async () => {
  const { platform, caches } = site({ "/index.html": "page", "/a.js": "code" });
  const version = await versionOf("1", { "/index.html": "page", "/a.js": "code" });
  await installVersion(version, platform);
  expect(await caches.keys()).toEqual(["sotto-app-1"]);
  const kept = await installedFile(version, platform, "/a.js");
  expect(await kept.text()).toBe("code");
  expect(Object.fromEntries(kept.headers)).toEqual({ ...HEADERS, "content-type": "text/x" });
});

test.each([
  ["another content", { "/index.html": "page", "/a.js": "other" }],
  ["a file that is not there", { "/index.html": "page" }],
])("ATTACKS-30 %s: nothing is installed, and the version before stays", async (_, served) => {
  const first = await versionOf("1", { "/index.html": "first" });
  const { platform, caches, serve } = site({ "/index.html": "first" });
  await installVersion(first, platform);
  serve(served);
  const second = await versionOf("2", { "/index.html": "page", "/a.js": "code" });
  await expect(installVersion(second, platform)).rejects.toThrow(/\/a\.js/);
  expect(await caches.keys()).toEqual(["sotto-app-1"]);
  expect(await (await installedFile(first, platform, "/index.html")).text()).toBe("first");
});

test("what is the same as before is not fetched again; what was changed in the cache is", async () => {
  const files = { "/index.html": "page", "/a.js": "code", "/b.js": "more" };
  const { platform, caches, asked } = site(files);
  await installVersion(await versionOf("1", files), platform);
  await (await caches.open("sotto-app-1")).put("/b.js", new Response("changed"));
  asked.length = 0;
  const version = await versionOf("2", files);
  await installVersion(version, platform);
  expect(asked).toEqual(["/b.js"]);
  expect(await (await installedFile(version, platform, "/b.js")).text()).toBe("more");
});

test("a file that the browser has dropped is fetched again, if it is still the same", async () => {
  const { platform, caches, serve } = site({ "/a.js": "code" });
  const version = await versionOf("1", { "/a.js": "code" });
  await installVersion(version, platform);
  await caches.delete("sotto-app-1");
  expect(await (await installedFile(version, platform, "/a.js")).text()).toBe("code");
  await caches.delete("sotto-app-1");
  serve({ "/a.js": "other" });
  await expect(installedFile(version, platform, "/a.js")).rejects.toThrow(/not what the build made/);
});

test("ATTACKS-19 what a script has put in a file's place is not given, and the file comes back", async () => {
  const { platform, caches, serve } = site({ "/a.js": "code" });
  const version = await versionOf("1", { "/a.js": "code" });
  await installVersion(version, platform);
  const cache = await caches.open("sotto-app-1");
  const planted = new Response("planted", { headers: { "content-security-policy": "default-src *" } });
  await cache.put("/a.js", planted.clone());
  const given = await installedFile(version, platform, "/a.js");
  expect([await given.text(), given.headers.get("content-security-policy")]).toEqual([
    "code",
    HEADERS["content-security-policy"],
  ]);
  expect(await (await cache.match("/a.js"))?.text()).toBe("code");
  await cache.put("/a.js", planted);
  serve({});
  await expect(installedFile(version, platform, "/a.js")).rejects.toThrow(/404/);
});

test("a wrong copy in the browser's own cache does not stand in the way of the server's", async () => {
  const { platform } = site({ "/a.js": "code" });
  const stale: Platform = {
    ...platform,
    fetch: (path, init) =>
      init.cache === "reload" ? platform.fetch(path, init) : Promise.reject(new TypeError("integrity")),
  };
  await installVersion(await versionOf("1", { "/a.js": "code" }), stale);
});

test("other versions are removed, other caches are not", async () => {
  const { platform, caches } = site({ "/a.js": "code" });
  for (const id of ["1", "2"]) await installVersion(await versionOf(id, { "/a.js": "code" }), platform);
  await caches.open("elsewhere");
  await removeOtherVersions(await versionOf("2", {}), caches);
  expect(await caches.keys()).toEqual(["sotto-app-2", "elsewhere"]);
});

async function versionOf(id: string, files: Readonly<Record<string, string>>): Promise<AppVersion> {
  const hashes = await Promise.all(
    Object.entries(files).map(async ([path, text]) => {
      const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
      return [path, btoa(String.fromCharCode(...new Uint8Array(digest)))] as const;
    }),
  );
  return { id, files: Object.fromEntries(hashes), headers: HEADERS };
}

interface Site {
  readonly platform: Platform;
  readonly caches: FileCaches;
  /** Paths that the server was asked for. */
  readonly asked: string[];
  readonly serve: (files: Readonly<Record<string, string>>) => void;
}

/** A server and a browser's caches. */
function site(first: Readonly<Record<string, string>>): Site {
  let files = first;
  const asked: string[] = [];
  const contents = new Map<string, Map<string, Response>>();
  const caches: FileCaches = {
    keys: async () => [...contents.keys()],
    delete: async (name) => contents.delete(name),
    async open(name) {
      const cache = contents.get(name) ?? new Map<string, Response>();
      contents.set(name, cache);
      return {
        match: async (path) => cache.get(path)?.clone(),
        put: async (path, response) => void cache.set(path, response),
      };
    },
  };
  const headers = { "content-type": "text/x", "content-security-policy": "default-src *", server: "x" };
  return {
    caches,
    asked,
    platform: {
      caches,
      async fetch(path) {
        asked.push(path);
        const text = files[path];
        return new Response(text ?? "Not found", { status: text === undefined ? 404 : 200, headers });
      },
    },
    serve: (next) => void (files = next),
  };
}
