/** A browser and a page that a real server serves, shared by the peers of a contest. */
import { launchChromium } from "@sotto/testing/browser/chromium.ts";
import type { Site } from "@sotto/testing/browser/site.ts";
import { openSite } from "@sotto/testing/browser/site.ts";
import type { Browser } from "playwright-core";

export interface Stage {
  readonly site: Site;
  readonly browser: Browser;
}

/** Opened by the first who takes it and closed when the last one leaves. */
export interface Shared<T> {
  take(): Promise<T>;
  leave(): Promise<void>;
}

/** @param source folder of the index.html, from the repository's root */
export function sharedStage(source: string): Shared<Stage> {
  let users = 0;
  let opening: Promise<Stage> | undefined;
  return {
    take() {
      users++;
      return (opening ??= open(source));
    },
    async leave() {
      users--;
      if (users > 0 || opening === undefined) return;
      const { site, browser } = await opening;
      opening = undefined;
      await browser.close();
      await site.close();
    },
  };
}

async function open(source: string): Promise<Stage> {
  const site = await openSite(source, { registrationsPerAddressPerHour: 1000 });
  // The browser measures memory when it is asked instead of when it likes to.
  const browser = await launchChromium(["--enable-blink-features=ForceEagerMeasureMemory"]);
  return { site, browser };
}
