/** A page of Chromium, served by the real server under its security headers, whose worker catches up. */
import { launchChromium } from "@sotto/testing/browser/chromium.ts";
import { openSite } from "@sotto/testing/browser/site.ts";
import type { Figures } from "../harness/contest.ts";
import type { Absence, CatchUpPage } from "./catchUp.ts";
import { packed } from "./packed.ts";

export async function openCatchUpPage(
  absence: Absence,
): Promise<{ readonly round: () => Promise<Figures>; readonly close: () => Promise<void> }> {
  const site = await openSite("bench/groups/page");
  const browser = await launchChromium();
  const page = await browser.newPage();
  await page.goto(site.origin);
  await page.waitForFunction(() => "catchUpPage" in globalThis);
  type Page = { readonly catchUpPage: CatchUpPage };
  return {
    round: () =>
      page.evaluate((text) => (globalThis as unknown as Page).catchUpPage.round(text), packed(absence)),
    async close() {
      await browser.close();
      await site.close();
    },
  };
}
