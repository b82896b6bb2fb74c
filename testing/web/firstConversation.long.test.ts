/** Two people at fresh browsers hold their first conversation: with a mouse, with keys alone, with a finger on a phone. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasChromium, launchChromium } from "../browser/chromium.ts";
import type { Site } from "../browser/site.ts";
import { openSite } from "../browser/site.ts";
import { walkFirstConversation } from "./conversationWalk.ts";
import { HANDS } from "./hands.ts";
import { otherAtBrowser } from "./others.ts";

describe.skipIf(!hasChromium)("a first conversation", () => {
  let site: Site;
  let browser: Browser;
  beforeAll(async () => {
    site = await openSite("packages/web");
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  const ways = HANDS.flatMap((hands) => (["name", "invitation"] as const).map((by) => ({ hands, by })));
  test.each(ways)("by $hands, asked by $by", async ({ hands, by }) => {
    const { origin } = site;
    const bob = await otherAtBrowser(browser, `bob.${hands}.${by}`, { origin, hands });
    try {
      const times = await walkFirstConversation(browser, `alice.${hands}.${by}`, bob, {
        origin,
        hands,
        by,
        throttle: 1,
      });
      expect(Object.values(times).every((ms) => ms > 0)).toBe(true);
    } finally {
      await bob.close();
    }
  });
});
