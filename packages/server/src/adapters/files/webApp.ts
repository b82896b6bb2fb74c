/**
 * The web app's files, read into memory when the server starts: a request is looked up among the names that were found, so no path
 * from outside ever reaches the file system.
 */
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { extname, join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

export interface WebApp {
  /** The file of a GET request's path, the app's page for a navigation elsewhere, or 404. */
  answer(request: IncomingMessage): Promise<Response>;
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};
const COMPRESSED = new Set([".ico", ".png", ".woff2"]);
/** The bundler puts a hash of the content into the names of this folder's files. */
const HASHED_FOLDER = "/assets/";
const INDEX = "/index.html";

const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Sotto</title>
<h1>The web app is not built</h1>
<p>This server works, but it has no web app to show. Build it with <code>npm run build</code> and start the server again.</p>
</html>
`;

interface SiteFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined for what is compressed already. Made at the first request that takes it. */
  readonly gzipped: (() => Promise<Uint8Array<ArrayBuffer>>) | undefined;
}

/** Reads every file of the folder. A folder that is not there makes an app that says so. */
export function loadWebApp(folder: string | undefined): WebApp {
  const files = folder === undefined ? undefined : readFolder(folder);
  return {
    async answer(request) {
      if (!files?.has(INDEX)) return page(NOT_BUILT, isNavigation(request) ? 200 : 404);
      const path = pathOf(request.url ?? "");
      const file =
        files.get(path === "/" ? INDEX : path) ?? (isNavigation(request) ? files.get(INDEX) : undefined);
      return file === undefined
        ? page("Not found\n", 404, "text/plain; charset=utf-8")
        : fileAnswer(file, request);
    },
  };
}

function readFolder(folder: string): Map<string, SiteFile> | undefined {
  const files = new Map<string, SiteFile>();
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const name = `/${relative(folder, path).replaceAll(sep, "/")}`;
      files.set(name, siteFile(name, readFileSync(path)));
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  return files;
}

function siteFile(name: string, content: Buffer): SiteFile {
  const extension = extname(name);
  const bytes = new Uint8Array(content);
  const hash = createHash("sha256").update(bytes).digest("base64url");
  let gzipped: Promise<Uint8Array<ArrayBuffer>> | undefined;
  const compress = async (): Promise<Uint8Array<ArrayBuffer>> =>
    new Uint8Array(await promisify(gzip)(bytes, { level: 9 }));
  return {
    bytes,
    headers: {
      "content-type": MEDIA_TYPES[extension] ?? "application/octet-stream",
      "cache-control": name.startsWith(HASHED_FOLDER) ? "public, max-age=31536000, immutable" : "no-cache",
      etag: `"${hash}"`,
      vary: "Accept-Encoding",
    },
    gzipped: COMPRESSED.has(extension) ? undefined : () => (gzipped ??= compress()),
  };
}

async function fileAnswer(
  { bytes, headers, gzipped }: SiteFile,
  request: IncomingMessage,
): Promise<Response> {
  if (request.headers["if-none-match"] === headers["etag"])
    return new Response(null, { status: 304, headers });
  const takesGzip = /(^|,)\s*gzip\s*(,|;(?!\s*q=0)|$)/.test(
    request.headers["accept-encoding"]?.toString() ?? "",
  );
  if (!takesGzip || gzipped === undefined) return new Response(bytes, { headers });
  return new Response(await gzipped(), { headers: { ...headers, "content-encoding": "gzip" } });
}

/** A browser going to a page, rather than a page asking for one of its parts. */
function isNavigation(request: IncomingMessage): boolean {
  return request.headers.accept?.includes("text/html") === true && !request.url?.startsWith(HASHED_FOLDER);
}

function pathOf(url: string): string {
  try {
    return decodeURIComponent(url.split(/[?#]/, 1)[0] ?? "");
  } catch {
    return "";
  }
}

function page(text: string, status: number, type = "text/html; charset=utf-8"): Response {
  return new Response(text, { status, headers: { "content-type": type, "cache-control": "no-cache" } });
}
