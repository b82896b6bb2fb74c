/** The policy that the app is served under, tried out in the app itself: what an injected script would do is refused, and seen to be. */
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Browser, Page, Worker } from "playwright-core";
import { openNodeHome } from "sotto/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasChromium, launchChromium } from "./chromium.ts";
import { PAYLOADS } from "./payloads.ts";
import type { Site } from "./site.ts";
import { openSite } from "./site.ts";
import type { WatchedPages } from "./watchedPages.ts";
import { controlled, watchedPages } from "./watchedPages.ts";

/** Stands for the origin of another server, which is there and would answer. */
const ELSEWHERE = "https://elsewhere.example";

const PASSWORD = "correct horse battery staple";
const MAX_REQUEST_CHARS = 500;

describe.skipIf(!hasChromium)("ATTACKS-19 the policy", () => {
  let site: Site;
  let browser: Browser;
  let pages: WatchedPages;
  let page: Page;
  let elsewhere: Elsewhere;

  beforeAll(async () => {
    elsewhere = await openElsewhere();
    site = await openSite("packages/web");
    browser = await launchChromium();
    pages = await watchedPages(browser, site.origin);
    page = await pages.open();
    await page.goto(site.origin);
    await page.getByRole("button", { name: "Create account" }).waitFor();
    await controlled(page);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
    await elsewhere?.close();
  });

  test.each([
    ["eval", `eval("1")`, "EvalError"],
    ["new Function", `new Function("return 1")()`, "EvalError"],
    ["a timer with text", `setTimeout("1")`, "TypeError"],
    ["innerHTML", `document.body.innerHTML = "<b>x"`, "TypeError"],
    ["outerHTML", `document.body.outerHTML = "<b>x"`, "TypeError"],
    ["insertAdjacentHTML", `document.body.insertAdjacentHTML("beforeend", "<b>x")`, "TypeError"],
    ["setHTMLUnsafe", `document.body.setHTMLUnsafe("<b>x")`, "TypeError"],
    ["document.write", `document.write("<b>x")`, "TypeError"],
    ["parseFromString", `new DOMParser().parseFromString("<b>x", "text/html")`, "TypeError"],
    ["createContextualFragment", `document.createRange().createContextualFragment("<b>x")`, "TypeError"],
    ["a frame's text", `document.createElement("iframe").srcdoc = "<b>x"`, "TypeError"],
    ["a script's text", `document.createElement("script").textContent = "1"`, "TypeError"],
    ["a script's address", `document.createElement("script").src = "/assets/x.js"`, "TypeError"],
    ["a worker's address", `new Worker("/assets/x.js")`, "TypeError"],
    ["an object's address", `document.createElement("object").data = "/favicon.svg"`, "TypeError"],
    ["a service worker's address", `await navigator.serviceWorker.register("/sw.js")`, "TypeError"],
    ["a handler in markup", `document.body.setAttribute("onclick", "1")`, "TypeError"],
    ["another policy", `trustedTypes.createPolicy("other", {})`, "TypeError"],
    ["the same policy again", `trustedTypes.createPolicy("sotto", {})`, "TypeError"],
    ["an import from elsewhere", `await import("${ELSEWHERE}/x.js")`, "TypeError"],
    ["a request elsewhere", `await fetch("${ELSEWHERE}")`, "TypeError"],
  ])("refuses %s", async (_, code, error) => expect(await attempt(code)).toBe(error));

  test.each([
    [
      "a handler in markup",
      `const a = document.createElement("a"); a.href = "javascript:reached()"; a.click();`,
    ],
    [
      "a script of markup",
      `const s = document.createElement("script"); s.append("reached()"); document.head.append(s);`,
    ],
    [
      "a script of another document",
      `const d = document.implementation.createHTMLDocument(); const s = d.createElement("script"); s.append("reached()"); document.head.append(document.adoptNode(s));`,
    ],
  ])("does not run %s", async (_, code) => {
    await attempt(
      `globalThis.wasReached = false; globalThis.reached = () => { wasReached = true; }; ${code}`,
    );
    expect(await page.evaluate("new Promise((resolve) => setTimeout(() => resolve(wasReached), 50))")).toBe(
      false,
    );
  });

  test.each([
    ["img-src", `new Image().src = "${ELSEWHERE}/x.png"`],
    ["img-src", `new Image().src = "data:image/gif;base64,R0lGODlhAQABAAAAACw="`],
    ["connect-src", `new WebSocket("${ELSEWHERE}")`],
    ["connect-src", `navigator.sendBeacon("${ELSEWHERE}", "x")`],
    ["style-src-elem", `const s = document.createElement("style"); s.append("p{}"); document.head.append(s)`],
    ["style-src-attr", `document.body.setAttribute("style", "color:red")`],
    [
      "frame-src",
      `const f = document.createElement("iframe"); f.src = "${ELSEWHERE}"; document.body.append(f)`,
    ],
    [
      "base-uri",
      `const b = document.createElement("base"); b.href = "${ELSEWHERE}"; document.head.append(b)`,
    ],
    [
      "form-action",
      `const f = document.createElement("form"); f.action = "/v1/info"; document.body.append(f); f.submit()`,
    ],
  ])("%s refuses %s", async (directive, code) => {
    await attempt(code);
    await expect
      .poll(() => pages.violations())
      .toContainEqual(expect.stringMatching(new RegExp(`^${directive} `)));
    expect(new URL(page.url()).pathname).toBe("/");
    expect(await page.evaluate("document.baseURI")).toBe(page.url());
  });

  test("the app's own worker and service worker reach nothing else either, and it is seen", async () => {
    const [worker] = page.workers();
    const [serviceWorker] = pages.context.serviceWorkers();
    expect(await reach(worker, elsewhere)).toBe("TypeError");
    expect(await reach(serviceWorker, elsewhere)).toBe("TypeError");
    const seen = (await pages.violations()).filter((text) => text.startsWith("worker: connect-src"));
    expect(seen.length).toBeGreaterThanOrEqual(2);
  });

  test("no request went elsewhere for all that", async () => {
    expect(elsewhere.requests()).toBe(0);
    await fetch(elsewhere.origin);
    expect(elsewhere.requests()).toBe(1);
  });

  test("no other page shows it in a frame", async () => {
    const context = await browser.newContext();
    const other = await context.newPage();
    await other.setContent(`<iframe src="${site.origin}"></iframe>`);
    await expect.poll(() => other.frames()[1]?.url()).toBe("chrome-error://chromewebdata/");
    await context.close();
  });

  test.each([
    "/",
    "/index.html",
    "/sw.js",
    "/manifest.webmanifest",
    "/nothing.html",
    "/assets/nothing.js",
    "/v1/nothing",
  ])("%s carries the policy", async (path) => {
    const { headers } = await fetch(site.origin + path);
    expect(headers.get("content-security-policy")).toContain("trusted-types sotto; frame-ancestors 'none'");
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
  });

  test("what an address says is text", async () => {
    for (const payload of PAYLOADS) {
      for (const place of ["add", "with", "settings"]) {
        await page.goto(`${site.origin}/#/${place}/${encodeURIComponent(payload.toWellFormed())}`);
        await page.getByLabel("User name").waitFor();
      }
    }
    expect(await page.title()).toBe("Sotto");
  });

  test("what a stranger says is text", async () => {
    const text = PAYLOADS.filter((payload) => payload.length < 100 && payload.isWellFormed())
      .join(" ")
      .slice(0, MAX_REQUEST_CHARS)
      .trim();
    await page.goto(`${site.origin}/#/`);
    await page.getByLabel("User name").fill("alice");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Create account" }).click();
    await page.getByRole("navigation", { name: "Conversations" }).waitFor();
    const bob = await openNodeHome({ dir: site.folder("bob") }).register({
      server: site.origin,
      userName: "bob",
      password: PASSWORD,
    });
    await bob.contacts.add("alice", text);
    await page.goto(`${site.origin}/#/requests`);
    const request = page.getByRole("article", { name: "Request from bob" });
    await expect.poll(() => request.textContent()).toContain(text);
    await request.getByRole("button", { name: "Accept" }).click();
    await page.getByLabel("Message to bob").waitFor();
    for (const payload of PAYLOADS) {
      await page.goto(`${site.origin}/#/with/${encodeURIComponent(payload.toWellFormed())}`);
      await page.goto(`${site.origin}/#/add/${encodeURIComponent(payload.toWellFormed())}`);
    }
    await page.goto(`${site.origin}/#/add`);
    await page.getByRole("textbox", { name: "User name", exact: true }).waitFor();
    expect(await page.title()).toBe("Sotto");
    await bob.close();
  });

  test("attack 30: a first visit does not run an entry script that is not the build's", async () => {
    const html = readFileSync(join(site.distDir, "index.html"), "utf8");
    const scripts = html.match(/<script[^>]*>/g) ?? [];
    const sheets = html.match(/<link rel="(?:stylesheet|modulepreload)"[^>]*>/g) ?? [];
    for (const tag of [...scripts, ...sheets]) expect(tag).toMatch(/ integrity="sha384-[\w+/]{64}"/);
    const [, path = ""] = /<script type="module"[^>]* src="([^"]+)"/.exec(html) ?? [];
    const file = join(site.distDir, path);
    writeFileSync(file, `${readFileSync(file, "utf8")}\ndocument.title = "tampered";`);
    await site.restartServer(async () => {});

    const context = await browser.newContext();
    const visitor = await context.newPage();
    const refused = visitor.waitForEvent("console", (message) => message.text().includes("integrity"));
    await visitor.goto(site.origin);
    await refused;
    expect(await visitor.title()).toBe("Sotto");
    expect(await visitor.locator("#root > *").count()).toBe(0);
    await context.close();

    // Who was here before has the app as it was.
    await page.reload();
    await page.getByRole("navigation", { name: "Conversations" }).waitFor();
    expect(await page.title()).toBe("Sotto");
  });

  /** Runs code as the page's own and tells the error's name; in the call of the developer tools itself `eval` would be allowed. */
  function attempt(code: string): Promise<unknown> {
    return page.evaluate(`new Promise((resolve) => setTimeout(async () => {
      try { ${code.replaceAll(ELSEWHERE, elsewhere.origin)}; resolve("nothing was refused"); }
      catch (error) { resolve(error.name); }
    }))`);
  }
});

function reach(worker: Worker | undefined, { origin }: Elsewhere): Promise<unknown> | undefined {
  return worker?.evaluate(`fetch("${origin}").then(() => "reached", (error) => error.name)`);
}

interface Elsewhere {
  readonly origin: string;
  /** So far. A bare connection, as Chromium opens it ahead of a frame, is none: nothing is sent over it. */
  readonly requests: () => number;
  readonly close: () => Promise<unknown>;
}

async function openElsewhere(): Promise<Elsewhere> {
  let requests = 0;
  const server = createServer((_, response) => {
    requests++;
    response.writeHead(200, { "access-control-allow-origin": "*", "content-type": "text/javascript" }).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
