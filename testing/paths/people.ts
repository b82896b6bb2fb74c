/** People whose paths are looked at: at a terminal or a browser, by what they see. */
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { openBrowser } from "../lan/programs.ts";
import type { PagePerson } from "../web/pagePerson.ts";
import { openPerson as openPage, register, sendMessage } from "../web/pagePerson.ts";
import { button, field, heading, holds, leadsTo, link, see } from "../web/sight.ts";
import { udpSockets } from "../network/udp.ts";
import { conversationWith, historyOf } from "../support/history.ts";
import type { RpcClient } from "../support/rpcClient.ts";
import { until } from "../support/rpcClient.ts";
import type { PathMode } from "../support/rpcContract.ts";
import type { PlacedWorld } from "./placedWorld.ts";

/** How a conversation's messages go, as its people are told. */
export type Way = "direct" | "turn" | "relay";

export interface PathPerson {
  readonly name: string;
  readonly kind: "terminal" | "browser";
  ask(name: string): Promise<void>;
  /** Waits for the request. */
  accept(name: string): Promise<void>;
  /** Waits for the acceptance. */
  knows(name: string): Promise<void>;
  send(to: string, text: string): Promise<void>;
  /** Waits for the message and tells by which path it came. */
  receive(from: string, text: string): Promise<"direct" | "relay">;
  choose(withWhom: string, mode: PathMode): Promise<void>;
  /** Waits until messages go that way. */
  goes(withWhom: string, way: Way): Promise<void>;
  /** Waits until a call has found no way. */
  gaveUp(withWhom: string): Promise<void>;
  /** Why there is no direct way, in the words of the interface; `undefined` when there is one. */
  why(withWhom: string): Promise<string | undefined>;
  chooseDefault(mode: PathMode): Promise<void>;
  /** What has been opened that could reach another device. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

/** Longer than a call and the pause behind it. */
const WAY_MS = 60_000;

export async function openTerminal(world: PlacedWorld, name: string): Promise<PathPerson> {
  await world.register(name);
  return terminalPerson(world, await world.startClient(name));
}

/** At a terminal that runs already. */
export function terminalPerson(world: PlacedWorld, client: RpcClient): PathPerson {
  const conversation = (name: string): Promise<string> => conversationWith(client, name);
  const stateOf = async (name: string): Promise<string | undefined> =>
    (await client.call("contacts.list")).find(({ username }) => username === name)?.state;
  const linkOf = async (name: string) => {
    const id = await conversation(name);
    return (await client.call("conversations.list")).find((one) => one.id === id)?.link;
  };
  const reasonOf = async (name: string): Promise<string | undefined> => {
    const found = await linkOf(name);
    return found?.state === "none" ? found.reason : undefined;
  };
  return {
    name: client.name,
    kind: "terminal",
    ask: async (name) => void (await client.call("contacts.add", { username: name })),
    async accept(name) {
      await until(client, `${name}'s request`, async () => (await stateOf(name)) === "incoming");
      await client.call("contacts.accept", { username: name });
    },
    knows: (name) => until(client, `${name}'s acceptance`, async () => (await stateOf(name)) === "accepted"),
    send: async (to, text) => void (await client.call("messages.send", { to: `@${to}`, text })),
    async receive(from, text) {
      let path: "direct" | "relay" | undefined;
      await until(client, text, async () => {
        const history = await historyOf(client, await conversation(from));
        path = history.find((message) => message.from === from && message.text === text)?.path;
        return path !== undefined;
      });
      return path ?? "relay";
    },
    async choose(name, path) {
      await client.call("conversations.setPath", { conversation: await conversation(name), path });
    },
    async goes(name, way) {
      await client.call("conversations.attend", { conversation: await conversation(name) });
      await until(
        client,
        `${way} with ${name}`,
        async () => {
          const found = await linkOf(name);
          const now = found?.state !== "open" ? "relay" : found.via === "turn" ? "turn" : "direct";
          return now === way;
        },
        WAY_MS,
      );
    },
    gaveUp: (name) => until(client, "a call in vain", async () => (await reasonOf(name)) === "noWay", WAY_MS),
    why: reasonOf,
    chooseDefault: async (path) => void (await client.call("paths.setDefault", { path })),
    connections: async () => udpSockets(world.siteOf(client.name).namespace),
    close: () => client.close(),
  };
}

/** Somebody at a browser of their own, whose system trusts the server's authority. */
export async function openBrowserPerson(world: PlacedWorld, name: string): Promise<PathPerson> {
  const { browser, person } = await openBrowserPage(world, name);
  return pagePathPerson(browser, person);
}

/** The same with the page at hand, where the account has just been made. */
export async function openBrowserPage(
  world: PlacedWorld,
  name: string,
): Promise<{ readonly browser: Browser; readonly person: PagePerson }> {
  const { namespace } = world.siteOf(name);
  const browser = await openBrowser(
    namespace,
    join(world.scratch, `${name}'s system`),
    await world.authority(),
  );
  try {
    const person = await openPage(browser, name, { hands: "mouse", throttle: 1 });
    await person.page.addInitScript(COUNT_CONNECTIONS);
    await person.page.goto(world.url);
    await register(person);
    return { browser, person };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

/** Somebody who sits before the page of {@link openBrowserPage}. */
export function pagePathPerson(browser: Browser, person: PagePerson): PathPerson {
  const { page, hands, userName } = person;
  const open = (name: string): Promise<void> => hands.press(leadsTo(`#/with/${name}`));
  return {
    name: userName,
    kind: "browser",
    async ask(name) {
      await hands.press(link("Add a contact"));
      await hands.write(field("User name"), name);
      await hands.press(button("Send request"));
      await see(page, heading(`Waiting for ${name}`));
    },
    async accept(name) {
      await hands.press(leadsTo("#/requests"));
      await see(page, { kind: "article", says: `Request from ${name}` });
      await hands.press(button("Accept"));
      await see(page, field(`Message to ${name}`));
    },
    knows: async (name) => void (await see(page, field(`Message to ${name}`))),
    send: (to, text) => sendMessage(person, to, text),
    async receive(from, text) {
      const found = `[...document.querySelectorAll("article")].find((one) =>
        one.getAttribute("aria-label").startsWith(${JSON.stringify(`${from}, `)}) &&
        one.querySelector("p")?.textContent === ${JSON.stringify(text)})`;
      await holds(page, `${found} !== undefined`);
      const isDirect = await page.evaluate<boolean>(
        `[...(${found}).querySelectorAll("span")].some(({ textContent }) => textContent === "direct")`,
      );
      return isDirect ? "direct" : "relay";
    },
    async choose(name, mode) {
      await page.goto(new URL(`#/with/${name}/details`, page.url()).href);
      await page.getByRole("radio", { name: MODES[mode] }).first().click();
      await open(name);
    },
    async goes(name, way) {
      await page.getByRole("link", { name: WAYS[way], exact: true }).first().waitFor({ timeout: WAY_MS });
    },
    async why(name) {
      await page.goto(new URL(`#/with/${name}/details`, page.url()).href);
      const words = await page.locator('[role="region"][aria-label="Details"]').innerText();
      await open(name);
      return words;
    },
    gaveUp: async (name) => {
      await page.goto(new URL(`#/with/${name}/details`, page.url()).href);
      await page.getByText("Their networks let no connection through").waitFor({ timeout: WAY_MS });
      await open(name);
    },
    async chooseDefault(mode) {
      await page.goto(new URL("#/settings/paths", page.url()).href);
      await page.getByRole("radio", { name: MODES[mode] }).first().click();
      await page.goto(new URL("#/", page.url()).href);
    },
    connections: () => page.evaluate<number>("globalThis.madeConnections ?? 0"),
    close: () => browser.close(),
  };
}

const COUNT_CONNECTIONS = `{
  const Connection = globalThis.RTCPeerConnection;
  globalThis.madeConnections = 0;
  globalThis.RTCPeerConnection = class extends Connection {
    constructor(...given) {
      super(...given);
      globalThis.madeConnections++;
    }
  };
}`;

const WAYS: Readonly<Record<Way, string>> = {
  direct: "Path: Direct",
  turn: "Path: Direct, via TURN",
  relay: "Path: Relay",
};

const MODES: Readonly<Record<PathMode, string>> = {
  auto: "Automatic",
  direct: "Direct only",
  turn: "Through TURN only",
  relay: "Relay only",
};
