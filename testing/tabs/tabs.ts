/** The tabs of one person in a browser, and the ways in which they end. */
import type { Browser, BrowserContext, CDPSession, Page } from "playwright-core";
import { PATIENCE_MS, withDeadline } from "../support/deadline.ts";
import type { TabPage } from "./tabPage.ts";
import { COUNTER, SLEEP } from "./splices.ts";

export type Ending = "close" | "crash" | "terminate" | "freeze" | "steal";

/** Each page keeps hold of its worker, whose name is the tab's. */
const HOLD_WORKERS = `(() => {
  const Native = Worker;
  globalThis.workers = [];
  globalThis.Worker = function (url, options) {
    const worker = new Native(url, options);
    globalThis.workers.push({ worker, name: options.name });
    return worker;
  };
})()`;

/** A page of the origin that only listens. */
const OBSERVE = `(() => {
  new BroadcastChannel("sotto").addEventListener("message", ({ data: { tab, message } }) => {
    if (message.type === "leads") noteLeader(tab, message.term, message.state.kind);
  });
  new BroadcastChannel("${COUNTER}").addEventListener("message", ({ data }) => noteStale(data));
})()`;

export interface Tab {
  readonly name: string;
  readonly page: Page;
  /** Milliseconds from the page's beginning until the device was there. */
  openedMs: number;
  isGone: boolean;
  readonly log: CDPSession;
  call<Name extends keyof TabPage>(
    name: Name,
    ...args: Parameters<TabPage[Name]>
  ): Promise<Awaited<ReturnType<TabPage[Name]>>>;
  leads(): Promise<boolean>;
}

export interface Watch {
  readonly stale: { tried: number; accepted: number };
  /** When each leader announced itself first. */
  readonly leaders: { readonly tab: string; readonly term: number; readonly atMs: number }[];
  readonly asked: Set<string>;
  readonly answered: string[];
}

export interface Tabs {
  readonly watch: Watch;
  /** A page that has not been opened yet. */
  newTab(): Promise<Tab>;
  close(): Promise<void>;
}

export async function openTabs(browser: Browser, origin: string): Promise<Tabs> {
  const context = await browser.newContext();
  const watch: Watch = { stale: { tried: 0, accepted: 0 }, leaders: [], asked: new Set(), answered: [] };
  await context.exposeBinding("tellAsked", (_, text: string) => void watch.asked.add(text));
  await context.exposeBinding("tellAnswered", (_, text: string) => void watch.answered.push(text));
  const observer = await openObserver(context, origin, watch);
  let count = 0;
  return {
    watch,
    async newTab() {
      const page = await context.newPage();
      page.setDefaultTimeout(PATIENCE_MS);
      await page.addInitScript({ content: HOLD_WORKERS });
      const name = `tab ${++count}`;
      const log = await context.newCDPSession(page);
      const tab: Tab = {
        name,
        page,
        log,
        openedMs: 0,
        isGone: false,
        call: (called, ...args) =>
          withDeadline(`${name}'s ${called}`, PATIENCE_MS, callIn(page, called, args)) as Promise<never>,
        async leads() {
          const names = await page.evaluate("workers.map(({ name }) => name)");
          return (names as readonly string[]).includes(watch.leaders.at(-1)?.tab ?? "");
        },
      };
      page.on("crash", () => (tab.isGone = true));
      page.on("close", () => (tab.isGone = true));
      await page.goto(origin);
      await page.waitForFunction("globalThis.tab !== undefined");
      return tab;
    },
    async close() {
      await observer.close();
      await context.close();
    },
  };
}

async function openObserver(context: BrowserContext, origin: string, watch: Watch): Promise<Page> {
  const page = await context.newPage();
  await page.exposeBinding("noteLeader", (_, tab: string, term: number, kind: string) => {
    if (kind === "open" && !watch.leaders.some((known) => known.term === term))
      watch.leaders.push({ tab, term, atMs: performance.now() });
  });
  await page.exposeBinding("noteStale", (_, what: keyof Watch["stale"]) => void watch.stale[what]++);
  await page.goto(origin);
  await page.evaluate(OBSERVE);
  return page;
}

function callIn(page: Page, name: string, args: readonly unknown[]): Promise<unknown> {
  return page.evaluate(
    ([called, passed]) => {
      const { tab } = globalThis as unknown as {
        readonly tab: Record<string, (...given: readonly unknown[]) => unknown>;
      };
      return tab[called]?.(...passed);
    },
    [name, args] as const,
  );
}

/** Ends the tab so. Resolves when it has begun; a frozen one sleeps for `sleepMs` and goes on when the returned promise has resolved. */
export async function endTab(
  { page, log }: Tab,
  ending: Ending,
  sleepMs: number,
): Promise<{ readonly awake: Promise<void> } | undefined> {
  switch (ending) {
    case "close":
      await page.close();
      return undefined;
    case "crash":
      // It cannot answer any more.
      void log.send("Page.crash").catch(() => {});
      await page.waitForEvent("crash", { timeout: PATIENCE_MS });
      await page.close();
      return undefined;
    case "terminate":
      await page.evaluate("for (const { worker } of workers) worker.terminate()");
      await page.close();
      return undefined;
    case "freeze": {
      await page.evaluate(
        `for (const { name } of workers) new BroadcastChannel("${SLEEP}").postMessage({ name, ms: ${sleepMs} })`,
      );
      await log.send("Page.setWebLifecycleState", { state: "frozen" });
      return { awake: wakeAfter(log, sleepMs) };
    }
    case "steal":
      await page.evaluate(`navigator.locks.request("sotto", { steal: true }, () => undefined)`);
      return undefined;
  }
}

async function wakeAfter(log: CDPSession, ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  // It may have been ended meanwhile.
  await log.send("Page.setWebLifecycleState", { state: "active" }).catch(() => {});
}
