/** The shelf of files in a real browser: its contract, and several workers of one origin, of which one sleeps or has been killed. */
import type { Browser, Page } from "playwright-core";
import { SHELF_CONTRACT } from "sotto/shelf-contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { PATIENCE_MS } from "../support/deadline.ts";
import { hasChromium, launchChromium } from "./chromium.ts";
import type { Site } from "./site.ts";
import { openSite } from "./site.ts";

const CONTRACT_PAGE = "packages/client/src/adapters/browser/testing";
const LEAF_BYTES = 1024 * 1024 + 16;

describe.skipIf(!hasChromium)("the shelf in Chromium", () => {
  let site: Site;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    site = await openSite(CONTRACT_PAGE);
    browser = await launchChromium();
    page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(site.origin);
    await page.waitForFunction(() => "contracts" in globalThis);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  describe("contract", () => {
    let worker: number;
    beforeAll(async () => {
      worker = await start();
    });
    test.each(SHELF_CONTRACT)("$name", async ({ name }) => {
      expect(await ask(worker, "runCase", name)).toBeNull();
    });
  });

  describe("several workers", () => {
    let first: number;
    let second: number;
    beforeEach(async () => {
      [first, second] = [await start(), await start()];
      await ask(first, "erase");
      await ask(first, "open");
      await ask(first, "write", 0);
    });

    test("the next one opens what the one before has closed", async () => {
      await ask(first, "close");
      expect(await ask(second, "open")).toBe(1);
      expect(await ask(second, "read", 0)).toBe(1);
      await ask(second, "close");
    });

    test("the next one opens what a killed one had open", async () => {
      await kill(first);
      expect(await ask(second, "open")).toBe(1);
      expect(await ask(second, "write", 3)).toBe(2);
      expect(await ask(second, "read", 0)).toBe(1);
      await ask(second, "close");
    });

    test("one that was robbed in its sleep holds nothing up, and what it writes when it wakes up does no harm", async () => {
      expect(await ask(second, "open")).toBe(1);
      expect(await ask(second, "write", 1)).toBe(2);
      expect(await ask(first, "write", 2)).toBe(2);
      expect(await ask(second, "write", 3)).toBe(3);
      await ask(first, "close");
      await ask(second, "close");
      const third = await start();
      expect(await ask(third, "open")).toBeGreaterThanOrEqual(3);
      for (const leaf of [0, 1, 3]) expect(await ask(third, "read", leaf)).toBe(leaf + 1);
      await ask(third, "close");
    });

    test("what is erased leaves no byte, also of what a sleeping one has open", async () => {
      expect(await ask(second, "keptBytes")).toBeGreaterThan(LEAF_BYTES);
      await ask(second, "erase");
      expect(await ask(second, "keptBytes")).toBe(0);
      expect(await ask(first, "read", 0)).toBe("missing");
      await ask(first, "close");
    });

    test("no room is said to be that", async () => {
      await ask(first, "failNextWrite");
      expect(await ask(first, "write", 1)).toBe("full");
      expect(await ask(first, "write", 1)).toBe(2);
      await ask(first, "close");
    });
  });

  function start(): Promise<number> {
    return page.evaluate<number>("contracts.startShelfWorker()");
  }

  async function kill(worker: number): Promise<void> {
    await page.evaluate(`contracts.killShelfWorker(${worker})`);
  }

  function ask(worker: number, name: string, ...args: readonly unknown[]): Promise<unknown> {
    return page.evaluate(`contracts.callShelf(${JSON.stringify([worker, name, ...args]).slice(1, -1)})`);
  }
});
