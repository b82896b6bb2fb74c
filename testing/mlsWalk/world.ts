/** A conversation in a walk: its devices, the order of its handshakes, and what was counted. */
import type { DeviceIdentity, KnownPsk, SuiteId, Transition } from "@sotto/crypto";
import { createMlsEngine } from "@sotto/crypto";
import type { CryptoProvider } from "@sotto/crypto";
import type { Peer } from "@sotto/crypto/testing";
import { createPeer, makeDevice, seededRandom, take } from "@sotto/crypto/testing";
import type { GroupId } from "@sotto/protocol";
import { idOf, utf8 } from "@sotto/protocol";
import { createNodeCryptoProvider } from "sotto/node";
import type { Random } from "../sim/random.ts";
import { createRandom } from "../sim/random.ts";
import type { Mutant } from "./mutants.ts";
import { NO_MUTANT } from "./mutants.ts";

/** An application message, and what its sender meant. */
export interface Sent {
  readonly text: string;
  readonly data: string;
  readonly sender: Device;
  readonly leaf: number;
  readonly epoch: number;
  /** What it was encrypted with, hexadecimal. */
  readonly key: string;
  readonly ciphertext: Uint8Array;
}

/** A device, with the group as it knows it. A device that comes back has a new `peer`. */
export interface Device {
  readonly name: string;
  readonly identity: DeviceIdentity;
  peer: Peer;
  /** The epoch before the current one, if the device still reads it. */
  past: number | null;
  /** On their way to it. */
  inbox: Sent[];
  readonly shown: Set<Sent>;
  /** Records as they were before the commit that removed it: what a device that was never told has. */
  stale: ReadonlyMap<string, Uint8Array> | undefined;
}

export interface World {
  readonly suite: SuiteId;
  readonly random: Random;
  readonly provider: CryptoProvider;
  readonly maxMembers: number;
  readonly mutant: Mutant;
  members: Device[];
  /** Removed, or left. */
  former: Device[];
  /** Asked to leave in this epoch. */
  leaving: Device[];
  /** Handshakes so far, refused ones included. */
  index: number;
  psks: readonly KnownPsk[];
  /** Of the current epoch. */
  appData: Uint8Array;
  /** (epoch, leaf, kind, generation) of everything that was ever sent. */
  readonly generations: Set<string>;
  readonly counts: Map<string, number>;
  largest: number;
  devices: number;
  sent: number;
}

export interface WorldOptions {
  readonly seed: number;
  readonly suite: SuiteId;
  readonly maxMembers: number;
  readonly mutant?: Mutant;
}

/** A conversation of one. The same options give the same walk. */
export async function createWorld(options: WorldOptions): Promise<World> {
  const { seed, suite, maxMembers, mutant = NO_MUTANT } = options;
  const label = `walk ${suite}`;
  const provider = createNodeCryptoProvider({ random: seededRandom(`${label} ${seed}`) });
  const world: World = {
    suite,
    random: createRandom(seed, label),
    provider,
    maxMembers,
    mutant,
    members: [],
    former: [],
    leaving: [],
    index: 0,
    psks: [],
    appData: utf8("app data of the start"),
    generations: new Set(),
    counts: new Map(),
    largest: 1,
    devices: 0,
    sent: 0,
  };
  const identity = await makeDevice(provider);
  const id = idOf<GroupId>(provider.random(16));
  const creator = await createPeer(createMlsEngine(provider), identity, suite, id, world.appData);
  world.members.push(deviceOf(world, identity, creator));
  return world;
}

/** A device that has just entered a group; with a transition also its records. */
export function deviceOf(world: World, identity: DeviceIdentity, peer: Peer): Device {
  const name = `device ${world.devices++}`;
  return { name, identity, peer, past: null, inbox: [], shown: new Set(), stale: undefined };
}

/** The group that a device has entered, by whatever way, with an engine of its own. */
export function peerOf(
  world: World,
  identity: DeviceIdentity,
  entered: Transition,
  engine: Peer["engine"],
): Peer {
  const peer: Peer = { engine, device: identity, suite: world.suite, parts: new Map(), group: entered.group };
  take(peer, entered);
  return peer;
}

export function count(world: World, name: string, by = 1): void {
  world.counts.set(name, (world.counts.get(name) ?? 0) + by);
}

/** What the next handshake has to say of its place in the order. */
export function placeOf(world: World): Uint8Array {
  return utf8(`handshake ${world.index}`);
}

/** Members in random order. */
export function shuffled<T>(world: World, items: readonly T[]): readonly T[] {
  const rest = [...items];
  return Array.from({ length: rest.length }, () => {
    const [item] = rest.splice(world.random.between(0, rest.length - 1), 1);
    return item as T;
  });
}

/** Any member but these. */
export function pickMember(world: World, except: readonly Device[] = []): Device {
  return world.random.pick(world.members.filter((device) => !except.includes(device)));
}

/** Throws with what is wrong. */
export function check(holds: boolean, wrong: () => string): void {
  if (!holds) throw new Error(wrong());
}
