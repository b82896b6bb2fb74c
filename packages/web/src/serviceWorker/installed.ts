/**
 * The installed versions of the app: each in a cache of its own, whole or not at all. A file is taken only if its bytes have the hash that
 * the build wrote down, and given only if they still have it: scripts of the page can write to these caches, and one that got in must not stay.
 */
import type { AppVersion } from "./appVersion.ts";

/** What is used of the browser's caches. */
export interface FileCaches {
  keys(): Promise<string[]>;
  open(name: string): Promise<FileCache>;
  delete(name: string): Promise<boolean>;
}

interface FileCache {
  match(path: string): Promise<Response | undefined>;
  put(path: string, response: Response): Promise<void>;
}

export interface Platform {
  readonly caches: FileCaches;
  readonly fetch: (path: string, init: RequestInit) => Promise<Response>;
}

const PREFIX = "sotto-app-";

/**
 * Fetches every file, or takes it from the version before where it is the same. Rejects, and leaves nothing behind, if one cannot be had
 * or is not what the build made.
 */
export async function installVersion(version: AppVersion, platform: Platform): Promise<void> {
  const { caches } = platform;
  const name = cacheName(version);
  const older = (await cacheNames(caches)).filter((other) => other !== name);
  const cache = await caches.open(name);
  try {
    await Promise.all(
      Object.entries(version.files).map(async ([path, hash]) => {
        const file =
          (await fromCaches(caches, older, path, hash)) ?? (await fromServer(platform, path, hash));
        await cache.put(path, answerWith(file, version));
      }),
    );
  } catch (error) {
    await caches.delete(name);
    throw error;
  }
}

/** The file as installed. Should it be gone or changed, it is fetched again, and the same hash decides. */
export async function installedFile(
  version: AppVersion,
  platform: Platform,
  path: string,
): Promise<Response> {
  const cache = await platform.caches.open(cacheName(version));
  const hash = version.files[path] ?? "";
  const kept = await fromCache(cache, path, hash);
  if (kept !== undefined) return answerWith(kept, version);
  const fetched = await fromServer(platform, path, hash);
  await cache.put(path, answerWith(fetched, version));
  return answerWith(fetched, version);
}

/** Removes all versions but this one. */
export async function removeOtherVersions(version: AppVersion, caches: FileCaches): Promise<void> {
  const others = (await cacheNames(caches)).filter((name) => name !== cacheName(version));
  await Promise.all(others.map((name) => caches.delete(name)));
}

interface File {
  readonly bytes: ArrayBuffer;
  readonly type: string;
}

async function fromCaches(
  caches: FileCaches,
  names: readonly string[],
  path: string,
  hash: string,
): Promise<File | undefined> {
  for (const name of names) {
    const file = await fromCache(await caches.open(name), path, hash);
    if (file !== undefined) return file;
  }
  return undefined;
}

async function fromCache(cache: FileCache, path: string, hash: string): Promise<File | undefined> {
  const response = await cache.match(path);
  const file = response && (await fileOf(response));
  return file !== undefined && (await hashOf(file.bytes)) === hash ? file : undefined;
}

async function fromServer({ fetch }: Platform, path: string, hash: string): Promise<File> {
  const integrity = `sha256-${hash}`;
  const init = { integrity, redirect: "error" } as const;
  // The browser's own cache may answer after asking the server; if what it holds is wrong, the server's bytes decide.
  const response = await fetch(path, { ...init, cache: "no-cache" }).catch(() =>
    fetch(path, { ...init, cache: "reload" }),
  );
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  const file = await fileOf(response);
  if ((await hashOf(file.bytes)) !== hash) throw new Error(`${path} is not what the build made`);
  return file;
}

async function fileOf(response: Response): Promise<File> {
  return {
    bytes: await response.arrayBuffer(),
    type: response.headers.get("content-type") ?? "application/octet-stream",
  };
}

function answerWith({ bytes, type }: File, { headers }: AppVersion): Response {
  return new Response(bytes, { headers: { ...headers, "content-type": type } });
}

async function hashOf(bytes: ArrayBuffer): Promise<string> {
  return btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))));
}

async function cacheNames(caches: FileCaches): Promise<string[]> {
  return (await caches.keys()).filter((name) => name.startsWith(PREFIX));
}

function cacheName({ id }: AppVersion): string {
  return PREFIX + id;
}
