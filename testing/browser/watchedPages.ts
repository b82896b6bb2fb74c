/** Pages that note what must never happen: something the policy refused, an error, a request to another origin. */
import type { Browser, BrowserContext, Page, Worker } from "playwright-core";
import { PATIENCE_MS } from "../support/deadline.ts";

/** What the browser notes of each connection that meets no server, or one that is just being stopped. */
const NO_SERVER = /ERR_CONNECTION_(REFUSED|RESET)|ERR_INTERNET_DISCONNECTED/;
/** Runs in every page before anything of its own. */
const REPORT_VIOLATIONS = `addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
  reportViolation(violatedDirective + " " + blockedURI);
});`;
/** Runs in workers and service workers, which cannot call the test. */
const KEEP_VIOLATIONS = `if (globalThis.keptViolations === undefined) {
  globalThis.keptViolations = [];
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
    globalThis.keptViolations.push(violatedDirective + " " + blockedURI));
}`;

export interface WatchedPages {
  readonly context: BrowserContext;
  open(): Promise<Page>;
  /** All so far, of pages, their workers and service workers. */
  violations(): Promise<readonly string[]>;
}

/** A browser profile of its own; `origin` is the only one that its pages may ask. */
export async function watchedPages(browser: Browser, origin: string): Promise<WatchedPages> {
  const violations: string[] = [];
  const workers = new Set<Worker>();
  const watch = (worker: Worker): void => {
    workers.add(worker);
    worker.evaluate(KEEP_VIOLATIONS).catch(() => workers.delete(worker));
    worker.on("close", () => workers.delete(worker));
  };
  const context = await browser.newContext({ locale: "en-GB" });
  await context.exposeBinding("reportViolation", (_source, text: string) => violations.push(text));
  await context.addInitScript({ content: REPORT_VIOLATIONS });
  context.on("serviceworker", watch);
  // Of pages and of service workers.
  context.on("request", (request) => {
    if (new URL(request.url()).origin !== origin) violations.push(`request to ${request.url()}`);
  });
  return {
    context,
    async violations() {
      for (const worker of workers) {
        const kept = await worker.evaluate<string[]>("keptViolations.splice(0)").catch(() => []);
        violations.push(...kept.map((text) => `worker: ${text}`));
      }
      return violations;
    },
    async open() {
      const page = await context.newPage();
      page.setDefaultTimeout(PATIENCE_MS);
      page.on("worker", watch);
      page.on("pageerror", (error) => violations.push(`error: ${error.message}`));
      // The page's console leaves out what the workers were refused; the browser's log has both.
      const log = await context.newCDPSession(page);
      log.on("Log.entryAdded", ({ entry: { level, source, text } }) => {
        if (level === "error" && source !== "network" && !NO_SERVER.test(text))
          violations.push(`${source}: ${text}`);
      });
      await log.send("Log.enable");
      return page;
    },
  };
}

/** Resolves when a service worker answers for the page. */
export async function controlled(page: Page): Promise<void> {
  await page.evaluate(`new Promise((resolve) => {
    const { serviceWorker } = navigator;
    if (serviceWorker.controller) resolve();
    else serviceWorker.addEventListener("controllerchange", () => resolve(), { once: true });
  })`);
}
