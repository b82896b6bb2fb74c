/**
 * A group and a room: alice at a browser, the others at terminals. Somebody is removed from the group and hears nothing more; somebody comes into the
 * room by link and password while nobody else is there, somebody else by its code, and who is put out again takes the old invitation along for nothing.
 */
import type { Browser } from "playwright-core";
import { launchChromium } from "../browser/chromium.ts";
import { trafficViews } from "../capture/trafficViews.ts";
import type { BrowserPerson } from "../e2e/browserPerson.ts";
import { openBrowserPerson } from "../e2e/browserPerson.ts";
import type { Delivery } from "../support/delivery.ts";
import { NOTHING_WRONG, addDeliveries, compareDelivery } from "../support/delivery.ts";
import { readTree } from "../support/files.ts";
import { historyOf, textsFrom } from "../support/history.ts";
import { keyMaterialOf } from "../support/keyMaterial.ts";
import { textNeedle } from "../support/needles.ts";
import { createRecording } from "../support/recording.ts";
import type { RpcClient } from "../support/rpcClient.ts";
import { RpcError, nextEvent, until } from "../support/rpcClient.ts";
import type { RpcInvitation } from "../support/rpcContract.ts";
import type { World } from "../support/world.ts";
import { openWorld } from "../support/world.ts";
import type { Place, Secrecy } from "./secrecy.ts";
import { lookForSecrets } from "./secrecy.ts";

export interface PeopleDemo extends Secrecy {
  readonly messages: number;
  readonly delivery: Delivery;
  /** Of the two contacts who were told it. */
  readonly sawDisplayName: number;
  /** Texts that reached somebody after the removal. */
  readonly heardAfterRemoval: number;
  /** Texts from before that somebody read who came into the room later. */
  readonly heardFromBefore: number;
  /** Came in with nobody else online: by link, by code. */
  readonly cameInAlone: number;
  /** Tries to come in by what does not suffice, or no longer does, that were refused. */
  readonly refused: number;
}

const AT_TERMINALS = ["bob", "carol", "dave", "erin"] as const;
type Name = "alice" | (typeof AT_TERMINALS)[number];
const GROUP = "Harbour choir";
const ROOM = "Open stage";
const SHOWN_NAME = "Alice of the quiet harbour";

interface Stage {
  readonly world: World;
  readonly onLine: (line: string) => void;
  readonly alice: BrowserPerson;
  readonly cast: Map<Name, RpcClient>;
  /** Everything that was said, by who said it. */
  readonly said: { readonly from: Name; readonly text: string }[];
  /** Of the room. */
  readonly passwords: string[];
  readonly heard: Delivery[];
  readonly counts: {
    introduced: number;
    afterRemoval: number;
    fromBefore: number;
    alone: number;
    refused: number;
  };
}

export async function runPeopleDemo(onLine: (line: string) => void): Promise<PeopleDemo> {
  const recording = createRecording();
  const world = await openWorld({ name: "demo-people", tap: recording });
  let browser: Browser | undefined;
  try {
    await Promise.all(AT_TERMINALS.map((person) => world.register(person)));
    const homes = (): Promise<Awaited<ReturnType<typeof keyMaterialOf>>[]> =>
      Promise.all(AT_TERMINALS.map((person) => keyMaterialOf(world.homeOf(person), person)));
    const keys = await homes();
    browser = await launchChromium();
    const alice = await openBrowserPerson(browser, world.url);
    await alice.register("alice", world.passwordOf("alice"));
    const stage: Stage = {
      world,
      onLine,
      alice,
      cast: new Map(),
      said: [],
      passwords: [],
      heard: [],
      counts: { introduced: 0, afterRemoval: 0, fromBefore: 0, alone: 0, refused: 0 },
    };
    for (const person of AT_TERMINALS) await starts(stage, person);
    await playGroup(stage);
    await playRoom(stage);
    for (const client of stage.cast.values()) await client.close();
    const later = await homes();
    await alice.page.close();
    await world.stopServer();
    const kept: readonly Place[] = [...readTree(world.dataDir), ["log", Buffer.from(world.logs())]];
    const { introduced, afterRemoval, fromBefore, alone, refused } = stage.counts;
    return {
      messages: stage.said.length,
      delivery: stage.heard.reduce(addDeliveries, NOTHING_WRONG),
      sawDisplayName: introduced,
      heardAfterRemoval: afterRemoval,
      heardFromBefore: fromBefore,
      cameInAlone: alone,
      refused,
      ...lookForSecrets({
        world,
        people: ["alice", ...AT_TERMINALS],
        texts: [
          ...stage.said.map(({ from, text }) => textNeedle(`what ${from} said`, text)),
          ...stage.passwords.map((password) => textNeedle("a password of the room", password)),
        ],
        keys: [...keys, ...later],
        kept,
        traffic: trafficViews(recording.connections()).map(({ place, bytes }) => [place, bytes] as const),
      }),
    };
  } finally {
    await browser?.close();
    await world.close();
  }
}

/** Alice makes a group at her browser; carol is removed from it. */
async function playGroup(stage: Stage): Promise<void> {
  const { alice, onLine } = stage;
  const { page } = alice;
  for (const other of ["bob", "carol"] as const) await befriend(stage, other);
  await introduce(stage);
  await page.getByRole("button", { name: "New group" }).click();
  const dialog = page.getByRole("dialog", { name: "New group" });
  await dialog.getByLabel("Name of the group").fill(GROUP);
  for (const other of ["bob", "carol"]) await dialog.getByRole("checkbox", { name: other }).check();
  await dialog.getByRole("button", { name: "Make the group" }).click();
  await page.getByRole("heading", { name: GROUP }).first().waitFor();
  onLine(`         alice makes the group “${GROUP}” with bob and carol`);
  const group = await idOf(stage, "bob", GROUP);
  await idOf(stage, "carol", GROUP);

  await aliceSays(stage, group, ["Saturday at the harbour?", "Bring the green books."], ["bob", "carol"]);
  await says(stage, "bob", group, ["I am there."], ["carol"]);
  await alice.sees("I am there.");
  await says(stage, "carol", group, ["So am I, a little late."], ["bob"]);
  await alice.sees("So am I, a little late.");

  await page.getByRole("link", { name: "Show details" }).click();
  const details = page.getByRole("complementary", { name: "Details" });
  await details.getByRole("button", { name: "What you can do about carol" }).click();
  await page.getByRole("menuitem", { name: "Remove" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("You removed carol").first().waitFor();
  await until(
    client(stage, "carol"),
    "her end in the group",
    async () => !(await isIn(stage, "carol", group)),
  );
  onLine("         alice removes carol");
  const before = await textsOf(stage, "carol", group);
  await aliceSays(stage, group, ["The surprise is for carol, by the way."], ["bob"]);
  await says(stage, "bob", group, ["She suspects nothing."], []);
  await alice.sees("She suspects nothing.");
  stage.counts.afterRemoval += (await textsOf(stage, "carol", group)).length - before.length;
  await heardAll(stage, group, {
    "bob of alice": [
      "Saturday at the harbour?",
      "Bring the green books.",
      "The surprise is for carol, by the way.",
    ],
    "carol of bob": ["I am there."],
  });
}

/** Alice chooses how she is shown; who knows her sees it, and the server does not. */
async function introduce({ alice, cast, counts, said, onLine }: Stage): Promise<void> {
  const { page } = alice;
  await page.evaluate("location.hash = '#/settings/profile'");
  await page.getByLabel("Display name").fill(SHOWN_NAME);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("status").filter({ hasText: "Saved" }).waitFor();
  said.push({ from: "alice", text: SHOWN_NAME });
  for (const other of ["bob", "carol"] as const) {
    const them = cast.get(other) as RpcClient;
    await until(them, "alice's display name", async () =>
      (await them.call("contacts.list")).some(({ displayName }) => displayName === SHOWN_NAME),
    );
    counts.introduced++;
  }
  onLine(`         alice calls herself “${SHOWN_NAME}”; bob and carol see it`);
  await page.evaluate("location.hash = '#/'");
}

/** Bob makes a room and goes; dave comes in by its link, erin by its code; erin is put out. */
async function playRoom(stage: Stage): Promise<void> {
  const { onLine } = stage;
  const made = await client(stage, "bob").call("rooms.create", { name: ROOM, linkRequired: false });
  const { conversation: room } = made;
  stage.passwords.push(made.password);
  onLine(`         bob makes the room “${ROOM}”: ${made.link}`);
  await says(stage, "bob", room, ["Whoever comes, the door is open."], []);
  for (const person of ["bob", "carol", "erin"] as const) await leaves(stage, person);
  onLine("         all but dave go offline");

  await refusedEntry(stage, "dave", { link: made.link, password: "not this one, surely" });
  await client(stage, "dave").call("rooms.join", { link: made.link, password: made.password });
  stage.counts.alone++;
  onLine("         dave comes in by link and password");
  await says(stage, "dave", room, ["Is anybody here?"], []);
  await leaves(stage, "dave");

  await starts(stage, "erin");
  await client(stage, "erin").call("rooms.join", { code: made.code, password: made.password });
  stage.counts.alone++;
  onLine("         dave goes; erin comes in by code and password");
  await says(stage, "erin", room, ["Only an echo."], []);

  for (const person of ["bob", "dave", "carol"] as const) await starts(stage, person);
  onLine("         all are back");
  await hears(stage, "bob", room, "dave", "Is anybody here?");
  for (const person of ["bob", "dave"] as const) await hears(stage, person, room, "erin", "Only an echo.");
  await says(stage, "bob", room, ["Now there are three of us."], ["dave", "erin"]);
  for (const person of ["dave", "erin"] as const) {
    const early = (await textsOf(stage, person, room)).filter((text) => text.startsWith("Whoever comes"));
    stage.counts.fromBefore += early.length;
  }

  await client(stage, "bob").call("groups.remove", { conversation: room, members: ["erin"] });
  await until(client(stage, "erin"), "her end in the room", async () => !(await isIn(stage, "erin", room)));
  const renewed = await newInvitation(stage, "dave", room, made);
  stage.passwords.push(renewed.password);
  onLine(`         bob removes erin; the room's invitation is new: ${renewed.link}`);
  await refusedEntry(stage, "erin", { code: made.code, password: made.password });
  await refusedEntry(stage, "carol", { link: made.link, password: made.password });
  const before = await textsOf(stage, "erin", room);
  await says(stage, "bob", room, ["The echo has gone."], ["dave"]);
  stage.counts.afterRemoval += (await textsOf(stage, "erin", room)).length - before.length;
  await client(stage, "carol").call("rooms.join", { link: renewed.link, password: renewed.password });
  onLine("         carol comes in by the new one");
  await says(stage, "carol", room, ["I brought the green books."], ["bob", "dave"]);
  await heardAll(stage, room, {
    "dave of bob": ["Now there are three of us.", "The echo has gone."],
    "bob of dave": ["Is anybody here?"],
    "bob of carol": ["I brought the green books."],
    "dave of carol": ["I brought the green books."],
    "bob of erin": ["Only an echo."],
  });
}

function client({ cast }: Stage, name: Name): RpcClient {
  const found = cast.get(name);
  if (found === undefined) throw new Error(`${name} is away`);
  return found;
}

async function starts({ cast, world }: Stage, name: Name): Promise<void> {
  const client = await world.startClient(name);
  cast.set(name, client);
  // Nobody comes into a room who does not reach the server.
  await until(client, "the server", async () => (await client.call("status")).connected);
}

async function leaves(stage: Stage, name: Name): Promise<void> {
  await client(stage, name).close();
  stage.cast.delete(name);
}

async function befriend({ alice, cast, onLine }: Stage, other: Name): Promise<void> {
  const them = cast.get(other) as RpcClient;
  const asked = nextEvent(them, "contact", "alice's request", ({ state }) => state === "incoming");
  await alice.addContact(other, `Hello, ${other}.`);
  await asked;
  await them.call("contacts.accept", { username: "alice" });
  await alice.page.getByLabel(`Message to ${other}`).waitFor();
  onLine(`         alice and ${other} are contacts`);
}

/** The conversation of that name, as soon as somebody has it. */
async function idOf(stage: Stage, person: Name, name: string): Promise<string> {
  const them = client(stage, person);
  const find = async (): Promise<string | undefined> =>
    (await them.call("conversations.list")).find((one) => one.name === name)?.id;
  await until(them, name, async () => (await find()) !== undefined);
  return (await find()) as string;
}

async function isIn(stage: Stage, person: Name, conversation: string): Promise<boolean> {
  const found = (await client(stage, person).call("conversations.list")).find(
    ({ id }) => id === conversation,
  );
  return found?.members.includes(person) === true;
}

async function textsOf(stage: Stage, person: Name, conversation: string): Promise<readonly string[]> {
  return (await historyOf(client(stage, person), conversation)).map(({ text }) => text).filter(Boolean);
}

async function aliceSays(
  stage: Stage,
  conversation: string,
  texts: readonly string[],
  listeners: readonly Name[],
): Promise<void> {
  const field = stage.alice.page.locator("textarea");
  for (const text of texts) {
    note(stage, "alice", text);
    await field.fill(text);
    await field.press("Enter");
    for (const listener of listeners) await hears(stage, listener, conversation, "alice", text);
  }
}

async function says(
  stage: Stage,
  from: Name,
  conversation: string,
  texts: readonly string[],
  listeners: readonly Name[],
): Promise<void> {
  for (const text of texts) {
    note(stage, from, text);
    const { id } = await client(stage, from).call("messages.send", { to: `#${conversation}`, text });
    await until(client(stage, from), "the server's yes", async () => {
      const sent = (await historyOf(client(stage, from), conversation)).find((message) => message.id === id);
      return sent !== undefined && sent.state !== "sending";
    });
    for (const listener of listeners) await hears(stage, listener, conversation, from, text);
  }
}

function note({ said, onLine }: Stage, from: Name, text: string): void {
  said.push({ from, text });
  onLine(`${from.padStart(7)}: ${text}`);
}

async function hears(stage: Stage, who: Name, conversation: string, from: Name, text: string): Promise<void> {
  const them = client(stage, who);
  await until(them, `“${text}”`, async () =>
    textsFrom(await historyOf(them, conversation), from).includes(text),
  );
}

/** Who has heard what of whom: all that was said while both were there, and nothing else. */
async function heardAll(
  stage: Stage,
  conversation: string,
  wanted: Readonly<Partial<Record<`${Name} of ${Name}`, readonly string[]>>>,
): Promise<void> {
  for (const [flow, texts] of Object.entries(wanted)) {
    const [to, from] = flow.split(" of ") as [Name, Name];
    const got = textsFrom(await historyOf(client(stage, to), conversation), from).filter(Boolean);
    stage.heard.push(compareDelivery(texts, got));
  }
}

/** Must not get in. */
async function refusedEntry(
  stage: Stage,
  who: Name,
  entry: { readonly password: string } & ({ readonly link: string } | { readonly code: string }),
): Promise<void> {
  try {
    await client(stage, who).call("rooms.join", entry);
  } catch (error) {
    if (!(error instanceof RpcError) || error.code !== "wrongRoomPassword") throw error;
    stage.counts.refused++;
    stage.onLine(`         ${who} is not let in: ${error.message.replace(`${who}: `, "")}`);
  }
}

/** What a member has been told after a removal. */
async function newInvitation(
  stage: Stage,
  who: Name,
  conversation: string,
  old: RpcInvitation,
): Promise<RpcInvitation> {
  const them = client(stage, who);
  const find = (): Promise<RpcInvitation | null> => them.call("rooms.invitation", { conversation });
  await until(them, "the new invitation", async () => {
    const found = await find();
    return found !== null && found.password !== old.password;
  });
  return (await find()) as RpcInvitation;
}
