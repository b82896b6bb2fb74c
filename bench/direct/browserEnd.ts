/** Ends in browsers on machines of their own. */
import { existsSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { openBrowser } from "@sotto/testing/lan/programs.ts";
import type { Namespace } from "@sotto/testing/network/namespaces.ts";
import { SECURITY_HEADERS } from "@sotto/protocol";
import type { Page } from "playwright-core";
import type { End } from "./ends.ts";
import { createAnswers } from "./ends.ts";

const TYPES: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript" };

export interface BrowserPlace {
  readonly namespace: Namespace;
  /** Of the browser's user; a new folder. */
  readonly home: string;
  /** The built page. */
  readonly distDir: string;
  /** From where the page seems to come: what it has no file for is asked there. */
  readonly origin: string;
  /** That its system trusts, as PEM. */
  readonly authority?: string;
}

/** @param begin an expression about the page's `ends` that starts the one that is wanted */
export async function startBrowserEnd(place: BrowserPlace, begin: string): Promise<End> {
  const { namespace, home, distDir, origin, authority } = place;
  const browser = await openBrowser(namespace, home, authority);
  const page = await browser.newPage();
  const answers = createAnswers("a page");
  await page.exposeFunction("hearEnd", answers.take);
  await servePage(page, distDir);
  await page.goto(origin);
  await page.evaluate(begin);
  const give = (order: unknown): Promise<unknown> => page.evaluate(`ends.obey(${JSON.stringify(order)})`);
  return {
    async obey(order) {
      await give(order);
      return answers.next();
    },
    next: answers.next,
    close: () => browser.close(),
  };
}

/** Gives the page its own files and what it asks for besides from where it seems to come. */
async function servePage(page: Page, distDir: string): Promise<void> {
  await page.route("**/*", async (route) => {
    const { pathname } = new URL(route.request().url());
    const path = join(distDir, pathname === "/" ? "index.html" : pathname);
    if (!existsSync(path)) return route.continue();
    const contentType = TYPES[extname(path)] ?? "application/octet-stream";
    const isSecure = route.request().url().startsWith("https:");
    const headers = isSecure ? { ...SECURITY_HEADERS } : {};
    return route.fulfill({ headers, contentType, body: readFileSync(path) });
  });
}
