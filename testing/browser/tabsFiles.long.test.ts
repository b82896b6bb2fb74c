/** Files of a device that several tabs share, in a real browser over a real server: whichever tab leads, and when it dies. */
import { readFileSync } from "node:fs";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { openNodeHome } from "sotto/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PATIENCE_MS } from "../support/deadline.ts";
import { hasChromium, launchChromium } from "./chromium.ts";
import type { Site } from "./site.ts";
import { openSite } from "./site.ts";

const DEVICE_PAGE = "packages/client/src/adapters/browser/testing/device";
const PASSWORD = "correct horse battery staple";
const MIB = 1024 * 1024;
const BIG_BYTES = 40 * MIB + 5;

interface Offered {
  readonly id: string;
  readonly transfer: string;
  readonly sizeBytes: number;
}

describe.skipIf(!hasChromium)("files of several tabs", () => {
  let site: Site;
  let browser: Browser;
  let context: BrowserContext;
  let closeBob: () => Promise<void>;
  /** The first of them leads. */
  let first: Page;
  let second: Page;
  beforeAll(async () => {
    site = await openSite(DEVICE_PAGE);
    browser = await launchChromium();
    context = await browser.newContext();
    first = await openTab();
    await ask(first, "register", "alice", PASSWORD);
    second = await openTab();
    await ask(second, "open");
    const bob = await openNodeHome({ dir: site.folder("bob") }).register({
      server: site.origin,
      userName: "bob",
      password: PASSWORD,
    });
    closeBob = () => bob.close();
    bob.on((event) => {
      if (event.type === "contact" && event.state === "incoming") void bob.contacts.accept("alice");
    });
    await ask(second, "befriend", "bob");
  });
  afterAll(async () => {
    await browser?.close();
    await closeBob?.();
    await site?.close();
  });

  test("TAB-8: a file that one tab sends through another is there for both", async () => {
    await ask(second, "send", "bob", "a.bin", [3 * MIB + 1, 0]);
    const sent = await ask(second, "sent");
    const files = await offered(second);
    expect(files.map(({ id }) => id)).toEqual([...(sent as string[]), ...(sent as string[])]);
    expect(files.map(({ sizeBytes }) => sizeBytes)).toEqual([3 * MIB + 1, 0]);
    for (const page of [first, second])
      for (const { transfer, sizeBytes } of files)
        expect(await ask(page, "rightBytes", transfer)).toBe(sizeBytes);
  });

  test("TAB-2: a leader that dies in the middle of sending: the next one sends it, once, and nothing else stays on the shelf", async () => {
    const before = await offered(second);
    await ask(second, "send", "bob", "big.bin", [BIG_BYTES]);
    await expect.poll(() => ask(second, "prepared"), { interval: 5 }).toBeGreaterThan(0);
    await first.close();
    const sent = await ask(second, "sent");
    const files = (await offered(second)).slice(before.length);
    expect(files).toMatchObject([{ id: (sent as string[])[0], sizeBytes: BIG_BYTES }]);
    const transfer = files[0]?.transfer ?? "";
    expect(await ask(second, "rightBytes", transfer)).toBe(BIG_BYTES);
    // Leaves and bits of three transfers.
    expect(await ask(second, "privateFiles")).toBe(6);
    first = await openTab();
    await ask(first, "open");
    expect(await ask(first, "rightBytes", transfer)).toBe(BIG_BYTES);
  });

  test("TAB-8: a tab that does not lead saves a file", async () => {
    const { transfer = "" } = (await offered(first)).at(-1) ?? {};
    const downloading = first.waitForEvent("download");
    expect(await ask(first, "save", transfer)).toBe(true);
    const download = await downloading;
    expect(download.suggestedFilename()).toBe("0 big.bin");
    const saved = readFileSync(await download.path());
    expect(saved.length).toBe(BIG_BYTES);
    expect([0, 1, 39].map((leaf) => saved.readUInt32BE(leaf * MIB))).toEqual([0, 1, 39]);
  });

  test("TAB-8: reading goes on when the leader dies", async () => {
    const { transfer = "" } = (await offered(first)).at(-1) ?? {};
    const reading = ask(first, "rightBytes", transfer);
    await second.close();
    expect(await reading).toBe(BIG_BYTES);
  });

  test("signing out leaves no file", async () => {
    expect(await ask(first, "privateFiles")).toBeGreaterThanOrEqual(6);
    await ask(first, "logout");
    expect(await ask(first, "privateFiles")).toBe(0);
  });

  async function openTab(): Promise<Page> {
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(site.origin);
    await page.waitForFunction(() => "devicePage" in globalThis);
    return page;
  }

  function ask(page: Page, name: string, ...args: readonly unknown[]): Promise<unknown> {
    return page.evaluate(`devicePage.${name}(${JSON.stringify(args).slice(1, -1)})`);
  }

  async function offered(page: Page): Promise<readonly Offered[]> {
    return (await ask(page, "offered", "bob")) as readonly Offered[];
  }
});
