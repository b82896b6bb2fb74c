/** How soon the app shows something, beside an empty React page from the same kind of server. */
import { controlled } from "@sotto/testing/browser/watchedPages.ts";
import type { BrowserContext } from "playwright-core";
import type { Contest, Peer } from "../harness/contest.ts";
import type { Shared, Stage } from "./stage.ts";
import { openPainted } from "./paint.ts";

/** The form that a signed-out person gets. */
const FORM = "form";
const WORD = "p";

/** @param app the built app; @param empty the empty page */
export function firstPaint(app: Shared<Stage>, empty: Shared<Stage>): Contest {
  return {
    name: "web: first paint",
    summary:
      "From the navigation to the first contentful paint, and to what the page is for: the sign-in form, or the one word of an empty React page. " +
      "First visit: a fresh profile. Again: the app from its service worker, the empty page from the browser's cache.",
    rounds: 9,
    columns: [
      { key: "paintMs", label: "first paint ms", digits: 0 },
      { key: "shownMs", label: "shown ms", digits: 0 },
    ],
    peers: [
      firstVisit("sotto, first visit", app, FORM),
      firstVisit("empty page, first visit", empty, WORD),
      again("sotto, again", app, FORM, true),
      again("empty page, again", empty, WORD, false),
    ],
    ratios: [
      {
        name: "first paint, first visit, sotto to empty page",
        column: "paintMs",
        of: "sotto, first visit",
        to: "empty page, first visit",
        atMost: 3,
      },
      {
        name: "first paint, again, sotto to empty page",
        column: "paintMs",
        of: "sotto, again",
        to: "empty page, again",
        atMost: 3,
      },
    ],
    bounds: [],
  };
}

function firstVisit(name: string, shared: Shared<Stage>, selector: string): Peer {
  return {
    name,
    async start() {
      const { browser, site } = await shared.take();
      return {
        async round() {
          const context = await browser.newContext();
          const { paintMs, shownMs } = await openPainted(context, site.origin, selector);
          await context.close();
          return { paintMs, shownMs };
        },
        stop: () => shared.leave(),
      };
    },
  };
}

function again(name: string, shared: Shared<Stage>, selector: string, installed: boolean): Peer {
  return {
    name,
    async start() {
      const { browser, site } = await shared.take();
      const context = await browser.newContext();
      await visit(context, site.origin, selector, installed);
      return {
        async round() {
          const { page, paintMs, shownMs } = await openPainted(context, site.origin, selector);
          await page.close();
          return { paintMs, shownMs };
        },
        async stop() {
          await context.close();
          await shared.leave();
        },
      };
    },
  };
}

async function visit(
  context: BrowserContext,
  address: string,
  selector: string,
  installed: boolean,
): Promise<void> {
  const { page } = await openPainted(context, address, selector);
  if (installed) await controlled(page);
  await page.close();
}
