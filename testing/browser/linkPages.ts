/** Pages with connections to other devices, each in a browser on a machine of its own, under the product's security headers. */
import { existsSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { SECURITY_HEADERS } from "@sotto/protocol";
import type { Page } from "playwright-core";
import type { Machine } from "../lan/network.ts";
import { openBrowser } from "../lan/programs.ts";
import { PATIENCE_MS } from "../support/deadline.ts";

export const LINK_PAGE = "packages/client/src/adapters/browser/testing/links";

/** Nobody's: the browser asks the test for every file. A secure context, as the app needs. */
const ORIGIN = "https://sotto.test";
const PAUSE_MS = 20;
const TYPES: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript" };

/** What an end was told, in order. */
export interface Told {
  readonly kind: "offer" | "answer" | "candidate" | "open" | "steady" | "closed";
  readonly sdp?: string;
  readonly candidate?: string;
  readonly via?: string;
  readonly steady?: boolean;
  readonly failure?: string;
  readonly afterMs?: number;
}

export interface LinkPage {
  readonly page: Page;
  readonly told: Told[];
  /** Policies that something on the page or in its worker has run against. */
  readonly complaints: string[];
  /** Begins with a new worker. */
  start(movesChannels: boolean): Promise<void>;
  /** A command of the worker. */
  call<T>(name: string, ...args: readonly unknown[]): Promise<T>;
  /** An expression about the page's own `linkPage`. */
  ask<T>(expression: string): Promise<T>;
  close(): Promise<void>;
}

export async function openLinkPage(
  machine: Pick<Machine, "launcher">,
  home: string,
  distDir: string,
): Promise<LinkPage> {
  const browser = await openBrowser(machine, home);
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.setDefaultTimeout(PATIENCE_MS);
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => complaints.push(message.text()));
  await page.route("**/*", async (route) => {
    const { pathname } = new URL(route.request().url());
    const path = join(distDir, pathname === "/" ? "index.html" : pathname);
    if (!existsSync(path)) return route.fulfill({ status: 404 });
    const contentType = TYPES[extname(path)] ?? "application/octet-stream";
    return route.fulfill({ headers: { ...SECURITY_HEADERS }, contentType, body: readFileSync(path) });
  });
  await page.goto(ORIGIN);
  const ask = <T>(expression: string): Promise<T> => page.evaluate<T>(expression);
  return {
    page,
    told: [],
    complaints,
    ask,
    start: (movesChannels) => ask(`linkPage.start(${movesChannels})`),
    call: (name, ...args) =>
      ask(`linkPage.call(${[name, ...args].map((arg) => JSON.stringify(arg)).join(", ")})`),
    close: () => browser.close(),
  };
}

/** Carries signals both ways until both have been told something of this kind once more. */
export async function carryUntil(
  [one, other]: readonly [LinkPage, LinkPage],
  holds: () => boolean | Promise<boolean>,
): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    await hand(one, other);
    await hand(other, one);
    if (await holds()) return;
    if (Date.now() > end) throw new Error(`told: ${JSON.stringify([one.told, other.told])}`);
    await setTimeout(PAUSE_MS);
  }
}

async function hand(from: LinkPage, to: LinkPage): Promise<void> {
  const told = await from.ask<readonly Told[]>("linkPage.told()");
  from.told.push(...told);
  for (const next of told) {
    if (next.kind === "candidate") await to.call("addCandidates", [next]);
    else if (next.kind === "offer" || next.kind === "answer") await to.call("accept", next);
  }
}
