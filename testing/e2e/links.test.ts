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

    test("both are told that messages go directly, and why", async () => {
      for (const [{ page }, name] of [
        [alice, "bob"],
        [bob, "alice"],
      ] as const) {
        await page.getByRole("link", { name: "Path: Direct", exact: true }).click();
        await page.getByText(new RegExp(`go straight from this device to ${name}’s`)).waitFor();
        await page.getByRole("link", { name: "Hide details" }).first().click();
      }
    });

    test("they write to each other while the server is gone", async () => {
      await server.stop();
      await alice.send("bob", "Two, without the server");
      await bob.sees("Two, without the server");
      await bob.send("alice", "Three, without it");
      await alice.sees("Three, without it");
      for (const { page } of [alice, bob]) expect(await openOf(page)).toEqual(["connected"]);
      for (const [{ page }, text] of [
        [alice, "Two, without the server"],
        [bob, "Three, without it"],
      ] as const)
        await page
          .getByRole("article", { name: /^You, / })
          .filter({ hasText: text })
          .getByText("direct", { exact: true })
          .waitFor();
      server = await startServer();
    });

    test("P3: who takes the relay only has no connection, and both are told", async () => {
      await choose(alice.page, "Relay only");
      await bob.page.getByRole("link", { name: "Path: Relay", exact: true }).waitFor();
      for (const { page } of [alice, bob]) await expect.poll(() => openOf(page)).toEqual([]);
      await choose(alice.page, "As in the settings");
      for (const { page } of [alice, bob]) {
        await page.getByRole("link", { name: "Path: Direct", exact: true }).waitFor();
        await expect.poll(() => openOf(page)).toEqual(["connected"]);
      }
    });

    test("P3: in direct only a message waits, says why, and goes directly as soon as it can", async () => {
      await choose(bob.page, "Relay only");
      await choose(alice.page, "Direct only");
      await alice.send("bob", "For no server");
      const message = alice.page.getByRole("article").filter({ hasText: "For no server" });
      await message.getByText("waits for a direct way", { exact: true }).waitFor();
      await alice.page.getByText("1 message waits for a direct way to bob.").waitFor();
      await alice.page.getByText("bob takes messages through the server only.").waitFor();
      await choose(bob.page, "As in the settings");
      await bob.sees("For no server");
      await message.getByText("direct", { exact: true }).waitFor();
      await choose(alice.page, "As in the settings");
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
        "alice: For no server",
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

/** Which way the messages of the conversation on the page go. */
async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole("link", { name: /^Path: / }).click();
  await page.getByRole("radio", { name, exact: true }).check();
  await page.getByRole("link", { name: "Hide details" }).first().click();
}

/** Of all connections that the page has made. */
function statesOf(page: Page): Promise<readonly string[]> {
  return page.evaluate("connections.map(({ connectionState }) => connectionState)");
}

async function openOf(page: Page): Promise<readonly string[]> {
  return (await statesOf(page)).filter((state) => state !== "closed");
}
