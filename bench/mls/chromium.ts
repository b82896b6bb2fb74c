/** Contenders in Chromium: a page that the real server serves under its security headers. */
import type { SuiteId } from "@sotto/crypto";
import { launchChromium } from "@sotto/testing/browser/chromium.ts";
import { openSite } from "@sotto/testing/browser/site.ts";
import type { Contender, ContendersPage } from "./contender.ts";

export interface Chromium {
  /** `batch` 0: ts-mls itself. */
  contender(suite: SuiteId, batch: number): Promise<Contender>;
  close(): Promise<void>;
}

export async function openChromium(): Promise<Chromium> {
  const site = await openSite("bench/mls/page");
  const browser = await launchChromium();
  const page = await browser.newPage();
  await page.goto(site.origin);
  await page.waitForFunction(() => "contenders" in globalThis);
  type Page = { readonly contenders: ContendersPage };
  return {
    async contender(suite, batch) {
      const number = await page.evaluate(
        ([wanted, size]) => (globalThis as unknown as Page).contenders.start(wanted, size),
        [suite, batch] as const,
      );
      return {
        async round(count) {
          const rates = await page.evaluate(
            ([called, texts]) => (globalThis as unknown as Page).contenders.round(called, texts),
            [number, count] as const,
          );
          if (rates === undefined) throw new Error("the page has lost its contender");
          return rates;
        },
      };
    },
    async close() {
      await browser.close();
      await site.close();
    },
  };
}
