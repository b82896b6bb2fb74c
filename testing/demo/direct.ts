/**
 * Two people at terminals and two at browsers, each on a machine of their own: messages and files go directly while the server's link is watched; then
 * nothing passes between them any more, and the rest, a second file under way included, arrives by the server.
 */
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { hasChromium } from "../browser/chromium.ts";
import { whyNoNamespaces } from "../network/namespaces.ts";
import { needsNft } from "../network/network.ts";
import type { Partition } from "../network/partition.ts";
import { createPartition } from "../network/partition.ts";
import { countTraffic } from "../network/traffic.ts";
import type { PlacedWorld } from "../paths/placedWorld.ts";
import { openPlacedWorld } from "../paths/placedWorld.ts";
import type { Delivery } from "../support/delivery.ts";
import { NOTHING_WRONG, addDeliveries, compareDelivery } from "../support/delivery.ts";
import { makeScratch, removeScratch } from "../support/files.ts";
import type { FileName, FilePerson } from "./directPeople.ts";
import { digestOf, openFileBrowser, openFileTerminal } from "./directPeople.ts";
import type { FrameSum } from "./frameLog.ts";
import { watchFrameLog } from "./frameLog.ts";

export interface DirectDemo {
  readonly messages: number;
  readonly delivery: Delivery;
  /** Of the six files. */
  readonly sameFiles: number;
  readonly fileBytes: number;
  /** Messages that came by another way than they had to. */
  readonly otherWay: number;
  /** While everything went directly. */
  readonly quiet: {
    readonly seconds: number;
    readonly frames: ReadonlyMap<string, FrameSum>;
    /** All that the server's machine exchanged with the people's, IP headers included. */
    readonly wireBytes: number;
  };
}

export interface DirectDemoOptions {
  readonly fileBytes: number;
  readonly onLine: (line: string) => void;
}

const PEOPLE = { alice: "open", bob: "open", carol: "open", dave: "open" } as const;
type Name = keyof typeof PEOPLE;
const NAMES = Object.keys(PEOPLE) as readonly Name[];
/** Terminal to terminal, terminal to browser, browser to browser. */
const PAIRS: readonly (readonly [Name, Name])[] = [
  ["alice", "bob"],
  ["bob", "carol"],
  ["carol", "dave"],
];
const WATCH = new URL("serverWatch.ts", import.meta.url);
/** Slow enough for a file to be under way when the links are cut. */
const MEGABITS_PER_SECOND = 120;
/** Of the second file, when the links are cut. */
const CUT_AT = 0.25;
/** Signals and receipts of the beginning have passed. */
const SETTLE_MS = 5000;

const DIRECT_LINES = [
  ["The plan of the garden comes with this.", "Nobody reads along, not even our own server."],
  ["It is here already?", "Then the paths are right: straight from you to me."],
] as const;
const RELAY_LINES = [
  ["I think the cable is out.", "Do you still hear me?"],
  ["I do; by the server now.", "The rest of the file comes that way too."],
] as const;

/** Why it cannot be shown here, or `undefined`. */
export function whyNoDirectDemo(): string | undefined {
  const missing = whyNoNamespaces([
    ...needsNft,
    { command: "tc", name: "iproute2" },
    { command: "certutil", name: "libnss3-tools" },
  ]);
  return missing ?? (hasChromium ? undefined : "chromium is not installed");
}

export async function runDirectDemo({ fileBytes, onLine }: DirectDemoOptions): Promise<DirectDemo> {
  const scratch = makeScratch("demo-frames");
  const frameLog = join(scratch, "frames");
  const world = await openPlacedWorld({
    name: "demo-direct",
    people: PEOPLE,
    env: { NODE_OPTIONS: `--import=${WATCH.href}`, FRAME_LOG: frameLog },
  });
  const cast = new Map<Name, FilePerson>();
  const stage: Stage = {
    world,
    onLine,
    fileBytes,
    person: (name) => cast.get(name) as FilePerson,
    sent: new Map(),
    tally: { sameFiles: 0, otherWay: 0 },
  };
  try {
    cast.set("alice", await openFileTerminal(world, "alice"));
    cast.set("bob", await openFileTerminal(world, "bob"));
    cast.set("carol", await openFileBrowser(world, "carol"));
    cast.set("dave", await openFileBrowser(world, "dave"));
    for (const pair of PAIRS) await befriend(stage, pair);
    for (const pair of PAIRS) await linkUp(stage, pair);
    await pause(SETTLE_MS);

    const look = watchFrameLog(frameLog);
    look();
    const traffic = countTraffic(world.network.server.namespace);
    const startedMs = performance.now();
    for (const pair of PAIRS) {
      await talk(stage, pair, DIRECT_LINES, "direct");
      await takeFile(stage, pair, await offerFile(stage, pair, "first"));
    }
    const seconds = (performance.now() - startedMs) / 1000;
    const frames = look();
    const wireBytes = [...traffic().values()].reduce((sum, bytes) => sum + bytes, 0);
    onLine(
      `         three files and ${PAIRS.length * 4} messages have passed; the server saw ${describe(frames)}`,
    );

    await cutInTransfer(stage);
    const delivery = await deliveryOf(stage);
    const messages = [...stage.sent.values()].reduce((sum, texts) => sum + texts.length, 0);
    return { messages, delivery, ...stage.tally, fileBytes, quiet: { seconds, frames, wireBytes } };
  } finally {
    await Promise.all([...cast.values()].map((person) => person.close().catch(() => {})));
    await world.close();
    removeScratch(scratch);
  }
}

interface Stage {
  readonly world: PlacedWorld;
  readonly onLine: (line: string) => void;
  readonly fileBytes: number;
  readonly person: (name: Name) => FilePerson;
  /** Texts by their flow. */
  readonly sent: Map<string, string[]>;
  readonly tally: { sameFiles: number; otherWay: number };
}

type Pair = readonly [Name, Name];
type Lines = readonly [readonly string[], readonly string[]];

async function befriend({ person, onLine }: Stage, [one, other]: Pair): Promise<void> {
  await person(one).ask(other);
  await person(other).accept(one);
  await person(one).knows(other);
  onLine(`         ${one} (${person(one).kind}) and ${other} (${person(other).kind}) are contacts`);
}

async function linkUp(stage: Stage, pair: Pair): Promise<void> {
  const [one, other] = pair;
  // A first message wakes the search; which way it takes is not looked at.
  await say(stage, pair, "Hello!");
  await stage.person(other).receive(one, "Hello!");
  await Promise.all([stage.person(one).goes(other, "direct"), stage.person(other).goes(one, "direct")]);
  stage.onLine(`         ${one} and ${other} are linked`);
}

async function say({ person, sent }: Stage, [from, to]: Pair, text: string): Promise<void> {
  const flow = `${from} ${to}`;
  sent.set(flow, [...(sent.get(flow) ?? []), text]);
  await person(from).send(to, text);
}

/** Both say their lines, one after the other, and each is heard; what came by another way than expected is counted. */
async function talk(
  stage: Stage,
  [one, other]: Pair,
  lines: Lines,
  expected: "direct" | "relay",
): Promise<void> {
  for (const [from, to, texts] of [
    [one, other, lines[0]],
    [other, one, lines[1]],
  ] as const) {
    for (const text of texts) {
      await say(stage, [from, to], text);
      const way = await stage.person(to).receive(from, text);
      if (way !== expected) stage.tally.otherWay++;
      stage.onLine(`${from.padStart(7)} to ${to} (${way}): ${text}`);
    }
  }
}

interface Offered extends FileName {
  readonly digest: string;
}

async function offerFile(stage: Stage, [from, to]: Pair, which: string): Promise<Offered> {
  const name = `${which} file of ${from}.bin`;
  const path = join(stage.world.scratch, name);
  writeFileSync(path, randomBytes(stage.fileBytes));
  const id = await stage.person(from).offer(to, path);
  stage.onLine(`${from.padStart(7)} to ${to}: ${name}, ${stage.fileBytes / 1e6} MB`);
  return { name, id, digest: await digestOf(path) };
}

async function takeFile(stage: Stage, [from, to]: Pair, file: Offered): Promise<void> {
  const startedMs = performance.now();
  await stage.person(to).fetch(from, file, 1);
  await saveFile(stage, [from, to], file, startedMs);
}

async function saveFile(stage: Stage, [from, to]: Pair, file: Offered, startedMs: number): Promise<void> {
  const isSame = (await stage.person(to).save(from, file)) === file.digest;
  if (isSame) stage.tally.sameFiles++;
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  stage.onLine(
    `         ${to} has saved ${file.name} after ${seconds} s; SHA-256 ${isSame ? "equal" : "DIFFERENT"}`,
  );
}

/** The second file of each pair is under way when the two do not hear each other any more; both hear the server. */
async function cutInTransfer(stage: Stage): Promise<void> {
  const { world, person, onLine } = stage;
  const partitions = new Map<Name, Partition>(
    NAMES.map((name) => {
      world.siteOf(name).pace(MEGABITS_PER_SECOND);
      return [name, createPartition(world.siteOf(name).namespace)];
    }),
  );
  for (const pair of PAIRS) {
    const [from, to] = pair;
    const file = await offerFile(stage, pair, "second");
    const startedMs = performance.now();
    await person(to).fetch(from, file, CUT_AT);
    partitions.get(from)?.shut(world.siteOf(to).address);
    partitions.get(to)?.shut(world.siteOf(from).address);
    onLine(`         the link between ${from} and ${to} is cut, in the middle of ${file.name}`);
    await talk(stage, pair, RELAY_LINES, "relay");
    await saveFile(stage, pair, file, startedMs);
  }
}

async function deliveryOf({ person, sent }: Stage): Promise<Delivery> {
  let sum = NOTHING_WRONG;
  for (const [flow, texts] of sent) {
    const [from = "", to = ""] = flow.split(" ");
    sum = addDeliveries(sum, compareDelivery(texts, await person(to as Name).texts(from)));
  }
  return sum;
}

function describe(frames: ReadonlyMap<string, FrameSum>): string {
  const parts = [...frames].map(([what, { count, bytes }]) => `${count} ${what} (${bytes} bytes)`);
  return parts.length === 0 ? "nothing" : parts.join(", ");
}
