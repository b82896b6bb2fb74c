/** The web app as a person uses it: alice in a real browser, bob through the SDK in Node, a real server between them. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { plantHandshake } from "@sotto/server/tampering";
import type { Browser, Page } from "playwright-core";
import type { ClientEvent, Sotto } from "sotto";
import { openNodeHome } from "sotto/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasChromium, launchChromium } from "./chromium.ts";
import type { Site } from "./site.ts";
import { openSite } from "./site.ts";
import type { WatchedPages } from "./watchedPages.ts";
import { watchedPages } from "./watchedPages.ts";

const PASSWORD = "correct horse battery staple";
/** Text that would run if anything but a text node were made of it. */
const MARKUP = `<img src=x onerror="document.title='ran'"><script>document.title='ran'</script>`;

describe.skipIf(!hasChromium)("the web app", () => {
  let site: Site;
  let browser: Browser;
  let pages: WatchedPages;
  /** Another browser of the same person. */
  let elsewhere: WatchedPages;
  let page: Page;
  let bob: Sotto;

  beforeAll(async () => {
    site = await openSite("packages/web");
    browser = await launchChromium();
    pages = await watchedPages(browser, site.origin);
    page = await pages.open();
    bob = await openNodeHome({ dir: site.folder("bob") }).register({
      server: site.origin,
      userName: "bob",
      password: PASSWORD,
    });
  });
  afterAll(async () => {
    await bob?.close();
    await browser?.close();
    await site?.close();
  });

  test("the page loads little, and nothing of ts-mls's default provider", () => {
    const assets = join(site.distDir, "assets");
    const files = readdirSync(assets).map((name) => ({
      name,
      text: readFileSync(join(assets, name), "utf8"),
    }));
    const worker = files.find(({ name }) => /^worker-.*\.js$/.test(name));
    // A constant of ChaCha20: only the default provider knows that cipher.
    expect(files.filter(({ text }) => text.includes("expand 32-byte k")).map(({ name }) => name)).toEqual([]);
    const naming = (word: RegExp): readonly string[] =>
      files.filter(({ text }) => word.test(text)).map(({ name }) => name);
    expect(naming(/MLS_/)).toEqual([worker?.name]);
    // The password's part, WebAssembly as text, is loaded by the worker alone, and when somebody signs in.
    const [opaque, ...others] = naming(/AGFzbQ/);
    expect(others).toEqual([]);
    expect(naming(new RegExp(String(opaque)))).toEqual([worker?.name]);
    expect(worker?.text.length).toBeLessThan(700_000);
    const html = readFileSync(join(site.distDir, "index.html"), "utf8");
    const initial = [...html.matchAll(/"(\/[^"]+\.js)"/g)].map(([, path = ""]) => path);
    const sizes = initial.map((path) => gzipSync(readFileSync(join(site.distDir, path))).length);
    expect(sizes.reduce((sum, sizeBytes) => sum + sizeBytes, 0)).toBeLessThan(180_000);
    expect(html).not.toMatch(/<style|style=|<script(?![^>]*\ssrc=)/);
  });

  test("registering leads straight into the app; a short password and a taken name are said", async () => {
    await page.goto(site.origin);
    await fillIn(page, "bob", "short");
    await page.getByRole("button", { name: "Create account" }).click();
    await page
      .getByRole("alert")
      .getByText(/^The password is too short\./)
      .waitFor();
    await fillIn(page, "bob", PASSWORD);
    await page.getByRole("button", { name: "Create account" }).click();
    await page
      .getByRole("alert")
      .getByText(/^This user name is taken\./)
      .waitFor();
    await fillIn(page, "alice", PASSWORD);
    await page.getByRole("button", { name: "Create account" }).click();
    await page.getByText("Nobody here yet.").waitFor();
  });

  test("alice asks bob, bob accepts, and they write to each other", async () => {
    await page.getByRole("link", { name: "Add a contact" }).first().click();
    await page.getByLabel("User name").fill("nobody.here");
    await page.getByRole("button", { name: "Send request" }).click();
    await page
      .getByRole("alert")
      .getByText(/^There is no user of this name/)
      .waitFor();
    await page.getByLabel("User name").fill("bob");
    await page.getByLabel("First message").fill("Hello bob");
    await page.getByRole("button", { name: "Send request" }).click();
    await page.getByRole("heading", { name: "Waiting for bob" }).waitFor();
    await until(bob, () => bob.contacts.list()[0]?.state === "incoming");
    await bob.contacts.accept("alice");
    await page.getByLabel("Message to bob").waitFor();

    const arrival = nextMessage(bob, (text) => text.startsWith("From alice"));
    await write(page, "From alice in a browser");
    const arrived = await arrival;
    expect(arrived.text).toBe("From alice in a browser");
    await bob.messages.send(arrived.conversation, MARKUP);
    await article(page, "bob", MARKUP).waitFor();
    await page.getByText("Only you and bob can read this conversation.").waitFor();
    await bob.conversations.markRead(arrived.conversation);
    await article(page, "You", "From alice in a browser").getByText("read", { exact: true }).waitFor();
    expect(await page.title()).toBe("Sotto");
  });

  test("what arrives is announced, and the own message is the next thing on the screen", async () => {
    await expect
      .poll(() => page.getByRole("log", { name: "Arrivals" }).textContent())
      .toContain(`bob: ${MARKUP}`);
    const last = page.getByRole("article").last();
    await write(page, "one\ntwo");
    await expect.poll(() => last.locator("p").innerText()).toBe("one\ntwo");
    expect(await page.getByLabel("Message to bob").inputValue()).toBe("");
  });

  test("reloading the page shows the same history", async () => {
    const before = await texts(page);
    await page.reload();
    await article(page, "You", "one two").waitFor();
    expect(await texts(page)).toEqual(before);
    expect(before).toHaveLength(4);
  });

  test("who reads earlier messages is told of new ones", async () => {
    const conversation = bob.conversations.withUser("alice")?.id as Message["conversation"];
    const lines = Array.from({ length: 60 }, (_, i) => `line ${i + 1}`);
    await Promise.all(lines.map((line) => bob.messages.send(conversation, line)));
    await article(page, "bob", "line 60").waitFor();
    await page.reload();
    await expect.poll(() => isOnScreen(page, "line 60")).toBe(true);

    await page.getByRole("region", { name: "Messages" }).evaluate((list) => list.scrollTo({ top: 0 }));
    await article(page, "bob", MARKUP).waitFor();
    expect(await article(page, "bob", "line 60").count()).toBe(0);
    await bob.messages.send(conversation, "line 61");
    await page.getByRole("button", { name: "1 new" }).click();
    await expect.poll(() => isOnScreen(page, "line 61")).toBe(true);
    await page.getByRole("button", { name: "1 new" }).waitFor({ state: "hidden" });
  });

  test("ATTACKS-29 another tab shows and does the same, also when the first one closes", async () => {
    const before = await texts(page);
    const second = await pages.open();
    await second.goto(site.origin);
    await second.getByRole("link", { name: /^bob/ }).click();
    await expect.poll(() => texts(second)).toEqual(before.slice(-50));
    await write(second, "from the second tab");
    await article(page, "You", "from the second tab").getByText("delivered", { exact: true }).waitFor();
    await page.close();
    page = second;
    await write(page, "from the only tab");
    await article(page, "You", "from the only tab").getByText("delivered", { exact: true }).waitFor();
  });

  test("without the server one goes on writing; it is sent when the server is back", async () => {
    await site.restartServer(async () => {
      await page.getByText("The server does not answer.").waitFor();
      await write(page, "written in between");
      await article(page, "You", "written in between").getByText("sending", { exact: true }).waitFor();
    });
    await article(page, "You", "written in between").getByText("delivered", { exact: true }).waitFor();
    await page.getByText("The server does not answer.").waitFor({ state: "hidden" });
  });

  test("attack 1: what the server makes up is refused, said until it is read, and the conversation goes on", async () => {
    await site.restartServer(async () => {
      await page.getByText("The server does not answer.").waitFor();
      plantHandshake(site.dataDir, "alice");
    });
    const warning = page.getByRole("alert").getByText(/^bob: A change of keys or members was refused/);
    await warning.waitFor();
    await page.getByRole("button", { name: "Understood" }).click();
    await warning.waitFor({ state: "hidden" });
    await write(page, "still the two of us");
    await article(page, "You", "still the two of us").getByText("delivered", { exact: true }).waitFor();
  });

  test("a request from bob's side is answered on the page", async () => {
    const carol = await openNodeHome({ dir: site.folder("carol") }).register({
      server: site.origin,
      userName: "carol",
      password: PASSWORD,
    });
    await carol.contacts.add("alice", "Hello from carol");
    await page.getByRole("link", { name: /^1 request/ }).click();
    const request = page.getByRole("article", { name: "Request from carol" });
    await request.getByText("Hello from carol").waitFor();
    await request.getByRole("button", { name: "Accept" }).click();
    await page.getByLabel("Message to carol").waitFor();
    await until(carol, () => carol.contacts.list()[0]?.state === "accepted");
    await carol.close();
  });

  test("the account moves to another browser, with its contacts and without messages", async () => {
    elsewhere = await watchedPages(browser, site.origin);
    const other = await elsewhere.open();
    await other.goto(site.origin);
    await other.getByRole("button", { name: "I have an account" }).click();
    await fillIn(other, "alice", "wrong password");
    await other.getByRole("button", { name: "Sign in" }).click();
    await other
      .getByRole("alert")
      .getByText(/^User name or password is wrong\./)
      .waitFor();
    await fillIn(other, "alice", PASSWORD);
    await other.getByRole("button", { name: "Sign in" }).click();
    await other.getByRole("button", { name: "Move the account here" }).click();
    await other.getByRole("link", { name: /^bob/ }).waitFor();
    await page.getByText(/^This device/).waitFor();
    await page.close();
    page = other;
  });

  test("signing out leaves nothing in the browser", async () => {
    await page.getByRole("link", { name: "Your account" }).click();
    await page.getByRole("link", { name: "Security" }).click();
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(await page.getByLabel("User name").inputValue()).toBe("alice");
    await page.reload();
    await page.getByRole("button", { name: "Create account" }).waitFor();
  });

  test("nothing was refused by the content security policy, failed in the page, or went to another origin", async () => {
    expect([...(await pages.violations()), ...(await elsewhere.violations())]).toEqual([]);
  });
});

async function fillIn(page: Page, userName: string, password: string): Promise<void> {
  await page.getByLabel("User name").fill(userName);
  await page.getByLabel("Password", { exact: true }).fill(password);
}

async function write(page: Page, text: string): Promise<void> {
  const [first = "", ...others] = text.split("\n");
  const field = page.getByLabel(/^Message to/);
  await field.pressSequentially(first);
  for (const line of others) {
    await field.press("Shift+Enter");
    await field.pressSequentially(line);
  }
  await field.press("Enter");
}

/** The message of exactly this text: the time stands right behind it. */
function article(page: Page, who: string, text: string): ReturnType<Page["getByRole"]> {
  return page
    .getByRole("article", { name: new RegExp(`^${who}, `) })
    .filter({ has: page.getByText(text, { exact: true }) });
}

async function isOnScreen(page: Page, text: string): Promise<boolean> {
  const list = await page.getByRole("region", { name: "Messages" }).boundingBox();
  const box = await page
    .getByRole("article")
    .filter({ has: page.getByText(text, { exact: true }) })
    .boundingBox();
  return list !== null && box !== null && box.y >= list.y && box.y + box.height <= list.y + list.height;
}

function texts(page: Page): Promise<string[]> {
  return page.getByRole("article").locator("p").allInnerTexts();
}

type Message = Extract<ClientEvent, { type: "message" }>["message"];

function nextMessage(sotto: Sotto, matches: (text: string) => boolean): Promise<Message> {
  return new Promise((resolve) => {
    const stop = sotto.on((event) => {
      if (event.type !== "message" || event.message.mine || !matches(event.message.text)) return;
      stop();
      resolve(event.message);
    });
  });
}

function until(sotto: Sotto, condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (!condition()) return;
      queueMicrotask(() => stop());
      resolve();
    };
    const stop = sotto.on(check);
    check();
  });
}
