/** Subresource integrity of a page: the browser itself compares what it fetches with the hash. */
import { createHash } from "node:crypto";

/** A script, style sheet or preload of the page's own origin, with its address. */
const LOADED = /<(?:script|link)\b[^>]*?\b(?:src|href)="(\/[^"]+\.(?:js|css))"[^>]*>/g;

/** The page with `integrity` (SHA-384) on everything of its own that it runs or styles itself with. */
export function withIntegrity(page: string, bytesOf: (path: string) => Uint8Array): string {
  return page.replaceAll(LOADED, (tag: string, path: string) => {
    const hash = createHash("sha384").update(bytesOf(path)).digest("base64");
    const cors = /\scrossorigin\b/.test(tag) ? "" : " crossorigin";
    return `${tag.slice(0, -1)}${cors} integrity="sha384-${hash}">`;
  });
}
