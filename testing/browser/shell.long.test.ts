/** The frame of the app as a person uses it by keys and at every width: alice in a real browser, others through the SDK in Node. */
import type { Browser, Locator, Page } from "playwright-core";
import type { Sotto } from "sotto";
import { openNodeHome } from "sotto/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasChromium, launchChromium } from "./chromium.ts";
import type { Site } from "./site.ts";
import { openSite } from "./site.ts";
import type { WatchedPages } from "./watchedPages.ts";
import { watchedPages } from "./watchedPages.ts";

const PASSWORD = "correct horse battery staple";
const DESKTOP = { width: 1280, height: 800 };
const TABLET = { width: 900, height: 800 };
const PHONE = { width: 390, height: 844 };

describe.skipIf(!hasChromium)("the frame of the app", () => {
  let site: Site;
  let browser: Browser;
  let pages: WatchedPages;
  let page: Page;
  const people = new Map<string, Sotto>();

  beforeAll(async () => {
    site = await openSite("packages/web");
    browser = await launchChromium();
    pages = await watchedPages(browser, site.origin);
    await pages.context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: site.origin });
    page = await pages.open();
    await page.setViewportSize(DESKTOP);
    for (const userName of ["bob", "carol", "dave", "erin"]) {
      const home = openNodeHome({ dir: site.folder(userName) });
      people.set(userName, await home.register({ server: site.origin, userName, password: PASSWORD }));
    }
  });
  afterAll(async () => {
    for (const sotto of people.values()) await sotto.close();
    await browser?.close();
    await site?.close();
  });

  test("what is wrong stands at its field, and the field has the focus", async () => {
    await page.goto(site.origin);
    await userName().fill("al");
    await page.getByRole("button", { name: "Create account" }).click();
    await isInvalid(userName(), /^A user name has 3 to 32 characters/);
    await userName().fill("alice");
    await password().fill("short");
    await password().press("Enter");
    await isInvalid(password(), /^The password is too short/);
    await password().fill("lantern otter quay");
    await page.getByText("Fair. One more word makes it strong.").waitFor();
    await page.getByRole("button", { name: "I have an account" }).click();
    await page.getByRole("heading", { name: `Sign in to ${new URL(site.origin).host}` }).waitFor();
    await userName().fill("bob");
    await password().press("Enter");
    await isInvalid(password(), /^User name or password is wrong/);
  });

  test("an invitation that is opened signed out is there after signing up", async () => {
    await page.goto(`${site.origin}/#/add/bob`);
    await page.reload();
    await page.getByText("bob would like to hear from you.").waitFor();
    await userName().fill("alice");
    await password().fill(PASSWORD);
    await password().press("Enter");
    await page.getByRole("heading", { name: "Add a contact" }).waitFor();
    expect(await userName().inputValue()).toBe("bob");
    await hasFocus(page.getByLabel("First message"));
    await page.keyboard.type("Hello bob");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Waiting for bob" }).waitFor();
  });

  test("a request can be taken back, and an own invitation says that it is one", async () => {
    await page.goto(`${site.origin}/#/requests`);
    await page.getByRole("button", { name: "Take back the request to bob" }).click();
    await page.getByText("Nobody is waiting for your answer.").waitFor();
    await row("bob").waitFor({ state: "hidden" });
    await page.goto(`${site.origin}/#/add/alice`);
    await page.getByText("This is your own invitation.").waitFor();
  });

  test("the own invitation is a link to copy, a code to show, and says where it opens", async () => {
    await page.goto(`${site.origin}/#/add`);
    await page.getByText(`${site.origin}/#/add/alice`, { exact: true }).waitFor();
    await page.getByRole("img", { name: "QR code of your invitation link" }).waitFor();
    await page.getByText("This address works on this computer only.").waitFor();
    await page.getByRole("button", { name: "Copy link" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    expect(await page.evaluate<string>("navigator.clipboard.readText()")).toBe(`${site.origin}/#/add/alice`);
  });

  test("blocking asks before", async () => {
    for (const name of ["bob", "carol", "dave", "erin"])
      await people.get(name)?.contacts.add("alice", `Hello from ${name}`);
    await page.getByRole("link", { name: /^4 requests/ }).click();
    const request = page.getByRole("article", { name: "Request from erin" });
    await request.getByRole("button", { name: "Block" }).click();
    const question = page.getByRole("alertdialog", { name: "Block erin?" });
    await question.waitFor();
    await page.keyboard.press("Escape");
    await question.waitFor({ state: "hidden" });
    await request.getByText("Hello from erin").waitFor();
    await request.getByRole("button", { name: "Block" }).click();
    await question.getByRole("button", { name: "Block" }).click();
    await request.waitFor({ state: "hidden" });
    for (const name of ["carol", "dave", "bob"]) {
      await page.goto(`${site.origin}/#/requests`);
      await page
        .getByRole("article", { name: `Request from ${name}` })
        .getByRole("button", { name: "Accept" })
        .click();
      await composer(name).waitFor();
    }
  });

  test("the list is one stop of the Tab key; arrows walk, Enter opens, Escape goes back a step at a time", async () => {
    await page.goto(`${site.origin}/#/`);
    await expect.poll(() => rows().count()).toBe(4);
    await search().focus();
    await page.keyboard.press("Tab");
    // The one that was open last.
    await hasFocus(row("bob"));
    await page.keyboard.press("End");
    await hasFocus(rows().nth(3));
    await page.keyboard.press("ArrowUp");
    await hasFocus(rows().nth(2));
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowDown");
    await hasFocus(rows().nth(1));
    expect(await page.locator("nav li [tabindex='0']").count()).toBe(1);
    const opened = (await rows().nth(1).getAttribute("href"))?.replace("#/with/", "") ?? "";
    await page.keyboard.press("Enter");
    await hasFocus(composer(opened));
    await page.keyboard.press("Escape");
    await hasFocus(row(opened));
    expect(await address()).toBe(`#/with/${opened}`);
    await page.keyboard.press("Escape");
    await page.getByRole("heading", { name: "Choose a conversation" }).waitFor();
  });

  test("Ctrl K finds a person, Enter opens the first; Alt and arrows step through conversations", async () => {
    await page.keyboard.press("Control+k");
    await hasFocus(search());
    await page.keyboard.type("car");
    await expect.poll(() => rows().count()).toBe(1);
    await page.keyboard.press("Enter");
    await hasFocus(composer("carol"));
    expect(await search().inputValue()).toBe("");
    const order = await rows().evaluateAll((links) => links.map((link) => link.getAttribute("href")));
    const at = order.indexOf("#/with/carol");
    await page.keyboard.press("Alt+ArrowUp");
    await expect.poll(address).toBe(order[at - 1] ?? "#/with/carol");
    await page.keyboard.press("Alt+ArrowDown");
    await expect.poll(address).toBe(order[at - 1] === undefined ? order[at + 1] : "#/with/carol");
  });

  test("who is not found can be asked for contact", async () => {
    await search().fill("nobody.here");
    await page.getByRole("link", { name: "Ask nobody.here for contact" }).click();
    expect(await userName().inputValue()).toBe("nobody.here");
    await search().focus();
    await page.keyboard.press("Escape");
    expect(await search().inputValue()).toBe("");
    await page.keyboard.press("Escape");
    await hasFocus(page.locator("nav li [tabindex='0']"));
  });

  test("a question mark shows the shortcuts, but is text in a message", async () => {
    await page.goto(`${site.origin}/#/with/bob`);
    await hasFocus(composer("bob"));
    await page.keyboard.type("?");
    expect(await composer("bob").inputValue()).toBe("?");
    await page.keyboard.press("Backspace");
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await sheet.getByText("Go to a person").waitFor();
    await page.keyboard.press("Alt+ArrowDown");
    expect(await address()).toBe("#/with/bob");
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "hidden" });
    expect(await address()).toBe("#/with/bob");
    await page.keyboard.press("Control+,");
    await page.getByRole("navigation", { name: "Settings" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("heading", { name: "Choose a conversation" }).waitFor();
  });

  test("three panes, two, or one, by the width of the window", async () => {
    await page.goto(`${site.origin}/#/with/bob/details`);
    // Beside the conversation, or in place of it.
    const details = page
      .getByRole("complementary", { name: "Details" })
      .or(page.getByRole("main", { name: "Details" }));
    const list = page.getByRole("navigation", { name: "Conversations" });
    await details.waitFor();
    const shown = async (): Promise<readonly boolean[]> =>
      Promise.all([list, composer("bob"), details].map((pane) => pane.isVisible()));
    expect(await shown()).toEqual([true, true, true]);
    await page.setViewportSize(TABLET);
    expect(await shown()).toEqual([true, false, true]);
    await page.setViewportSize(PHONE);
    expect(await shown()).toEqual([false, false, true]);
    await page.keyboard.press("Escape");
    await composer("bob").waitFor();
    expect(await shown()).toEqual([false, true, false]);
    await page.getByRole("link", { name: "Back to the list" }).click();
    await list.waitFor();
    expect(await shown()).toEqual([true, false, false]);
    await hasFocus(row("bob"));
    await page.goBack();
    await composer("bob").waitFor();
    expect(await page.evaluate<boolean>("document.documentElement.scrollWidth > innerWidth")).toBe(false);
  });

  test("a pane that comes up is where the focus is", async () => {
    await page.goto(`${site.origin}/#/`);
    await page.getByRole("link", { name: "Your account" }).click();
    await expect.poll(() => page.evaluate<string>("document.activeElement.textContent")).toBe("Settings");
    await page.setViewportSize(DESKTOP);
    await page.goto(`${site.origin}/#/requests`);
    await hasFocus(page.getByRole("heading", { name: "Requests" }));
    await page.getByRole("button", { name: "Skip to the content" }).focus();
    await page.keyboard.press("Enter");
    await hasFocus(page.getByRole("heading", { name: "Requests" }));
  });

  test("a part that cannot be fetched is said in its place, and the others go on", async () => {
    await page.goto(`${site.origin}/#/with/bob`);
    // Past the service worker, which has the whole app.
    const context = await browser.newContext({ serviceWorkers: "block", viewport: DESKTOP });
    const other = await context.newPage();
    await other.route(/\/assets\/DetailsPane/, (route) => route.abort());
    await other.goto(site.origin);
    await other.getByRole("button", { name: "I have an account" }).click();
    await other.getByLabel("User name").fill("alice");
    await other.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await other.getByRole("button", { name: "Sign in" }).click();
    await other.getByRole("button", { name: "Move the account here" }).click();
    await other.getByRole("link", { name: /^bob/ }).click();
    await other.getByRole("link", { name: "Show details" }).click();
    const details = other.getByRole("complementary", { name: "Details" });
    await details.getByText("This part of the app failed or could not be fetched.").waitFor();
    await details.getByRole("button", { name: "Reload the page" }).waitFor();
    await other.getByLabel("Message to bob").fill("still here");
    await context.close();
  });

  test("the language of the page that comes before all settings", async () => {
    const other = await watchedPages(browser, site.origin);
    const stranger = await other.open();
    await stranger.goto(site.origin);
    await stranger.getByRole("combobox", { name: "Language" }).selectOption("ru");
    await stranger.getByRole("button", { name: "Создать учётную запись" }).waitFor();
    expect(await other.violations()).toEqual([]);
    await other.context.close();
  });

  test("nothing was refused by the content security policy, failed in the page, or went to another origin", async () => {
    expect(await pages.violations()).toEqual([]);
  });

  const userName = (): Locator => page.getByLabel("User name");
  const password = (): Locator => page.getByLabel("Password", { exact: true });
  const search = (): Locator => page.getByRole("searchbox", { name: "Search" });
  const rows = (): Locator => page.locator("nav li a");
  const row = (name: string): Locator => page.getByRole("link", { name: new RegExp(`^${name}`) });
  const composer = (name: string): Locator => page.getByLabel(`Message to ${name}`);
  const address = (): Promise<string> => page.evaluate<string>("location.hash");
});

async function hasFocus(locator: Locator): Promise<void> {
  await expect
    .poll(() => locator.evaluate((element) => element.ownerDocument.activeElement === element))
    .toBe(true);
}

async function isInvalid(field: Locator, sentence: RegExp): Promise<void> {
  await expect.poll(() => field.getAttribute("aria-invalid")).toBe("true");
  await hasFocus(field);
  const [description = ""] = ((await field.getAttribute("aria-describedby")) ?? "").split(" ");
  expect(await field.page().locator(`[id="${description}"]`).textContent()).toMatch(sentence);
}
