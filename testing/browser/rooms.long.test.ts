/** A room with a password in the page: made, its invitation shown and renewed, joined by its link and by its code. */
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PATIENCE_MS } from "../support/deadline.ts";
import { hasChromium, launchChromium } from "./chromium.ts";
import type { Site } from "./site.ts";
import { openSite } from "./site.ts";

const PASSWORD = "correct horse battery staple";

describe.skipIf(!hasChromium)("a room with a password on the screen", () => {
  let site: Site;
  let browser: Browser;
  let alice: Page;
  let bob: Page;
  const contexts: BrowserContext[] = [];

  beforeAll(async () => {
    site = await openSite("packages/web");
    browser = await launchChromium();
    alice = await signUp("alice", site.origin);
  });
  afterAll(async () => {
    for (const context of contexts) await context.close();
    await browser?.close();
    await site?.close();
  });

  async function signUp(userName: string, address: string): Promise<Page> {
    const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1280, height: 800 } });
    contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(address);
    await page.getByLabel("User name").fill(userName);
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Create account" }).click();
    return page;
  }

  const details = (page: Page): Locator => page.getByRole("complementary", { name: "Details" });

  async function part(name: string): Promise<string> {
    return (await details(alice).getByRole("group", { name }).locator("p").last().textContent()) ?? "";
  }

  async function say(page: Page, text: string): Promise<void> {
    await page.locator("textarea").fill(text);
    await page.locator("textarea").press("Enter");
  }

  test("it is made, and shows what brings others in", async () => {
    await alice.getByRole("button", { name: "New group" }).click();
    const dialog = alice.getByRole("dialog", { name: "New group" });
    await dialog.getByRole("radio", { name: "Room with a password" }).check();
    await dialog.getByLabel("Name of the room").fill("Open stage");
    await dialog.getByRole("button", { name: "Make the room" }).click();
    await alice.getByRole("heading", { name: "Open stage" }).first().waitFor();
    await details(alice).getByRole("group", { name: "Link" }).waitFor();
    expect(await part("Link")).toMatch(/\/#\/room\/[0-9a-z]{12}\/[\w-]+$/);
    expect((await part("Password of the room")).length).toBeGreaterThanOrEqual(16);
  });

  test("by link and password one comes in while nobody is there, and reads what comes then", async () => {
    const [link, password] = [await part("Link"), await part("Password of the room")];
    await say(alice, "Before you came");
    await alice.close();
    bob = await signUp("bob", link);
    await bob.getByText("You have been invited to a room").waitFor();
    const passwords = bob.getByLabel("Password of the room", { exact: true });
    await passwords.fill("not that one");
    await bob.getByRole("button", { name: "Come in" }).click();
    await bob.getByRole("alert").filter({ hasText: /./ }).waitFor();
    await passwords.fill(password);
    await bob.getByRole("button", { name: "Come in" }).click();
    await bob.getByText("You came in by the room’s password").first().waitFor();
    await say(bob, "The door works");
    const [context] = contexts;
    if (context === undefined) throw new Error("alice has a browser");
    alice = await context.newPage();
    alice.setDefaultTimeout(PATIENCE_MS);
    await alice.goto(site.origin);
    await alice.getByRole("link", { name: /^Open stage/ }).click();
    await alice.getByText("bob came in by the room’s password").first().waitFor();
    await alice
      .getByRole("article", { name: /^bob, / })
      .getByText("The door works")
      .waitFor();
    await say(alice, "Quieter than the real one");
    await bob.getByText("Quieter than the real one").first().waitFor();
    expect(await bob.getByText("Before you came").count()).toBe(0);
  });

  test("a new invitation replaces the first, which opens nothing any more", async () => {
    await alice.getByRole("link", { name: "Show details" }).click();
    await details(alice).getByRole("group", { name: "Link" }).waitFor();
    const [link, password] = [await part("Link"), await part("Password of the room")];
    await details(alice).getByRole("button", { name: "New invitation" }).click();
    await alice.getByRole("alertdialog").getByRole("button", { name: "New invitation" }).click();
    await expect.poll(() => part("Password of the room")).not.toBe(password);
    expect(await part("Link")).not.toBe(link);
    const carol = await signUp("carol", link);
    await carol.getByLabel("Password of the room", { exact: true }).fill(password);
    await carol.getByRole("button", { name: "Come in" }).click();
    await carol.getByRole("alert").filter({ hasText: /./ }).waitFor();
  });
});
