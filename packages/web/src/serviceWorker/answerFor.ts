/** Which requests of the page the service worker answers, and with what. */
import { PAGE } from "./appVersion.ts";

/** `path` is one of the version's files; `network` leaves the request to the browser, as if there were no service worker. */
export type Answer =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "network" }
  | { readonly kind: "refused" };

/** What runs in the page or decides how it looks: only this version's own is let in. */
const CODE: ReadonlySet<string> = new Set([
  "script",
  "style",
  "worker",
  "sharedworker",
  "audioworklet",
  "paintworklet",
]);
/** Addresses that a person can open and that are no page of the app. */
const OF_THE_SERVER = /^\/(?:v1\/|health$|authority)/;

/** The page for every address of the app, files as they were installed, and everything that is no file of the app left alone. */
export function answerFor(
  { method, url, mode, destination }: Pick<Request, "method" | "url" | "mode" | "destination">,
  origin: string,
  files: Readonly<Record<string, string>>,
): Answer {
  const { origin: asked, pathname } = new URL(url);
  if (method !== "GET" || asked !== origin || OF_THE_SERVER.test(pathname)) return { kind: "network" };
  if (Object.hasOwn(files, pathname)) return { kind: "file", path: pathname };
  if (mode === "navigate") return { kind: "file", path: PAGE };
  return { kind: CODE.has(destination) ? "refused" : "network" };
}
