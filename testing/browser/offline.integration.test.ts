/** The installed app: it starts without the server, takes newer versions when asked to, and takes no other code than the build's. */
import { readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import type { Browser, Page } from "playwright-core";
import type { Sotto } from "sotto";
import { openNodeHome } from "sotto/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasChromium, launchChromium } from "./chromium.ts";
import { writeNewVersion } from "./newVersion.ts";
import type { Site } from "./site.ts";
import { openSite } from "./site.ts";
import type { WatchedPages } from "./watchedPages.ts";
import { controlled, watchedPages } from "./watchedPages.ts";

const PASSWORD = "correct horse battery staple";

describe.skipIf(!hasChromium)("the installed app", () => {
  let site: Site;
  let browser: Browser;
  let pages: WatchedPages;
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
    bob.on((event) => {
      if (event.type === "contact" && bob.contacts.list()[0]?.state === "incoming")
        void bob.contacts.accept("alice");
    });
  });
  afterAll(async () => {
    await bob?.close();
    await browser?.close();
    await site?.close();
  });

  test("the browser would install it, and finds no fault in its manifest", async () => {
    await page.goto(site.origin);
    const devtools = await pages.context.newCDPSession(page);
    const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
    // Private windows install nothing, and the contexts of tests are such.
    expect(installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito")).toEqual([]);
    const { errors, url } = await devtools.send("Page.getAppManifest");
    expect([errors, url]).toEqual([[], `${site.origin}/manifest.webmanifest`]);
    const { icons } = JSON.parse(readFileSync(join(site.distDir, "manifest.webmanifest"), "utf8")) as {
      icons: { src: string; type: string }[];
    };
    for (const { src, type } of icons) {
      const answer = await fetch(site.origin + src);
      expect([answer.status, answer.headers.get("content-type")]).toEqual([200, type]);
    }
  });

  test("the whole app is installed beside the page, and no answer of the server's interface", async () => {
    await page.getByLabel("User name").fill("alice");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Create account" }).click();
    await page.getByRole("link", { name: "Add a contact" }).first().click();
    await page.getByLabel("User name").fill("bob");
    await page.getByLabel("First message").fill("Hello bob");
    await page.getByRole("button", { name: "Send request" }).click();
    await page.getByLabel("Message to bob").waitFor();
    const conversation = bob.conversations.withUser("alice")?.id;
    await bob.messages.send(conversation as NonNullable<typeof conversation>, "Hello alice");
    await page.getByText("Hello alice").last().waitFor();

    await controlled(page);
    const [name, ...others] = await cacheNames(page);
    expect([name, others]).toEqual([expect.stringMatching(/^sotto-app-/), []]);
    const cached = (await page.evaluate(
      `caches.open("${name}").then((cache) => cache.keys()).then((keys) => keys.map(({ url }) => new URL(url).pathname))`,
    )) as string[];
    expect(cached.toSorted()).toEqual(Object.keys(filesOf(site)).toSorted());
    expect(cached.toSorted()).toEqual(builtFiles(site).toSorted());
    expect(cached).toContainEqual(expect.stringMatching(/\/worker-.*\.js$/));
  });

  test("a page from the cache has the policy's headers, whatever the server said", async () => {
    const headers = (await page.evaluate(
      `fetch("/").then(({ headers }) => Object.fromEntries(headers))`,
    )) as Record<string, string>;
    const served = await fetch(site.origin);
    for (const name of [
      "content-security-policy",
      "cross-origin-opener-policy",
      "cross-origin-embedder-policy",
      "referrer-policy",
    ]) {
      expect([name, headers[name]]).toEqual([name, served.headers.get(name)]);
    }
    expect(await page.evaluate("crossOriginIsolated")).toBe(true);
  });

  test("offline: it starts, shows what was written, and keeps what is written until the server is back", async () => {
    await site.restartServer(async () => {
      await pages.context.setOffline(true);
      const cold = await pages.open();
      await page.close();
      page = cold;
      await page.goto(site.origin);
      await page.getByRole("link", { name: /^bob/ }).click();
      await page.getByRole("article").getByText("Hello alice").waitFor();
      await page.getByText(/^You are offline\./).waitFor();
      await page.getByLabel("Message to bob").fill("written offline");
      await page.getByLabel("Message to bob").press("Enter");
      await state(page, "written offline", "sending");
      await page.reload();
      await state(page, "written offline", "sending");
    });
    await pages.context.setOffline(false);
    await state(page, "written offline", "delivered");
  });

  test("a newer version waits, is said quietly, and takes over in all tabs at once when one asks", async () => {
    const second = await pages.open();
    await second.goto(site.origin);
    const first = await cacheNames(page);
    await page.getByLabel("Message to bob").fill("half a sentence");
    writeNewVersion({
      distDir: site.distDir,
      id: "second",
      path: "/index.html",
      change: describedAs("second"),
    });
    await site.restartServer(async () => {});

    await page.reload();
    const notice = page.getByRole("status").getByText("A new version of Sotto is ready.");
    await notice.waitFor();
    await second.getByRole("status").getByText("A new version of Sotto is ready.").waitFor();
    expect(await cacheNames(page)).toEqual([...first, "sotto-app-second"]);
    expect(await description(page)).not.toBe("second");

    await page.getByRole("button", { name: "Reload", exact: true }).click();
    await expect.poll(() => description(page)).toBe("second");
    await expect.poll(() => description(second)).toBe("second");
    await notice.waitFor({ state: "hidden" });
    expect(await cacheNames(page)).toEqual(["sotto-app-second"]);
    await second.close();
    await page.getByRole("article").getByText("written offline").waitFor();
    await expect.poll(() => page.getByLabel("Message to bob").inputValue()).toBe("half a sentence");
  });

  test("who does not ask gets it when all tabs have been closed", async () => {
    writeNewVersion({
      distDir: site.distDir,
      id: "third",
      path: "/index.html",
      change: describedAs("third"),
    });
    await site.restartServer(async () => {});
    await page.reload();
    await page.getByRole("button", { name: "Later" }).click();
    await page.getByText("A new version of Sotto is ready.").waitFor({ state: "hidden" });
    expect(await description(page)).toBe("second");
    await page.close();
    page = await pages.open();
    await expect
      .poll(async () => {
        await page.goto(site.origin);
        return description(page);
      })
      .toBe("third");
  });

  test("attack 30: a script that is not the build's is neither run nor installed, in this version or as a newer one", async () => {
    const path = Object.keys(filesOf(site)).find((file) => /\/zh-.*\.js$/.test(file)) ?? "";
    writeNewVersion({
      distDir: site.distDir,
      id: "tampered",
      path,
      change: (code) => `${code}\nglobalThis.tampered=true;`,
      tampered: true,
    });
    await site.restartServer(async () => {});
    expect(await (await fetch(site.origin + path)).text()).toContain("tampered");

    await page.reload();
    await page.getByRole("link", { name: /^bob/ }).waitFor();
    expect(await update(page)).toBe("refused");
    expect(await cacheNames(page)).toEqual(["sotto-app-third"]);
    expect(await page.getByText("A new version of Sotto is ready.").isVisible()).toBe(false);
    // The address now holds other code at the server; the page gets what was installed.
    expect(await imported(page, path)).toBe("undefined");
    expect(await imported(page, `${path}?again`)).toBe("undefined");
    expect(await imported(page, "/assets/other.js")).toMatch(/^TypeError/);
  });

  test("what a script puts into the app's cache is not shown; the file comes back from the server", async () => {
    await page.evaluate(`caches.open("sotto-app-third").then((cache) =>
      cache.put("/index.html", new Response("<title>planted</title>", { headers: { "content-type": "text/html" } })))`);
    await page.reload();
    await page.getByRole("link", { name: /^bob/ }).waitFor();
    const kept = page.evaluate(`caches.match("/index.html").then((response) => response.text())`);
    expect(await kept).toBe(readFileSync(join(site.distDir, "index.html"), "utf8"));
  });

  test("nothing was refused by the content security policy, failed in the page, or went to another origin", async () => {
    const expected = /other\.js|ServiceWorker|sw\.js/;
    expect((await pages.violations()).filter((text) => !expected.test(text))).toEqual([]);
  });
});

function filesOf({ distDir }: Site): Readonly<Record<string, string>> {
  const [line = ""] = readFileSync(join(distDir, "sw.js"), "utf8").split("\n");
  const { files } = JSON.parse(line.replace(/^const APP_VERSION=|;$/g, "")) as {
    files: Record<string, string>;
  };
  return files;
}

/** All but the service worker itself. */
function builtFiles({ distDir }: Site): string[] {
  return readdirSync(distDir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name !== "sw.js")
    .map((entry) => `/${relative(distDir, join(entry.parentPath, entry.name))}`);
}

function describedAs(text: string): (page: string) => string {
  return (page) => page.replace(/(name="description" content=")[^"]*/, `$1${text}`);
}

async function description(page: Page): Promise<string | null> {
  return page.locator('meta[name="description"]').getAttribute("content");
}

function cacheNames(page: Page): Promise<string[]> {
  return page.evaluate("caches.keys()");
}

async function state(page: Page, text: string, word: string): Promise<void> {
  const article = page.getByRole("article").filter({ hasText: text });
  await article.getByText(word, { exact: true }).waitFor();
}

/** Asks for a newer version and tells what became of it. */
function update(page: Page): Promise<unknown> {
  return page.evaluate(`navigator.serviceWorker.getRegistration().then((registration) =>
    new Promise((resolve) => {
      registration.addEventListener("updatefound", () => {
        const { installing } = registration;
        installing.addEventListener("statechange", () =>
          resolve(installing.state === "redundant" ? "refused" : installing.state));
      });
      void registration.update();
    }))`);
}

/** What the script at the address leaves behind, or why it was not run. */
function imported(page: Page, path: string): Promise<unknown> {
  return page.evaluate(
    `import(${JSON.stringify(path)}).then(() => typeof globalThis.tampered, (error) => String(error))`,
  );
}
