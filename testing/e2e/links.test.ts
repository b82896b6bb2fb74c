/**
 * Alice and bob in browsers on two machines with a cable between them; the server is on bob's. They are connected directly, and go on when the
 * server is gone, when alice's leading tab is closed, and when both are back.
 */
import { X509Certificate } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Lan, Machine } from "../lan/network.ts";
import { openLan, whyNoLan } from "../lan/network.ts";
import { get, openBrowser } from "../lan/programs.ts";
import { makeScratch, removeScratch } from "../support/files.ts";
import { launched } from "../support/lineProcess.ts";
import { SOTTO_BIN } from "../support/paths.ts";
import type { ServerProcess } from "../support/serverProcess.ts";
import { startServerProcess } from "../support/serverProcess.ts";
import type { BrowserPerson } from "./browserPerson.ts";
import { browserPersonOn } from "./browserPerson.ts";

const PORT = 5555;
const PASSWORD = "correct horse battery staple";
/** Keeps the page's connections where the test can look at them. */
const KEEP_CONNECTIONS = `
  globalThis.connections = [];
  const Native = RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Native {
    constructor(...args) {
      super(...args);
      connections.push(this);
    }
  };`;

interface Person extends BrowserPerson {
  readonly browser: Browser;
  readonly context: BrowserContext;
}

const missing = whyNoLan();

describe.skipIf(missing !== undefined)(
  `people with a cable between them (${missing ?? "in Chromium"})`,
  () => {
    let lan: Lan;
    let scratch: string;
    let server: ServerProcess;
    let url: string;
    let authority: string;
    let alice: Person;
    let bob: Person;
    let aliceAgain: BrowserPerson;

    beforeAll(async () => {
      scratch = makeScratch("links");
      lan = openLan();
      for (const machine of [lan.server, lan.client]) machine.addDefaultRoute();
      server = await startServer();
      [url = ""] = server.lanUrls;
      const { body = "" } = await get(lan.client, `${url.replace("https", "http")}/authority.crt`);
      authority = new X509Certificate(Buffer.from(body, "base64")).toString();
      alice = await openPerson(lan.client, "alice");
      bob = await openPerson(lan.server, "bob");
    });
    afterAll(async () => {
      await alice?.browser.close();
      await bob?.browser.close();
      await server?.stop();
      lan?.close();
      if (scratch !== undefined) removeScratch(scratch);
    });

    test("no connection is made for a request", async () => {
      await alice.addContact("bob", "Hello, bob");
      await bob.page.goto(`${url}/#/requests`);
      const request = bob.page.getByRole("article", { name: "Request from alice" });
      await request.waitFor();
      expect(await statesOf(alice.page)).toEqual([]);
      expect(await statesOf(bob.page)).toEqual([]);
      await request.getByRole("button", { name: "Accept" }).click();
      await bob.page.getByLabel("Message to alice").waitFor();
    });

    test("who has accepted is connected, as they write", async () => {
      await alice.send("bob", "One");
      await bob.sees("One");
      for (const { page } of [alice, bob]) await expect.poll(() => openOf(page)).toEqual(["connected"]);
    });

    test("they write to each other while the server is gone", async () => {
      await server.stop();
      await alice.send("bob", "Two, without the server");
      await bob.sees("Two, without the server");
      await bob.send("alice", "Three, without it");
      await alice.sees("Three, without it");
      for (const { page } of [alice, bob]) expect(await openOf(page)).toEqual(["connected"]);
      server = await startServer();
    });

    test("a tab that takes the lead is connected anew; the old one's connection is gone", async () => {
      const page = await openPage(alice.context, `${url}/#/with/bob`);
      aliceAgain = browserPersonOn(page);
      await page.getByLabel("Message to bob").waitFor();
      expect(await statesOf(page)).toEqual([]);
      await alice.page.close();
      await aliceAgain.send("bob", "Four, from another tab");
      await bob.sees("Four, from another tab");
      await expect.poll(() => openOf(page)).toEqual(["connected"]);
      await expect.poll(() => openOf(bob.page)).toEqual(["connected"]);
    });

    test("nothing is lost, doubled or out of order, and no page has complained", async () => {
      const texts = [
        "alice: Hello, bob",
        "alice: One",
        "alice: Two, without the server",
        "You: Three, without it",
        "alice: Four, from another tab",
      ];
      await expect.poll(() => bob.conversation()).toEqual(texts);
      // What the browser itself says of a server that does not answer.
      const own = (line: string): boolean =>
        !line.includes("net::ERR_") && !line.includes("WebSocket connection");
      expect([alice, bob, aliceAgain].flatMap(({ complaints }) => complaints.filter(own))).toEqual([]);
    });

    function startServer(): Promise<ServerProcess> {
      const dataDir = join(scratch, "server");
      mkdirSync(dataDir, { recursive: true, mode: 0o700 });
      const program = launched(lan.server.launcher, process.execPath, SOTTO_BIN, "serve");
      return startServerProcess({ dataDir, port: PORT, bind: "0.0.0.0", program });
    }

    async function openPerson(machine: Machine, name: string): Promise<Person> {
      const browser = await openBrowser(machine, join(scratch, name), authority);
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
      const person = browserPersonOn(await openPage(context, url));
      await person.register(name, PASSWORD);
      return { ...person, browser, context };
    }
  },
);

async function openPage(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.addInitScript(KEEP_CONNECTIONS);
  await page.goto(url);
  return page;
}

/** Of all connections that the page has made. */
function statesOf(page: Page): Promise<readonly string[]> {
  return page.evaluate("connections.map(({ connectionState }) => connectionState)");
}

async function openOf(page: Page): Promise<readonly string[]> {
  return (await statesOf(page)).filter((state) => state !== "closed");
}
