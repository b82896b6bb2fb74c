/** The settings as a person uses them: alice in a real browser, bob through the SDK in Node, a real server between them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { Sotto } from "sotto";
import { openNodeHome } from "sotto/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PATIENCE_MS } from "../support/deadline.ts";
import { hasChromium, launchChromium } from "./chromium.ts";
import type { Site } from "./site.ts";
import { openSite } from "./site.ts";

const PASSWORD = "correct horse battery staple";
const NEW_PASSWORD = "another pocket full of rye";
const PASSPHRASE = "six geese a-laying";

/**
 * Runs in every page before anything of its own: a browser that asks about notifications, is answered yes, and notes what is shown; and a page
 * that somebody looks at or not.
 */
const SCENERY = `
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => reportViolation(violatedDirective + " " + blockedURI));
  globalThis.shown = [];
  globalThis.looking = true;
  document.hasFocus = () => looking;
  globalThis.Notification = class extends EventTarget {
    static permission = localStorage.getItem("permission") ?? "default";
    static async requestPermission() {
      localStorage.setItem("permission", "granted");
      return (this.permission = "granted");
    }
    constructor(title, options) {
      super();
      if (sessionStorage.getItem("onlyWorker") !== null) throw new TypeError("Illegal constructor");
      Object.assign(this, { title, options, closed: false }); shown.push(this); }
    close() { this.closed = true; }
  };`;

const HAS_FOCUS = (element: {
  contains(other: unknown): boolean;
  ownerDocument: { activeElement: unknown };
}): boolean => element.contains(element.ownerDocument.activeElement);

interface Look {
  readonly scheme: string;
  readonly background: string;
  readonly textPx: number;
  /** Colours that the browser's own bars are asked for. */
  readonly bars: readonly string[];
}

const LOOK = `(() => {
  const root = getComputedStyle(document.documentElement);
  const bars = document.querySelectorAll('meta[name="theme-color"]');
  return {
    scheme: root.colorScheme,
    background: root.backgroundColor,
    textPx: Number.parseFloat(root.fontSize),
    bars: Array.from(bars, ({ content }) => content),
  };
})()`;

describe.skipIf(!hasChromium)("the settings", () => {
  let site: Site;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let bob: Sotto;
  /** Path of a file. */
  let sealedCopy: string;
  /** What must never happen while the tests run. */
  const violations: string[] = [];

  beforeAll(async () => {
    site = await openSite("packages/web");
    browser = await launchChromium();
    context = await browser.newContext({ locale: "en-GB", colorScheme: "light" });
    await context.exposeBinding("reportViolation", (_source, text: string) => violations.push(text));
    await context.addInitScript({ content: SCENERY });
    page = await newPage();
    bob = await openNodeHome({ dir: site.folder("bob") }).register({
      server: site.origin,
      userName: "bob",
      password: PASSWORD,
    });
    await page.goto(site.origin);
    await fillIn(page, "alice", PASSWORD);
    await page.getByRole("button", { name: "Create account" }).click();
    await page.getByRole("link", { name: "Your account" }).waitFor();
  });
  afterAll(async () => {
    await bob?.close();
    await browser?.close();
    await site?.close();
  });

  test("who one is, and the way to each section and back", async () => {
    await page.getByRole("link", { name: "Your account" }).click();
    await page.getByRole("heading", { name: "Profile" }).waitFor();
    await page
      .getByText(`on ${new URL(site.origin).host}`)
      .first()
      .waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    for (const name of ["Security", "Appearance"]) {
      await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name }).click();
      await page.getByRole("heading", { name, level: 1 }).waitFor();
      await page.getByRole("link", { name: "Back to the settings" }).click();
    }
    await page.getByRole("link", { name: "Back to the list" }).click();
    await page.getByRole("link", { name: "Your account" }).waitFor();
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  test("theme and text size show at once, and before anything of the app runs at the next visit", async () => {
    await open("appearance");
    const light = await look();
    await page.getByRole("radio", { name: "Dark" }).check();
    await page.getByRole("radio", { name: "150" }).check();
    const dark = await look();
    expect([light.scheme, dark.scheme]).toEqual(["light dark", "dark"]);
    expect(dark.background).not.toBe(light.background);
    expect(dark.textPx).toBe(light.textPx * 1.5);
    expect(dark.bars).toEqual([dark.bars[0], dark.bars[0]]);

    // It would answer for the network.
    await page.evaluate(`navigator.serviceWorker.getRegistrations()
      .then((all) => Promise.all(all.map((registration) => registration.unregister())))`);
    await page.route("**/assets/*.js", (route) => route.abort());
    await page.reload({ waitUntil: "domcontentloaded" });
    expect(await look()).toMatchObject({
      scheme: "dark",
      background: dark.background,
      textPx: dark.textPx,
    });
    await page.unroute("**/assets/*.js");
    await page.reload();
    await page.getByRole("radio", { name: "Like the system" }).check();
    await page.getByRole("radio", { name: "100" }).check();
    expect(await look()).toEqual(light);
  });

  test("another language is there at once, in every tab, and at the next visit", async () => {
    const other = await newPage();
    await other.goto(site.origin);
    await open("language");
    await page.getByRole("radio", { name: "Русский" }).check();
    await page.getByRole("heading", { name: "Язык" }).waitFor();
    const spoken = (tab: Page): Promise<string | null> => tab.locator("html").getAttribute("lang");
    await expect.poll(() => spoken(other)).toBe("ru");
    await other.close();
    await page.reload();
    await page.getByRole("heading", { name: "Язык" }).waitFor();
    expect(await spoken(page)).toBe("ru");
    await page.getByRole("radio", { name: "简体中文" }).check();
    await page.getByRole("heading", { name: "语言" }).waitFor();
    await page.getByRole("radio", { name: "English", exact: true }).check();
    await page.getByRole("heading", { name: "Language" }).waitFor();
    expect(await page.evaluate<string[]>(`Object.keys(localStorage)`)).toEqual(["sotto.preferences"]);
  });

  test("a dialog keeps the focus, Escape closes it, and the focus is where it was", async () => {
    await open("security");
    const button = page.getByRole("button", { name: "Change" });
    await button.focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Change password" });
    await dialog.waitFor();
    for (let i = 0; i < 8; i++) {
      await page.keyboard.press("Tab");
      await expect.poll(() => dialog.evaluate(HAS_FOCUS)).toBe(true);
    }
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await expect.poll(() => button.evaluate(HAS_FOCUS)).toBe(true);
  });

  test("a new password: the old one is asked for, then only the new one opens the account", async () => {
    await open("security");
    await page.getByRole("button", { name: "Change" }).click();
    const dialog = page.getByRole("dialog", { name: "Change password" });
    await dialog.getByLabel("Password until now").fill("not the password");
    await dialog.getByLabel("New password").fill(NEW_PASSWORD);
    await dialog.getByText("Strong.").waitFor();
    await dialog.getByRole("button", { name: "Change password" }).click();
    await dialog
      .getByRole("alert")
      .getByText(/^User name or password is wrong\./)
      .waitFor();
    await dialog.getByLabel("Password until now").fill(PASSWORD);
    await dialog.getByRole("button", { name: "Change password" }).click();
    await page
      .getByRole("status")
      .getByText(/^Your password is changed\./)
      .waitFor();
    await expect(signInElsewhere(PASSWORD)).rejects.toMatchObject({ code: "wrongCredentials" });
    await expect(signInElsewhere(NEW_PASSWORD)).rejects.toMatchObject({ code: "otherDevice" });
  });

  test("who hides is not seen online and sees nobody online", async () => {
    await bob.contacts.add("alice", "Hello alice");
    await page.goto(`${site.origin}/#/requests`);
    await page
      .getByRole("article", { name: "Request from bob" })
      .getByRole("button", { name: "Accept" })
      .click();
    const seen = (): boolean | undefined => bob.contacts.list()[0]?.online;
    await expect.poll(seen).toBe(true);
    await open("profile");
    const shown = page.getByRole("switch", { name: "Show when I am online" });
    await shown.click();
    await expect.poll(seen).toBe(false);
    await expect.poll(() => shown.getAttribute("aria-checked")).toBe("false");
    await page.reload();
    await expect.poll(() => shown.getAttribute("aria-checked")).toBe("false");
    await shown.click();
    await expect.poll(seen).toBe(true);
  });

  test("which way messages go by default holds after a reload", async () => {
    await open("paths");
    await page.getByRole("radio", { name: "Relay only" }).check();
    await page.reload();
    await expect.poll(() => page.getByRole("radio", { name: "Relay only" }).isChecked()).toBe(true);
    await page.getByRole("radio", { name: "Automatic" }).check();
  });

  test("a notification says only that there is a message, when nobody looks; it goes when the message is read", async () => {
    await open("notifications");
    const toggle = page.getByRole("switch", { name: "Tell me of new messages" });
    expect(await toggle.getAttribute("aria-checked")).toBe("false");
    await toggle.click();
    await expect.poll(() => toggle.getAttribute("aria-checked")).toBe("true");

    await write("seen at once");
    await page.getByText("seen at once").count();
    await lookAway(page);
    expect(await notifications(page)).toEqual([]);
    await write("a secret");
    await expect.poll(() => notifications(page)).toHaveLength(1);
    await write("another");
    const [notification] = await notifications(page);
    expect(notification).toMatchObject({ title: "New message", closed: false });
    expect(JSON.stringify(notification)).not.toMatch(/secret|bob/);

    await page.evaluate(`shown[0].dispatchEvent(new Event("click"))`);
    await page.getByLabel("Message to bob").waitFor();
    await expect.poll(async () => (await notifications(page)).map(({ closed }) => closed)).toEqual([true]);
  });

  test("of several tabs one tells, and none while one of them is looked at", async () => {
    const other = await newPage();
    await other.goto(site.origin);
    await other.getByRole("link", { name: /^bob/ }).waitFor();
    await page.reload();
    await page.getByLabel("Message to bob").waitFor();
    await lookAway(page);
    await write("while the other tab is looked at");
    await other.getByText("while the other tab is looked at").first().waitFor();
    await lookAway(other);
    await write("while nobody looks");
    const shown = async (): Promise<number> =>
      (await notifications(page)).length + (await notifications(other)).length;
    await expect.poll(shown).toBe(1);
    await write("and again");
    await other.getByText("and again").first().waitFor();
    expect(await shown()).toBe(1);
    await other.close();
  });

  test("a browser that lets only the service worker show them gets them from there", async () => {
    await context.grantPermissions(["notifications"], { origin: site.origin });
    await page.evaluate(`sessionStorage.setItem("onlyWorker", "")`);
    await page.goto(`${site.origin}/#/`);
    await page.reload();
    await page.getByRole("link", { name: /^bob/ }).waitFor();
    await page.evaluate(`navigator.serviceWorker.ready.then(() => true)`);
    await lookAway(page);
    const shown = (): Promise<readonly string[]> =>
      page.evaluate(`navigator.serviceWorker.ready
        .then((worker) => worker.getNotifications())
        .then((all) => all.map(({ title, body }) => title + body))`);
    await write("one more secret");
    await expect.poll(shown).toEqual(["New message"]);
    await lookBack(page);
    await page.getByRole("link", { name: /^bob/ }).click();
    await expect.poll(shown).toEqual([]);
    await page.evaluate(`sessionStorage.removeItem("onlyWorker")`);
  });

  test("a copy of the history is a file: sealed it tells nothing, open it tells every message", async () => {
    await open("history");
    await page.getByLabel("Passphrase of the copy").fill(PASSPHRASE);
    sealedCopy = await saveCopy();
    expect(sealedCopy).toMatch(/sotto-alice-[-\d]{10}\.sealed$/);
    expect(readFileSync(sealedCopy, "latin1")).not.toMatch(/secret|bob/);
    await page.getByRole("switch", { name: "Seal it with a passphrase" }).click();
    await page.getByText("Whoever has the file can read every message in it.").waitFor();
    const copy = await saveCopy();
    expect(copy).toMatch(/\.jsonl$/);
    expect(readFileSync(copy, "utf8")).toMatch(/"text":"one more secret"/);
    await chooseFile(copy);
    await page.getByRole("status").getByText("Nothing new: all messages of the copy were here.").waitFor();
  });

  test("signing out everywhere ends this session, too", async () => {
    await open("security");
    await page.getByRole("button", { name: "Sign out everywhere" }).click();
    const dialog = page.getByRole("alertdialog", { name: "Sign out everywhere?" });
    await dialog.getByRole("button", { name: "Sign out everywhere" }).click();
    await page.getByRole("heading", { name: /^Sign in/ }).waitFor();
    await fillIn(page, "alice", NEW_PASSWORD);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("link", { name: /^bob/ }).waitFor();
  });

  test("a copy brings the messages back, to who knows its passphrase", async () => {
    await open("history");
    await chooseFile(sealedCopy);
    const passphrase = page.getByLabel("Its passphrase");
    await passphrase.fill("not the passphrase");
    await page.getByRole("button", { name: "Read it back" }).click();
    await page
      .getByRole("alert")
      .getByText(/^This archive is sealed/)
      .waitFor();
    await passphrase.fill(PASSPHRASE);
    await page.getByRole("button", { name: "Read it back" }).click();
    await page
      .getByRole("status")
      .getByText(/^\d+ messages came back\.$/)
      .waitFor();
    await page.goto(`${site.origin}/#/with/bob`);
    await page.getByRole("article").getByText("one more secret").waitFor();
  });

  test("deleting the account takes its name and its password, and leaves nothing to sign in to", async () => {
    await open("security");
    await page.getByRole("button", { name: "Delete account" }).click();
    const dialog = page.getByRole("alertdialog", { name: "Delete your account for good?" });
    const confirm = dialog.getByRole("button", { name: "Delete for good" });
    await dialog.getByLabel("Your password").fill("not the password");
    await dialog.getByLabel("Type alice to confirm").fill("bob");
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByLabel("Type alice to confirm").fill("alice");
    await confirm.click();
    await dialog
      .getByRole("alert")
      .getByText(/^User name or password is wrong\./)
      .waitFor();
    await dialog.getByLabel("Your password").fill(NEW_PASSWORD);
    await confirm.click();
    await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
    await expect(signInElsewhere(NEW_PASSWORD)).rejects.toMatchObject({ code: "wrongCredentials" });
  });

  test("nothing was refused by the content security policy, or failed in the page", () => {
    expect(violations).toEqual([]);
  });

  async function newPage(): Promise<Page> {
    const opened = await context.newPage();
    opened.setDefaultTimeout(PATIENCE_MS);
    opened.on("pageerror", (error) => violations.push(`error: ${error.message}`));
    return opened;
  }

  async function open(section: string): Promise<void> {
    await page.goto(`${site.origin}/#/settings/${section}`);
    await page.getByRole("navigation", { name: "Settings" }).waitFor();
  }

  function look(): Promise<Look> {
    return page.evaluate<Look>(LOOK);
  }

  function signInElsewhere(password: string): Promise<Sotto> {
    return openNodeHome({ dir: site.folder("elsewhere") }).login({
      server: site.origin,
      userName: "alice",
      password,
    });
  }

  async function write(text: string): Promise<void> {
    const conversation = bob.conversations.withUser("alice")?.id;
    if (conversation === undefined) throw new Error("bob has no conversation with alice");
    const sent = await bob.messages.send(conversation, text);
    await sent.reached("delivered");
  }

  async function saveCopy(): Promise<string> {
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save a copy" }).click();
    const path = join(site.folder("copies"), (await download).suggestedFilename());
    await (await download).saveAs(path);
    return path;
  }

  async function chooseFile(path: string): Promise<void> {
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Choose a file" }).click();
    await (await chooser).setFiles(path);
  }
});

async function fillIn(page: Page, userName: string, password: string): Promise<void> {
  await page.getByLabel("User name").fill(userName);
  await page.getByLabel("Password", { exact: true }).fill(password);
}

/** The window goes behind another one. */
function lookAway(page: Page): Promise<void> {
  return page.evaluate(`looking = false; dispatchEvent(new Event("blur"));`);
}

function lookBack(page: Page): Promise<void> {
  return page.evaluate(`looking = true; dispatchEvent(new Event("focus"));`);
}

interface Shown {
  readonly title: string;
  readonly options: object;
  readonly closed: boolean;
}

function notifications(page: Page): Promise<readonly Shown[]> {
  return page.evaluate<readonly Shown[]>(
    `shown.map(({ title, options, closed }) => ({ title, options, closed }))`,
  );
}
