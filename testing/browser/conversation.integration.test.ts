/** A conversation on the screen: a long history that keeps its place, what is unread, what is half written, and texts that would like to be more than texts. */
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import type { Conversation, Sotto } from "sotto";
import { openNodeHome } from "sotto/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PATIENCE_MS } from "../support/deadline.ts";
import { hasChromium, launchChromium } from "./chromium.ts";
import { climb, draftCount, isShownAtOnce, readableStorage } from "./inPage.ts";
import { PAYLOADS } from "./payloads.ts";
import type { Site } from "./site.ts";
import { openSite } from "./site.ts";

const PASSWORD = "correct horse battery staple";
/** More than two pages of the history. */
const LINES = 260;

describe.skipIf(!hasChromium)("a conversation on the screen", () => {
  let site: Site;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let bob: Sotto;
  let conversation: Conversation["id"];
  const faults: string[] = [];

  beforeAll(async () => {
    site = await openSite("packages/web");
    browser = await launchChromium();
    context = await browser.newContext({ locale: "en-GB", viewport: { width: 1280, height: 800 } });
    page = await newPage();
    bob = await openNodeHome({ dir: site.folder("bob") }).register({
      server: site.origin,
      userName: "bob",
      password: PASSWORD,
    });
    await page.goto(site.origin);
    await page.getByLabel("User name").fill("alice");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Create account" }).click();
    await page.getByRole("link", { name: /^Add/ }).first().waitFor();
    await bob.contacts.add("alice", "Hello alice");
    await page.getByRole("link", { name: /^1 request/ }).click();
    await page.getByRole("button", { name: "Accept" }).click();
    await field().waitFor();
    conversation = bob.conversations.withUser("alice")?.id as Conversation["id"];
  });
  afterAll(async () => {
    await bob?.close();
    await browser?.close();
    await site?.close();
  });

  test("a message stands on the screen before the device has stored it, and again in the field if it cannot", async () => {
    await field().fill("at once");
    expect(await isShownAtOnce(page, "at once")).toBe(true);
    await message("You", "at once").getByText("delivered", { exact: true }).waitFor();
    expect(await message("You", "at once").count()).toBe(1);

    await field().fill("ж".repeat(9000));
    await page
      .getByRole("alert")
      .getByText(/^The message is too long\./)
      .waitFor();
    await field().press("Enter");
    expect(await field().inputValue()).toHaveLength(9000);
    await field().fill("");
  });

  test("Enter that belongs to an input method sends nothing", async () => {
    const before = await page.getByRole("article").count();
    await field().fill("ni");
    await field().dispatchEvent("keydown", { key: "Enter", isComposing: true });
    await field().dispatchEvent("keydown", { key: "Enter", keyCode: 229 });
    expect(await field().inputValue()).toBe("ni");
    expect(await page.getByRole("article").count()).toBe(before);
    await field().fill("");
  });

  test("M12: what is half written is there again after a reload, until it is sent", async () => {
    await field().fill("half a sentence");
    await expect.poll(() => draftCount(page)).toBe(1);
    await page.reload();
    await expect.poll(() => field().inputValue()).toBe("half a sentence");
    await field().press("Enter");
    await message("You", "half a sentence").getByText("delivered", { exact: true }).waitFor();
    await expect.poll(() => draftCount(page)).toBe(0);
    await page.reload();
    await message("You", "half a sentence").waitFor();
    expect(await field().inputValue()).toBe("");
  });

  test("a draft leaves nothing readable in the browser's storage", async () => {
    await field().fill("nobody may read this half");
    await expect.poll(() => draftCount(page)).toBe(1);
    expect(await readableStorage(page)).not.toContain("nobody may read");
    await field().fill("");
    await expect.poll(() => draftCount(page)).toBe(0);
  });

  test("what arrives while one is away waits under a line, where the conversation opens", async () => {
    await page.getByRole("link", { name: "Add a contact" }).first().click();
    for (let i = 1; i <= LINES; i++) await bob.messages.send(conversation, `line ${i}`);
    await page.getByRole("link", { name: new RegExp(`^bob.*${LINES} unread`) }).click();
    const divider = list().getByText(`${LINES} unread messages`, { exact: true });
    await divider.waitFor();
    await expect.poll(() => isOnScreen(divider)).toBe(true);
    expect(await isOnScreen(message("bob", "line 1"))).toBe(true);
    expect(await message("bob", `line ${LINES}`).count()).toBe(0);
    // They are read now; the line stays as long as the conversation is open.
    await page.getByRole("link", { name: /^bob(?!.*unread)/ }).waitFor();
    expect(await isOnScreen(divider)).toBe(true);
    await page.getByRole("button", { name: "Go to the newest messages" }).click();
    await expect.poll(() => isOnScreen(message("bob", `line ${LINES}`))).toBe(true);
  });

  test("who is at the end sees what arrives; who reads above keeps the place and learns of it", async () => {
    await bob.messages.send(conversation, "seen at once");
    await expect.poll(() => isOnScreen(message("bob", "seen at once"))).toBe(true);
    const anchor = message("bob", "line 232");
    await wheelTo(anchor);
    expect(await isOnScreen(message("bob", "seen at once"))).toBe(false);
    const top = await topOf(anchor);
    await bob.messages.send(conversation, "below the screen");
    await page.getByRole("button", { name: "1 new" }).waitFor();
    expect(Math.abs((await topOf(anchor)) - top)).toBeLessThan(2);
    await page.getByRole("button", { name: "1 new" }).click();
    await expect.poll(() => isOnScreen(message("bob", "below the screen"))).toBe(true);
    await page.getByRole("button", { name: "1 new" }).waitFor({ state: "hidden" });
  });

  test("earlier pages come by themselves, and nothing on the screen moves for them", async () => {
    await page.reload();
    await expect.poll(() => isOnScreen(message("bob", "below the screen"))).toBe(true);
    const { pages, jumpPx, driftPx } = await climb(page, { stepPx: 60, maxSteps: 2000 });
    expect(pages).toBeGreaterThanOrEqual(1);
    expect(Math.max(jumpPx, driftPx)).toBeLessThan(2);
    await page.getByText("Only you and bob can read this conversation.").waitFor();
  });

  test("days have headings, and only what is near the screen is drawn", async () => {
    await expect.poll(() => page.getByRole("heading", { name: "Today" }).count()).toBe(1);
    expect(await page.getByRole("article").count()).toBeLessThan(80);
  });

  test("texts stay texts, whatever they say, and only web addresses are links", async () => {
    await page.reload();
    await expect.poll(() => isOnScreen(message("bob", "below the screen"))).toBe(true);
    for (const text of PAYLOADS) await bob.messages.send(conversation, text);
    const harmless = "see https://sotto.example/a_(b)?c=d#e, and http://sotto.example.";
    await bob.messages.send(conversation, harmless);
    await message("bob", "see").waitFor();
    await page.reload();
    await message("bob", "see").getByRole("link").first().waitFor();
    const links = message("bob", "see").getByRole("link");
    expect(await links.evaluateAll((all) => all.map((one) => one.getAttribute("href")))).toEqual([
      "https://sotto.example/a_(b)?c=d#e",
      "http://sotto.example/",
    ]);
    for (const link of await links.all()) {
      expect([await link.getAttribute("rel"), await link.getAttribute("target")]).toEqual([
        "noopener noreferrer",
        "_blank",
      ]);
    }
    const shown = new Set<string>();
    const hrefs = new Set<string>();
    for (let i = 0; i < 40; i++) {
      const now = await page
        .getByRole("article")
        .evaluateAll((all) =>
          all.map((one) => [
            one.querySelector("p")?.textContent ?? "",
            ...[...one.querySelectorAll("a")].map((link) => link.getAttribute("href") ?? ""),
          ]),
        );
      for (const [text = "", ...addresses] of now) {
        shown.add(text);
        for (const address of addresses) hrefs.add(address);
      }
      await list().hover();
      await page.mouse.wheel(0, -300);
      await page.waitForTimeout(20);
    }
    // What is no character of Unicode cannot travel as such.
    for (const text of PAYLOADS) expect([...shown]).toContain(text.toWellFormed());
    expect([...hrefs].filter((href) => !/^https?:\/\/sotto\.example\//.test(href))).toEqual([]);
    expect(await page.title()).not.toContain("ran");
    expect(await page.getByRole("heading", { name: "Somebody else" }).count()).toBe(0);
  });

  test("the details show the number that the other sees too, renew the keys, and lead back", async () => {
    await page.getByRole("link", { name: "Show details" }).click();
    const details = page.getByRole("complementary", { name: "Details" });
    const number = details.getByRole("group", { name: "Safety number" });
    const digits = (await bob.contacts.safetyNumber("alice")).replaceAll(/\D/g, "");
    await expect.poll(async () => (await number.innerText()).replaceAll(/\D/g, "")).toBe(digits);
    const before = bob.conversations.get(conversation)?.keysRenewedAtMs;
    await details.getByRole("button", { name: "Renew" }).click();
    await expect.poll(() => bob.conversations.get(conversation)?.keysRenewedAtMs).not.toBe(before);
    await details.getByText("Keys renewed just now").waitFor();
    await page.getByRole("link", { name: "Hide details" }).first().click();
    await details.waitFor({ state: "hidden" });
  });

  test("which way messages go is chosen in the details, and holds after a reload", async () => {
    await page.getByRole("link", { name: /^Path: / }).click();
    await page.getByRole("radio", { name: "Relay only" }).check();
    await page.getByRole("link", { name: "Path: Relay", exact: true }).waitFor();
    await page.reload();
    const radio = page.getByRole("radio", { name: "Relay only" });
    await expect.poll(() => radio.isChecked()).toBe(true);
    await page.getByText(/^This is your choice/).waitFor();
    await page.getByRole("radio", { name: "As in the settings" }).check();
    await page.getByRole("link", { name: "Hide details" }).first().click();
  });

  test("blocking and removing ask first; the end of a conversation is said", async () => {
    await page.getByRole("link", { name: "Show details" }).click();
    await page.getByRole("button", { name: "Block" }).click();
    const dialog = page.getByRole("alertdialog", { name: "Block bob?" });
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "hidden" });
    await field().waitFor();
    await page.getByRole("button", { name: "Block" }).click();
    await dialog.getByRole("button", { name: "Block" }).click();
    await page.getByRole("heading", { name: "You have blocked bob" }).waitFor();
    await page.getByRole("button", { name: "Remove contact" }).click();
    await page
      .getByRole("alertdialog", { name: "Remove bob?" })
      .getByRole("button", { name: "Remove contact" })
      .click();
    // What was said stays, behind all that goes on, and so does a way to write again.
    await page.getByRole("heading", { name: "Choose a conversation" }).waitFor();
    await page.getByRole("heading", { name: "Ended", exact: true }).waitFor();
    await page.getByRole("link", { name: /^bob/ }).click();
    await page.getByRole("heading", { name: "This conversation has ended" }).waitFor();
    await expect.poll(() => page.getByRole("article").count()).toBeGreaterThan(1);
    expect(await page.getByRole("link", { name: "Show details" }).count()).toBe(0);
    await page.getByRole("button", { name: "Send a new request" }).click();
    await expect.poll(() => page.getByLabel("User name").inputValue()).toBe("bob");
  });

  test("nothing was refused by the content security policy, failed in the page, or went to another origin", () => {
    expect(faults).toEqual([]);
  });

  async function newPage(): Promise<Page> {
    const opened = await context.newPage();
    opened.setDefaultTimeout(PATIENCE_MS);
    opened.on("pageerror", (error) => faults.push(`error: ${error.message}`));
    opened.on("console", (line) => {
      if (line.type() === "error") faults.push(`console: ${line.text()}`);
    });
    opened.on("request", (request) => {
      if (new URL(request.url()).origin !== site.origin) faults.push(`request to ${request.url()}`);
    });
    return opened;
  }

  function field(): Locator {
    return page.getByLabel("Message to bob");
  }

  function list(): Locator {
    return page.getByRole("region", { name: "Messages" });
  }

  /** The messages that begin with this text; the time stands right behind it. */
  function message(who: string, text: string): Locator {
    return page
      .getByRole("article", { name: new RegExp(`^${who}, `) })
      .filter({ has: page.getByText(text === "see" ? /^see / : text, { exact: true }) });
  }

  async function isOnScreen(one: Locator): Promise<boolean> {
    const frame = await list().boundingBox();
    const box = (await one.count()) === 1 ? await one.boundingBox() : null;
    return frame !== null && box !== null && box.y >= frame.y && box.y + box.height <= frame.y + frame.height;
  }

  /** Up as a person goes: a turn of the wheel in the very frame in which a new row is measured may be lost. */
  async function wheelTo(one: Locator): Promise<void> {
    await list().hover();
    await expect
      .poll(async () => {
        if (await isOnScreen(one)) return true;
        await page.mouse.wheel(0, -150);
        return false;
      })
      .toBe(true);
  }

  async function topOf(one: Locator): Promise<number> {
    return (await one.boundingBox())?.y ?? Number.NaN;
  }
});
