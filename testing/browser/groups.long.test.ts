/** A group in the page: made in its dialog, written in, named, handed over and left; the others are on devices of their own. */
import type { Browser, Locator, Page } from "playwright-core";
import type { Conversation, Sotto } from "sotto";
import { openNodeHome } from "sotto/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PATIENCE_MS } from "../support/deadline.ts";
import { hasChromium, launchChromium } from "./chromium.ts";
import type { Site } from "./site.ts";
import { openSite } from "./site.ts";

const PASSWORD = "correct horse battery staple";
const SLOW = { timeout: PATIENCE_MS };

describe.skipIf(!hasChromium)("a group on the screen", () => {
  let site: Site;
  let browser: Browser;
  let page: Page;
  let bob: Sotto;
  let carol: Sotto;

  beforeAll(async () => {
    site = await openSite("packages/web");
    browser = await launchChromium();
    const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1280, height: 800 } });
    page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    bob = await register("bob");
    carol = await register("carol");
    await page.goto(site.origin);
    await page.getByLabel("User name").fill("alice");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Create account" }).click();
    await page.getByRole("link", { name: /^Add/ }).first().waitFor();
    for (const other of [bob, carol]) {
      await other.contacts.add("alice", `Hello from ${other.userName}`);
      await page.getByRole("link", { name: /^1 request/ }).click();
      await page.getByRole("button", { name: "Accept" }).click();
      await field().waitFor();
    }
  });
  afterAll(async () => {
    await bob?.close();
    await carol?.close();
    await browser?.close();
    await site?.close();
  });

  function register(userName: string): Promise<Sotto> {
    return openNodeHome({ dir: site.folder(userName) }).register({
      server: site.origin,
      userName,
      password: PASSWORD,
    });
  }

  function field(): Locator {
    return page.locator("textarea");
  }

  function details(): Locator {
    return page.getByRole("complementary", { name: "Details" });
  }

  function groupOf(sotto: Sotto): Conversation | undefined {
    return sotto.conversations.list().find(({ kind }) => kind === "group");
  }

  test("it is made with contacts and opens; they are in it", async () => {
    await page.getByRole("button", { name: "New group" }).click();
    const dialog = page.getByRole("dialog", { name: "New group" });
    await dialog.getByLabel("Name of the group").fill("Harbour choir");
    await dialog.getByRole("checkbox", { name: "bob" }).check();
    await dialog.getByRole("checkbox", { name: "carol" }).check();
    await dialog.getByRole("button", { name: "Make the group" }).click();
    await page.getByRole("heading", { name: "Harbour choir" }).waitFor();
    await page.getByText("3 members").first().waitFor();
    await page.getByText("You made the group “Harbour choir”").first().waitFor();
    for (const other of [bob, carol])
      await expect.poll(() => groupOf(other)?.name, SLOW).toBe("Harbour choir");
  });

  test("what others write has their name on it, in the list too", async () => {
    const group = groupOf(bob) as Conversation;
    await bob.messages.send(group.id, "Seven it is");
    await page
      .getByRole("article", { name: /^bob, / })
      .getByText("Seven it is")
      .waitFor();
    await page
      .getByRole("link", { name: /^Harbour choir/ })
      .getByText("bob: Seven it is")
      .waitFor();
    await field().fill("Then I whisper");
    await field().press("Enter");
    await expect
      .poll(async () => (await carol.messages.list(group.id)).map(({ text }) => text), SLOW)
      .toContain("Then I whisper");
  });

  test("it is named in the details, and somebody is removed", async () => {
    await page.getByRole("link", { name: "Show details" }).click();
    await details().getByRole("button", { name: "Rename the group" }).click();
    await details().getByLabel("Name of the group").fill("Quiet choir");
    await details().getByRole("button", { name: "Rename", exact: true }).click();
    await page.getByText("You named the group “Quiet choir”").first().waitFor();
    await expect.poll(() => groupOf(carol)?.name, SLOW).toBe("Quiet choir");
    await details().getByRole("button", { name: "What you can do about carol" }).click();
    await page.getByRole("menuitem", { name: "Remove" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
    await page.getByText("You removed carol").first().waitFor();
    await expect.poll(() => groupOf(carol)?.state, SLOW).toBe("ended");
  });

  test("its owner leaves by handing it over; what was said stays", async () => {
    await details().getByRole("button", { name: "Leave the group" }).click();
    const heir = page.getByRole("alertdialog", { name: "Who gets the group?" });
    await heir.getByRole("radio", { name: "bob" }).check();
    await heir.getByRole("button", { name: "Hand over" }).click();
    await page
      .getByRole("alertdialog", { name: "Leave Quiet choir?" })
      .getByRole("button", { name: "Leave the group" })
      .click();
    await page.getByText("You are no longer in this group.").waitFor();
    await page.getByText("Seven it is").first().waitFor();
    expect(await field().count()).toBe(0);
    await expect.poll(() => groupOf(bob)?.role, SLOW).toBe("owner");
    await expect.poll(() => groupOf(bob)?.roster.map(({ userName }) => userName), SLOW).toEqual(["bob"]);
  });
});
