/** A small group with a past, and valid objects of each kind that its members and joiners take. */
import type { GroupId } from "@sotto/protocol";
import { idOf } from "@sotto/protocol";
import type { CryptoProvider, MlsEngine, SuiteId } from "@sotto/crypto";
import { createMlsEngine } from "@sotto/crypto";
import type { Dice, Peer } from "@sotto/crypto/testing";
import {
  addPeer,
  alteredCommit,
  bundleFor,
  commitAll,
  createPeer,
  makeDevice,
  prepare,
  seededRandom,
  send,
  welcomeWithAlteredInfo,
} from "@sotto/crypto/testing";
import { createNodeCryptoProvider } from "sotto/node";
import type { Entrance } from "./entrances.ts";
import {
  addEntrance,
  handshakeEntrance,
  keyPackageEntrance,
  messageEntrance,
  sharedEntrance,
  welcomeEntrance,
} from "./entrances.ts";
import type { Meter } from "./timing.ts";

export interface Sample {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Names of the entrances that it is meant for. */
  readonly entrances: readonly string[];
}

/** A member that signs what it altered. */
export interface Insider {
  readonly name: string;
  readonly entrance: string;
  /** `undefined` if the altered value has no encoding. */
  readonly make: (dice: Dice) => Promise<Uint8Array | undefined>;
}

export interface EngineWorld {
  readonly samples: readonly Sample[];
  readonly insiders: readonly Insider[];
  readonly entrances: Readonly<Record<string, Entrance>>;
}

/** The same seed gives the same group. Each call of an entrance is measured by itself; `alterProvider` plants a fault. */
export async function createEngineWorld(
  seed: string,
  suite: SuiteId,
  meter: Meter,
  alterProvider: (provider: CryptoProvider) => CryptoProvider = (provider) => provider,
): Promise<EngineWorld> {
  const provider = alterProvider(createNodeCryptoProvider({ random: seededRandom(seed) }));
  const engine = createMlsEngine(provider);
  const newDevice = (): ReturnType<typeof makeDevice> => makeDevice(provider);
  const newGroup = async (): Promise<Peer> =>
    createPeer(engine, await newDevice(), suite, idOf<GroupId>(provider.random(16)));
  const join = async (members: readonly Peer[]): Promise<Peer> => addPeer(members, await newDevice());

  const alice = await newGroup();
  const bob = await join([alice]);
  const carol = await join([bob, alice]);
  const dave = await join([alice, bob, carol]);
  const erin = await join([dave, alice, bob, carol]);
  // Leaves a blank leaf and, with the next, an unmerged one behind.
  await commitAll(carol, [alice, bob, erin], { remove: [dave.group.ownLeaf] });
  const frank = await join([alice, bob, carol, erin]);
  const past = await send(alice, "of the epoch before");
  await commitAll(frank, [alice, bob, carol, erin]);
  const foreign = await join([await newGroup()]);

  const joiner = await newDevice();
  const bundle = await bundleFor(engine, joiner, suite);
  const other = await bundleFor(engine, await newDevice(), suite);
  const add = [bundle.publicBytes];
  const remove = [frank.group.ownLeaf];
  const commits = {
    update: await prepare(carol),
    remove: await prepare(erin, { remove }),
    "add one": await prepare(alice, { add }),
    "add two": await prepare(alice, { add: [other.publicBytes, ...add] }),
  };
  const welcomes = [commits["add one"].welcome, commits["add two"].welcome].map(bytesOf);
  const messages = await send(alice, "first", "second", "third", "x".repeat(700));
  const [fromElsewhere] = await send(foreign, "hello");

  const metered = meteredEngine(engine, meter);
  const forMessages = ["message of bob"];
  const forHandshakes = ["handshake of bob", "handshake of frank"];
  return {
    samples: [
      ...[bundle, other].map(({ publicBytes }) => ({
        name: "key package",
        bytes: publicBytes,
        entrances: ["key package", "add"],
      })),
      ...welcomes.map((bytes) => ({ name: "Welcome", bytes, entrances: ["Welcome"] })),
      ...Object.entries(commits).map(([name, { handshake }]) => ({
        name: `commit: ${name}`,
        bytes: handshake,
        entrances: forHandshakes,
      })),
      ...[...messages, ...past, bytesOf(fromElsewhere)].map((bytes) => ({
        name: "message",
        bytes,
        entrances: forMessages,
      })),
      {
        name: "commit: another group",
        bytes: (await prepare(foreign)).handshake,
        entrances: forHandshakes,
      },
    ],
    insiders: [
      ...[
        { add: [], remove: [] },
        { add, remove: [] },
        { add: [], remove },
      ].map((plan) => ({
        name: "insider's commit",
        entrance: "handshake of all",
        make: (dice: Dice) => alteredCommit(alice, plan, dice),
      })),
      {
        name: "insider's group info",
        entrance: "insider's Welcome",
        make: (dice) => welcomeWithAlteredInfo(alice, welcomes[0] as Uint8Array, bundle, dice),
      },
    ],
    entrances: {
      "key package": keyPackageEntrance(metered),
      add: addEntrance(metered, alice.group),
      Welcome: await welcomeEntrance(metered, welcomes, bundle, joiner, false),
      "insider's Welcome": await welcomeEntrance(metered, welcomes, bundle, joiner, true),
      "handshake of bob": handshakeEntrance(metered, bob.group),
      "handshake of frank": handshakeEntrance(metered, frank.group),
      "handshake of all": sharedEntrance(
        metered,
        [bob, carol, erin, frank].map(({ group }) => group),
      ),
      "message of bob": messageEntrance(metered, bob.group),
    },
  };
}

/** The engine with those of its calls measured that take foreign bytes. */
function meteredEngine(engine: MlsEngine, meter: Meter): MlsEngine {
  return {
    ...engine,
    inspectKeyPackage: (...given) => meter.run(() => engine.inspectKeyPackage(...given)),
    commit: (...given) => meter.run(() => engine.commit(...given)),
    process: (...given) => meter.run(() => engine.process(...given)),
    join: (...given) => meter.run(() => engine.join(...given)),
    decrypt: (...given) => meter.run(() => engine.decrypt(...given)),
  };
}

function bytesOf(bytes: Uint8Array | null | undefined): Uint8Array {
  if (bytes == null) throw new Error("the engine gave no bytes");
  return bytes;
}
