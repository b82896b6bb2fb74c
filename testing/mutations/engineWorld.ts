/** A small group with a past, and valid objects of each kind that its members and joiners take. */
import type { GroupId } from "@sotto/protocol";
import { idOf, utf8 } from "@sotto/protocol";
import type {
  CryptoProvider,
  DeviceIdentity,
  KeyPackageBundle,
  KnownPsk,
  MlsEngine,
  SuiteId,
} from "@sotto/crypto";
import { createMlsEngine } from "@sotto/crypto";
import type { Dice, Peer } from "@sotto/crypto/testing";
import {
  addPeer,
  alteredCommit,
  bundleFor,
  commitAll,
  createPeer,
  makeDevice,
  NOW_MS,
  prepare,
  seededRandom,
  send,
  welcomeWithAlteredInfo,
  welcomeWithAlteredSecret,
} from "@sotto/crypto/testing";
import { createNodeCryptoProvider } from "sotto/node";
import type { Entrance } from "./entrances.ts";
import {
  addEntrance,
  externalEntrance,
  groupInfoEntrance,
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
  const cast = await createCast(provider, suite);
  const objects = await objectsOf(cast);
  return {
    samples: samplesOf(objects),
    insiders: insidersOf(cast, objects),
    entrances: await entrancesOf(meteredEngine(cast.engine, meter), cast, objects),
  };
}

interface Cast {
  readonly engine: MlsEngine;
  readonly alice: Peer;
  readonly bob: Peer;
  readonly carol: Peer;
  readonly erin: Peer;
  readonly frank: Peer;
  /** A member of another group. */
  readonly stranger: Peer;
  readonly joiner: DeviceIdentity;
  /** The joiner's, and another device's. */
  readonly bundle: KeyPackageBundle;
  readonly other: KeyPackageBundle;
  readonly psks: readonly KnownPsk[];
  /** Of the epoch before. */
  readonly past: readonly Uint8Array[];
}

async function createCast(provider: CryptoProvider, suite: SuiteId): Promise<Cast> {
  const engine = createMlsEngine(provider);
  const newDevice = (): Promise<DeviceIdentity> => makeDevice(provider);
  const newGroup = async (): Promise<Peer> =>
    createPeer(engine, await newDevice(), suite, idOf<GroupId>(provider.random(16)), utf8("app data"));
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
  const joiner = await newDevice();
  return {
    engine,
    alice,
    bob,
    carol,
    erin,
    frank,
    past,
    joiner,
    stranger: await join([await newGroup()]),
    bundle: await bundleFor(engine, joiner, suite),
    other: await bundleFor(engine, await newDevice(), suite),
    psks: [{ id: utf8("agreed"), secret: provider.random(32) }],
  };
}

/** What honest devices make in one epoch; none of it has been taken by anyone. */
interface Objects {
  readonly keyPackages: readonly Uint8Array[];
  readonly commits: Readonly<Record<string, Uint8Array>>;
  readonly welcomes: readonly [Uint8Array, ...Uint8Array[]];
  readonly messages: readonly Uint8Array[];
  readonly groupInfo: Uint8Array;
}

async function objectsOf(cast: Cast): Promise<Objects> {
  const { engine, alice, carol, erin, frank, stranger, joiner, bundle, other, psks } = cast;
  const nothing = { authenticatedData: new Uint8Array() };
  const add = [bundle.publicBytes];
  const adding = [
    await prepare(alice, { add }),
    await prepare(alice, { add: [other.publicBytes, ...add] }),
    await prepare(carol, { add, psks }),
  ] as const;
  const groupInfo = await engine.groupInfo(erin.group, utf8("for who comes"));
  const external = await engine.joinExternal(groupInfo, joiner, { ...nothing, psks }, NOW_MS);
  const back = await engine.joinExternal(groupInfo, erin.device, nothing, NOW_MS);
  const messages = await send(alice, "first", "second", "third", "x".repeat(700));
  return {
    keyPackages: [bundle.publicBytes, other.publicBytes],
    commits: {
      "commit: update": (await prepare(carol)).handshake,
      "commit: remove": (await prepare(erin, { remove: [frank.group.ownLeaf] })).handshake,
      "commit: add one": adding[0].handshake,
      "commit: add two": adding[1].handshake,
      "commit: pre-shared key": adding[2].handshake,
      "commit: app data": (await prepare(carol, { appData: utf8("other app data") })).handshake,
      "commit: another group": (await prepare(stranger)).handshake,
      "external commit: new device": external.handshake,
      "external commit: former member": back.handshake,
      "request to leave": (await engine.leave(erin.group, new Uint8Array())).handshake,
    },
    welcomes: [bytesOf(adding[0].welcome), bytesOf(adding[1].welcome), bytesOf(adding[2].welcome)],
    messages: [...messages, ...cast.past, ...(await send(stranger, "hello"))],
    groupInfo,
  };
}

function samplesOf({ keyPackages, commits, welcomes, messages, groupInfo }: Objects): readonly Sample[] {
  const all = (
    name: string,
    list: readonly Uint8Array[],
    ...entrances: readonly string[]
  ): readonly Sample[] => list.map((bytes) => ({ name, bytes, entrances }));
  const atMembers = ["handshake of bob", "handshake of frank", "handshake of all"];
  return [
    ...all("key package", keyPackages, "key package", "add"),
    ...all("Welcome", welcomes, "Welcome"),
    ...all("message", messages, "message of bob"),
    ...all("group info", [groupInfo], "group info", "external join"),
    ...Object.entries(commits).map(([name, bytes]) => ({ name, bytes, entrances: atMembers })),
  ];
}

function insidersOf({ alice, frank, bundle }: Cast, { welcomes }: Objects): readonly Insider[] {
  const [welcome] = welcomes;
  const add = [bundle.publicBytes];
  const remove = [frank.group.ownLeaf];
  const appData = utf8("other app data");
  return [
    ...[
      { add: [], remove: [] },
      { add, remove: [] },
      { add: [], remove },
      { add: [], remove: [], appData },
      { add, remove, appData },
    ].map((plan) => ({
      name: "insider's commit",
      entrance: "insider's handshake",
      make: (dice: Dice) => alteredCommit(alice, plan, dice),
    })),
    {
      name: "insider's group info",
      entrance: "insider's Welcome",
      make: (dice) => welcomeWithAlteredInfo(alice, welcome, bundle, dice),
    },
    {
      name: "insider's path secret",
      entrance: "path secret",
      make: (dice) => welcomeWithAlteredSecret(alice, welcome, bundle, dice),
    },
  ];
}

async function entrancesOf(
  engine: MlsEngine,
  { alice, bob, carol, erin, frank, joiner, bundle, psks }: Cast,
  { welcomes }: Objects,
): Promise<Readonly<Record<string, Entrance>>> {
  const others = [bob, carol, erin, frank].map(({ group }) => group);
  return {
    "key package": keyPackageEntrance(engine),
    add: addEntrance(engine, alice.group),
    Welcome: await welcomeEntrance(engine, welcomes, bundle, joiner, false, psks),
    "insider's Welcome": await welcomeEntrance(engine, welcomes, bundle, joiner, true, psks),
    // The honest group must not be entered with a secret that is not its path's.
    "path secret": await welcomeEntrance(engine, [], bundle, joiner, true, psks),
    "group info": groupInfoEntrance(engine),
    "external join": externalEntrance(engine, joiner),
    "handshake of bob": handshakeEntrance(engine, bob.group, psks),
    "handshake of frank": handshakeEntrance(engine, frank.group, psks),
    "handshake of all": sharedEntrance(engine, others, false),
    "insider's handshake": sharedEntrance(engine, others, true),
    "message of bob": messageEntrance(engine, bob.group),
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
    inspectGroupInfo: (...given) => meter.run(() => engine.inspectGroupInfo(...given)),
    joinExternal: (...given) => meter.run(() => engine.joinExternal(...given)),
    decrypt: (...given) => meter.run(() => engine.decrypt(...given)),
  };
}

function bytesOf(bytes: Uint8Array | null | undefined): Uint8Array {
  if (bytes == null) throw new Error("the engine gave no bytes");
  return bytes;
}
