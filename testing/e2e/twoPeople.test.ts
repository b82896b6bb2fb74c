/** Alice in a browser, bob in a terminal, a real server between them that is killed: what they say arrives, and stays between them. */
import { mkdirSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { trafficViews } from "../capture/trafficViews.ts";
import { readTree } from "../support/files.ts";
import { keyMaterialOf } from "../support/keyMaterial.ts";
import { findNeedles, textNeedle } from "../support/needles.ts";
import type { Recording } from "../support/recording.ts";
import { createRecording } from "../support/recording.ts";
import type { World } from "../support/world.ts";
import { openWorld } from "../support/world.ts";
import type { BrowserPerson } from "./browserPerson.ts";
import { openBrowserPerson } from "./browserPerson.ts";
import { CHROMIUM_MISSING, launchChromium } from "./chromium.ts";
import type { CliTerminal } from "./cliTerminal.ts";
import { exitCode, openCliTerminal } from "./cliTerminal.ts";

const REQUEST = "May I write to you, bob? It is alice.";
const ONLINE = [
  "Welcome, alice, to my terminal.",
  "And you to my browser, bob.",
  "Ünïcödé arrives, too: 你好 🍅",
];
const OFFLINE = ["Alice writes while the server is dead.", "Bob writes while the server is dead."];
const AFTERWARDS = "All is well again, it seems.";

describe.skipIf(CHROMIUM_MISSING !== undefined)(`two people (${CHROMIUM_MISSING ?? "in Chromium"})`, () => {
  let recording: Recording;
  let world: World;
  let browser: Browser;
  let alice: BrowserPerson;
  let bob: CliTerminal;
  /** The server's files and logs at each moment that matters. */
  const kept = new Map<string, Uint8Array>();
  const keep = (moment: string): void => {
    for (const [file, bytes] of readTree(world.dataDir)) kept.set(`${file} ${moment}`, bytes);
  };

  beforeAll(async () => {
    recording = createRecording();
    world = await openWorld({ name: "two-people", tap: recording, keepPort: true });
    mkdirSync(world.homeOf("bob"), { mode: 0o700 });
    browser = await launchChromium();
  });
  afterAll(async () => {
    bob?.kill();
    await browser?.close();
    await world?.close();
  });

  test("both register, one in the page, one in the terminal", async () => {
    alice = await openBrowserPerson(browser, world.url);
    await alice.register("alice", world.passwordOf("alice"));
    const shell = openCliTerminal({
      home: world.homeOf("bob"),
      args: ["register", "bob", "--server", world.url],
    });
    await shell.shows("New password: ");
    shell.type(`${world.passwordOf("bob")}\r`);
    await shell.shows("The same again: ");
    shell.type(`${world.passwordOf("bob")}\r`);
    expect(await exitCode(shell)).toBe(0);
    bob = openCliTerminal({ home: world.homeOf("bob"), args: ["chat"], columns: 120 });
    await bob.shows("Connected.");
  });

  test("alice asks, bob sees her words and accepts", async () => {
    await alice.addContact("bob", REQUEST);
    await bob.shows(REQUEST);
    bob.type("/accept alice\r");
    await alice.page.getByLabel("Message to bob").waitFor();
  });

  test("they talk both ways", async () => {
    const [first = "", second = "", third = ""] = ONLINE;
    bob.type(`${first}\r`);
    await alice.sees(first);
    await alice.send("bob", second);
    await bob.shows(second);
    await alice.seesState("read");
    bob.type(`${third}\r`);
    await alice.sees(third);
  });

  test("the server is killed; what both write meanwhile arrives after its restart", async () => {
    const [fromAlice = "", fromBob = ""] = OFFLINE;
    await world.killServer();
    keep("after the kill");
    await bob.shows("Not connected");
    await alice.seesOffline();
    await alice.send("bob", fromAlice);
    bob.type(`${fromBob}\r`);
    await alice.sees(fromAlice);
    await bob.shows(fromBob);
    await world.startServer();
    await bob.shows(fromAlice);
    await alice.sees(fromBob);
    await alice.send("bob", AFTERWARDS);
    await bob.shows(AFTERWARDS);
    await alice.seesState("read");
  });

  test("nothing is lost, doubled or out of order on either side, nor after reloading the page", async () => {
    const [first, second, third] = ONLINE;
    const [fromAlice, fromBob] = OFFLINE;
    const beginning = [`You: ${REQUEST}`, `bob: ${first}`, `You: ${second}`, `bob: ${third}`];
    const shown = await alice.conversation();
    expect(shown.slice(0, 4)).toEqual(beginning);
    // Which of the two that crossed each other comes first is each side's own affair.
    expect(shown.slice(4, 6).toSorted()).toEqual([`You: ${fromAlice}`, `bob: ${fromBob}`]);
    expect(shown.slice(6)).toEqual([`You: ${AFTERWARDS}`]);
    await alice.page.reload();
    await alice.sees(AFTERWARDS);
    expect(await alice.conversation()).toEqual(shown);
    expect(await bobsHistory()).toEqual([REQUEST, second, fromAlice, AFTERWARDS]);
  });

  test("neither database, log nor traffic holds a text, a password or a private key", async () => {
    bob.type("/exit\r");
    expect(await exitCode(bob)).toBe(0);
    await browser.close();
    const keys = await keyMaterialOf(world.homeOf("bob"), "bob");
    await world.stopServer();
    keep("after the stop");
    kept.set("log", Buffer.from(world.logs()));
    const traffic = trafficViews(recording.connections());
    const texts = [
      REQUEST,
      ...ONLINE,
      ...OFFLINE,
      AFTERWARDS,
      world.passwordOf("alice"),
      world.passwordOf("bob"),
    ];
    const needles = [...texts.map((text) => textNeedle(text, text)), ...keys.secrets];
    const places = [...kept, ...traffic.map(({ place, bytes }) => [place, bytes] as const)];
    expect(places.flatMap(([place, bytes]) => findNeedles(place, bytes, needles))).toEqual([]);
    // The same search finds what the server knows: bob's public key, and his token in masked frames, which it must not keep.
    expect(
      [...kept].flatMap(([place, bytes]) => findNeedles(place, bytes, [keys.leafPublicKey])),
    ).not.toEqual([]);
    expect(
      traffic
        .filter(({ place }) => place.endsWith("unmasked"))
        .flatMap(({ place, bytes }) => findNeedles(place, bytes, [keys.token])),
    ).not.toEqual([]);
    expect([...kept].flatMap(([place, bytes]) => findNeedles(place, bytes, [keys.token]))).toEqual([]);
  });

  test("the page had nothing to complain about but the dead server", () => {
    expect(alice.complaints.filter((text) => !/ERR_(CONNECTION|EMPTY)|WebSocket/.test(text))).toEqual([]);
  });

  /** What bob's client has of alice's, from its own commands: the chat shows what the terminal can. */
  async function bobsHistory(): Promise<readonly string[]> {
    bob.type("/history 20\r");
    const before = bob.text().length;
    await bob.shows(AFTERWARDS);
    const lines = bob.text().slice(before).split("\n");
    return lines.flatMap((line) => /\balice {2}(.*)$/.exec(line.trimEnd())?.[1] ?? []);
  }
});
