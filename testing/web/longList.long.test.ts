/** A list of three hundred people: drawn where one looks, walked through by keys from end to end. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasChromium } from "../browser/chromium.ts";
import type { Scene } from "./scenes.ts";
import type { Theatre } from "./theatre.ts";
import { openTheatre } from "./theatre.ts";

const CROWD: Scene = { name: "list-crowd", world: "crowd" };
const DESKTOP = { width: 1280, theme: "light", language: "en" } as const;

describe.skipIf(!hasChromium)("a list of three hundred people", () => {
  let theatre: Theatre;

  beforeAll(async () => {
    theatre = await openTheatre();
  });
  afterAll(() => theatre?.close());

  test("draws a part of itself; keys go from one end to the other, and Enter opens", async () => {
    await theatre.play(CROWD, DESKTOP, async (page) => {
      await page.getByRole("link", { name: /^person\.001/ }).focus();
      expect(await page.locator("nav li").count()).toBeLessThan(60);
      await page.keyboard.press("End");
      await expect.poll(() => focused(page)).toMatch(/person\.300/);
      await page.keyboard.press("ArrowUp");
      await expect.poll(() => focused(page)).toMatch(/person\.299/);
      expect(await page.getByRole("link", { name: /^person\.299/ }).isVisible()).toBe(true);
      await page.keyboard.press("Home");
      for (let i = 0; i < 40; i++) await page.keyboard.press("ArrowDown");
      await expect.poll(() => focused(page)).toMatch(/person\.041/);
      await page.keyboard.press("Enter");
      await page.getByLabel("Message to person.041").waitFor();
      await page.keyboard.press("Alt+ArrowDown");
      await page.getByLabel("Message to person.042").waitFor();
    });
  });

  test("somebody far down is found", async () => {
    await theatre.play(CROWD, DESKTOP, async (page) => {
      await page.keyboard.press("Control+k");
      await page.keyboard.type("287");
      await page.keyboard.press("Enter");
      await page.getByLabel("Message to person.287").waitFor();
      await expect.poll(() => page.locator("nav li").count()).toBeGreaterThan(5);
      expect(await page.locator("nav li [aria-current=page]").count()).toBe(1);
    });
  });
});

function focused(page: Page): Promise<string> {
  return page.evaluate<string>("document.activeElement.textContent");
}
