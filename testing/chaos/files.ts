/** A file on its way while its sender, its receiver or the server is killed; afterwards it is compared, and what went twice is counted. */
import { createHash, randomBytes } from "node:crypto";
import { createReadStream, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FILE_LEAF_BYTES } from "@sotto/protocol";
import { needsNft } from "../network/network.ts";
import { whyNoNamespaces } from "../network/namespaces.ts";
import type { PlacedWorld } from "../paths/placedWorld.ts";
import { openPlacedWorld } from "../paths/placedWorld.ts";
import { createRandom } from "../sim/random.ts";
import { becomeContacts } from "../support/contacts.ts";
import { withDeadline } from "../support/deadline.ts";
import { makeScratch, removeScratch } from "../support/files.ts";
import { conversationWith, historyOf } from "../support/history.ts";
import { until } from "../support/rpcClient.ts";
import type { RpcEvent } from "../support/rpcContract.ts";
import { passedAgain, readLeafLog } from "./leafLog.ts";
import type { Person } from "./person.ts";
import { createPerson } from "./person.ts";
import { createProgress } from "./progress.ts";

/** A server that is killed has to carry the file; for the others there is a link. */
export const VICTIMS = ["sender", "receiver", "server"] as const;
export type Victim = (typeof VICTIMS)[number];

export interface FilesOptions {
  readonly sizeBytes: number;
  readonly kills: number;
  readonly seed: number;
  readonly onKill: (what: string) => void;
}

export interface FileRun {
  /** Kills that fell while the file was on its way. */
  readonly kills: number;
  /** It came whole and is the same. */
  readonly arrived: boolean;
  /** What went more than once, in whole leaves' worth. */
  readonly leavesAgain: number;
  /** Of these, to the relay. */
  readonly leavesUpAgain: number;
  readonly seconds: number;
}

/** Slow enough that kills fall into the middle of it, on any machine. */
const MEGABITS_PER_SECOND = 80;
/** So long a leaf is on its way then. Progress is told at the end of leaves; kills fall anywhere in one. */
const LEAF_MS = (8 * FILE_LEAF_BYTES) / (1000 * MEGABITS_PER_SECOND);
/** Of the way, the share in which kills fall. */
const [FIRST_POINT, LAST_POINT] = [0.05, 0.9];
const RUN_MS = 1_200_000;
const WATCH = new URL("leafWatch.ts", import.meta.url);
const NAMES = ["alice", "bob"] as const;

/** Those that `--only` names, separated by commas; all without it. */
export function victimsOf(only: string | undefined): readonly Victim[] {
  const named = only?.split(",");
  const unknown = named?.find((name) => !VICTIMS.some((victim) => victim === name));
  if (unknown !== undefined) throw new Error(`--only: ${unknown} is none of ${VICTIMS.join(", ")}`);
  return VICTIMS.filter((victim) => named?.includes(victim) ?? true);
}

/** Why there can be no such run here, or `undefined`. */
export function whyNoFiles(): string | undefined {
  return whyNoNamespaces([...needsNft, { command: "tc", name: "iproute2" }]);
}

export async function runFiles(victim: Victim, options: FilesOptions): Promise<FileRun> {
  const logs = makeScratch("leaf-logs");
  const logOf: LogOf = (name) => join(logs, name);
  const watched = (name: string) => ({ NODE_OPTIONS: `--import=${WATCH.href}`, LEAF_LOG: logOf(name) });
  try {
    const world = await openPlacedWorld({
      name: "files",
      people: { alice: "open", bob: "open" },
      env: watched("server"),
      clientEnv: watched,
    });
    try {
      for (const name of NAMES) world.siteOf(name).pace(MEGABITS_PER_SECOND);
      return await withDeadline("the end", RUN_MS, passFile(world, victim, options, logOf));
    } finally {
      await world.close();
    }
  } finally {
    removeScratch(logs);
  }
}

/** What {@link WATCH} writes of somebody. */
type LogOf = (name: string) => string;

async function passFile(
  world: PlacedWorld,
  victim: Victim,
  options: FilesOptions,
  logOf: LogOf,
): Promise<FileRun> {
  const { sizeBytes, kills } = options;
  const way = createWay();
  const [alice, bob] = await Promise.all([
    createPerson(world, "alice", hears("sender", way)),
    createPerson(world, "bob", hears("receiver", way)),
  ]);
  await becomeContacts(await alice.client(), await bob.client());
  await choose(alice, bob, victim === "server" ? "relay" : "direct");
  const path = join(world.scratch, "file.bin");
  writeFileSync(path, randomBytes(sizeBytes));
  const { id } = await (await alice.client()).call("files.send", { to: "@bob", path });
  await heardOf(bob, "alice");
  const saved = join(world.scratch, "saved.bin");
  const startedMs = performance.now();
  const saving = bob.ask((client) => client.call("files.save", { id, path: saved }));
  let fallen = 0;
  let ended = false;
  const killing = killAlong(victim, { world, alice, bob, way, options }, () => {
    if (!ended) fallen++;
  });
  // A kill that fails ends the run at once.
  const { bytes } = await Promise.race([saving, killing.then(() => saving)]);
  ended = true;
  const seconds = (performance.now() - startedMs) / 1000;
  if (fallen === kills) await killing;
  // All is counted where it comes: what a killed sender had not sent yet has not gone.
  const leavesUpAgain = passedAgain(readLeafLog(logOf("server"))) / FILE_LEAF_BYTES;
  const come = readLeafLog(logOf("bob")).filter(({ way: by }) => by !== "sent");
  const leavesAgain = leavesUpAgain + passedAgain(come) / FILE_LEAF_BYTES;
  const arrived = bytes === sizeBytes && (await digestOf(saved)) === (await digestOf(path));
  return { kills: fallen, arrived, leavesAgain, leavesUpAgain, seconds };
}

interface Scene {
  readonly world: PlacedWorld;
  readonly alice: Person;
  readonly bob: Person;
  readonly way: Way;
  readonly options: FilesOptions;
}

/** Kills at random points of the way, and starts again at once. */
async function killAlong(victim: Victim, scene: Scene, onFallen: () => void): Promise<void> {
  const { world, alice, bob, way, options } = scene;
  const { sizeBytes, kills, seed, onKill } = options;
  const random = createRandom(seed, victim);
  const points = Array.from({ length: kills }, (_, i) => (i + random.next()) / kills);
  for (const point of points) {
    const share = FIRST_POINT + (LAST_POINT - FIRST_POINT) * point;
    await (victim === "server" ? way.bothAt(share * sizeBytes) : way.receiverAt(share * sizeBytes));
    await sleep(random.next() * LEAF_MS);
    onFallen();
    if (victim === "server") {
      await world.killServer();
      await world.startServer();
    } else {
      const person = victim === "sender" ? alice : bob;
      await person.kill();
      await person.restart();
    }
    onKill(`killed the ${victim} after ${Math.round(100 * share)} %`);
  }
}

/** What a sender tells while it is sealing its file is no part of the way. */
function hears(side: "sender" | "receiver", way: Way): (event: RpcEvent) => void {
  return (event) => {
    if (event.type === "file" && event.state !== "preparing") way.told(side, event.bytes);
  };
}

/** How far the file has come. */
interface Way {
  told(side: "sender" | "receiver", bytes: number): void;
  receiverAt(bytes: number): Promise<void>;
  /** In the middle between what has come up to the server and what has come down. */
  bothAt(bytes: number): Promise<void>;
}

function createWay(): Way {
  const [come, both] = [createProgress(), createProgress()];
  const most = { sender: 0, receiver: 0 };
  return {
    told(side, bytes) {
      const more = Math.max(0, bytes - most[side]);
      most[side] += more;
      if (side === "receiver") come.add(more);
      both.add(more / 2);
    },
    receiverAt: (bytes) => come.reached(bytes),
    bothAt: (bytes) => both.reached(bytes),
  };
}

async function choose(alice: Person, bob: Person, path: "direct" | "relay"): Promise<void> {
  for (const [person, other] of [
    [alice, bob],
    [bob, alice],
  ] as const) {
    const client = await person.client();
    const conversation = await conversationWith(client, other.name);
    await client.call("conversations.setPath", { conversation, path });
    if (path === "relay") continue;
    await client.call("conversations.attend", { conversation });
    await until(client, "a link", async () =>
      (await client.call("conversations.list")).some(({ link }) => link.state === "open"),
    );
  }
}

async function heardOf(person: Person, from: string): Promise<void> {
  const client = await person.client();
  const conversation = await conversationWith(client, from);
  await until(client, "the offer", async () => (await historyOf(client, conversation)).length > 0);
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of createReadStream(path)) hash.update(part as Buffer);
  return hash.digest("hex");
}
