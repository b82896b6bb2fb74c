/** The two paths as a person meets them, over a scripted device: what is said, what is chosen, and what is asked of the device. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasChromium } from "../browser/chromium.ts";
import type { Look } from "./look.ts";
import { onStage } from "./onStage.ts";
import type { Theatre } from "./theatre.ts";
import { openTheatre } from "./theatre.ts";

const DESKTOP: Look = { width: 1280, theme: "light", language: "en" };
const PHONE: Look = { width: 390, theme: "light", language: "en" };
const NOBODY_THERE = { state: "none", reason: "peerOffline" } as const;
const AGAIN_MS = 5 * 60_000;

describe.skipIf(!hasChromium)("the two paths", () => {
  let theatre: Theatre;
  beforeAll(async () => {
    theatre = await openTheatre();
  });
  afterAll(() => theatre?.close());

  test("keys alone: from the path in the header to why, and to a choice, which holds", async () => {
    await withBob(DESKTOP, async (page) => {
      await page.getByRole("link", { name: "Path: Direct" }).focus();
      await page.keyboard.press("Enter");
      const details = page.getByRole("complementary", { name: "Details" });
      await expect.poll(() => focused(page)).toBe("Path");
      await details.getByText(/go straight from this device to bob’s, across the internet/).waitFor();
      await page.keyboard.press("Tab");
      await expect.poll(() => chosen(page)).toBe("As in the settings");
      for (const _ of ["auto", "direct", "turn", "relay"]) await page.keyboard.press("ArrowDown");
      // What one passes is not chosen: with some of it the device would tell its address.
      expect(await chosen(page)).toBe("As in the settings");
      await page.keyboard.press("Space");
      await expect.poll(() => chosen(page)).toBe("Relay only");
      await page.getByRole("link", { name: "Path: Relay", exact: true }).waitFor();
      await details.getByText(/^This is your choice/).waitFor();
      expect(await onStage(page, "callsOf", "conversations.setPath")).toBe(1);
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await expect.poll(() => chosen(page)).toBe("As in the settings");
      // Pressed again, it leads there again.
      await page.getByRole("link", { name: "Path: Relay, connecting…" }).click();
      await expect.poll(() => focused(page)).toBe("Path");
    });
  });

  test("on a phone the explanation is a page of its own, and leads back", async () => {
    await withBob(PHONE, async (page) => {
      await page.getByRole("link", { name: "Path: Direct" }).tap();
      await page.getByRole("heading", { name: "Path", exact: true }).waitFor();
      await page.getByRole("radio", { name: "Relay only" }).tap();
      await expect.poll(() => chosen(page)).toBe("Relay only");
      await page.getByRole("link", { name: "Back to the conversation" }).tap();
      await page.getByRole("link", { name: "Path: Relay", exact: true }).waitFor();
    });
  });

  test("what the device cannot keep is not shown as chosen", async () => {
    await withBob(
      DESKTOP,
      async (page) => {
        await page.getByRole("link", { name: "Path: Direct" }).click();
        await page.getByRole("radio", { name: "Relay only" }).click();
        await page.getByRole("alert").filter({ hasText: /./ }).waitFor();
        await expect.poll(() => chosen(page)).toBe("As in the settings");
      },
      { "conversations.setPath": "storeFailed" },
    );
  });

  test("in direct only a message says that it waits, is read out as waiting, and goes when one lets it go by the server", async () => {
    await withBob(DESKTOP, async (page) => {
      await onStage(page, "turn", "bob", { path: "direct", pathIsDefault: false, link: NOBODY_THERE });
      await page.getByText("Direct only: messages wait until there is a direct way to bob.").waitFor();
      const status = page.getByRole("status").filter({ hasText: /way/ });
      expect(await status.count()).toBe(0);
      await page.getByLabel("Message to bob").fill("for your eyes only");
      await page.keyboard.press("Enter");
      const message = page.getByRole("article").filter({ hasText: "for your eyes only" });
      await message.getByText("waits for a direct way", { exact: true }).waitFor();
      expect(await status.innerText()).toBe("1 message waits for a direct way to bob.");
      await page.getByRole("button", { name: "Switch to automatic" }).click();
      await message.getByText("sent", { exact: true }).waitFor();
      await message.getByText("relay", { exact: true }).waitFor();
      await page.getByRole("button", { name: "Switch to automatic" }).waitFor({ state: "detached" });
    });
  });

  test("in direct only a message goes as soon as there is a way", async () => {
    await withBob(DESKTOP, async (page) => {
      await onStage(page, "turn", "bob", { path: "direct", pathIsDefault: false, link: NOBODY_THERE });
      await page.getByLabel("Message to bob").fill("for your eyes only");
      await page.keyboard.press("Enter");
      const message = page.getByRole("article").filter({ hasText: "for your eyes only" });
      await message.getByText("waits for a direct way", { exact: true }).waitFor();
      await onStage(page, "turn", "bob", { link: { state: "open", via: "local" } });
      await message.getByText("delivered", { exact: true }).waitFor();
      await message.getByText("direct", { exact: true }).waitFor();
    });
  });

  test("the settings' choice is that of conversations without one of their own", async () => {
    await withBob(DESKTOP, async (page) => {
      await page.evaluate(`location.hash = "#/settings/paths"`);
      await page.getByRole("radio", { name: "Automatic" }).focus();
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("Space");
      await expect.poll(() => chosen(page)).toBe("Relay only");
      await page.evaluate(`location.hash = "#/with/bob/details/path"`);
      await page.getByText("Now: Relay only").waitFor();
      await page.getByRole("link", { name: "Path: Relay", exact: true }).waitFor();
    });
  });

  test("the device learns that a conversation is looked at: at once, every five minutes, and only while it is visible", async () => {
    await withBob(DESKTOP, async (page) => {
      const attended = (): Promise<number> => onStage(page, "callsOf", "conversations.attend");
      const before = await attended();
      expect(before).toBeGreaterThanOrEqual(1);
      await page.clock.runFor(AGAIN_MS);
      expect(await attended()).toBe(before + 1);
      await setVisible(page, false);
      await page.clock.runFor(3 * AGAIN_MS);
      expect(await attended()).toBe(before + 1);
      await setVisible(page, true);
      await expect.poll(attended).toBe(before + 2);
    });
  });

  async function withBob(
    look: Look,
    use: (page: Page) => Promise<void>,
    failures: NonNullable<Parameters<Theatre["play"]>[0]["failures"]> = {},
  ): Promise<void> {
    await theatre.play({ name: "paths", address: "#/with/bob", failures }, look, use);
  }
});

/** The words of what has the focus. */
function focused(page: Page): Promise<string> {
  return page.evaluate(`document.activeElement.textContent`);
}

/** The name of the radio that is on. */
function chosen(page: Page): Promise<string> {
  return page.evaluate(
    `document.querySelector("input:checked")?.closest("label").querySelector("[id$=label]").textContent`,
  );
}

function setVisible(page: Page, visible: boolean): Promise<void> {
  return page.evaluate(`
    Object.defineProperty(document, "visibilityState", { value: "${visible ? "visible" : "hidden"}", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  `);
}
