/**
 * PSK-3: what a pre-shared key is for. The attacker has broken public-key cryptography: he holds every private key of a member, and is handed the
 * joiner secret and the init secret of every commit, with the whole transcript. Only what is secret by the key alone is not his.
 */
import type { GroupId } from "@sotto/protocol";
import { idOf, toHex, utf8 } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import { deriveKeySchedule } from "ts-mls/keySchedule.js";
import { createNobleProvider } from "../provider/noble.ts";
import type { CryptoProvider } from "../provider/port.ts";
import { seededRandom } from "../provider/seeded.ts";
import { makeDevice } from "../testing/devices.ts";
import { insiderContext, stateOfPeer } from "../testing/insider.ts";
import type { Peer } from "../testing/peer.ts";
import { NOW_MS, bundleFor, createPeer, intent, joinPeer, receive, send, take } from "../testing/peer.ts";
import type { CommitIntent, KnownPsk, MlsEngine, SuiteId } from "./port.ts";
import { createMlsEngine } from "./tsMls.ts";
import { enterEpoch } from "./tsMlsEpoch.ts";
import { openMessages } from "./tsMlsMessage.ts";
import type { GroupState } from "./tsMlsState.ts";

const NO_BYTES = new Uint8Array();
const devices = createNobleProvider(seededRandom("devices of the compromise"));

/** What the key schedule has passed through: joiner secrets, and what each was mixed with. */
interface Spied {
  readonly joiner: Uint8Array[];
  readonly pskOf: Map<string, Uint8Array>;
}

function spyOn(provider: CryptoProvider): { readonly provider: CryptoProvider; readonly spied: Spied } {
  const spied: Spied = { joiner: [], pskOf: new Map() };
  const label = toHex(utf8("MLS 1.0 joiner"));
  return {
    spied,
    provider: {
      ...provider,
      hkdfExpand(hash, prk, info, length) {
        const output = provider.hkdfExpand(hash, prk, info, length);
        if (toHex(info).includes(label)) spied.joiner.push(output.slice());
        return output;
      },
      hkdfExtract(hash, salt, ikm) {
        spied.pskOf.set(toHex(salt), ikm.slice());
        return provider.hkdfExtract(hash, salt, ikm);
      },
    },
  };
}

/** An epoch of the group, and what was said in it. */
interface Epoch {
  readonly joinerSecret: Uint8Array;
  /** Of the epoch before: what its commit's joiner secret was made of, with the commit secret. */
  readonly initSecret: Uint8Array;
  /** Bob in this epoch, with all his private keys. */
  readonly member: GroupState;
  readonly said: readonly Uint8Array[];
}

interface World {
  readonly spied: Spied;
  readonly engine: MlsEngine;
  readonly suite: SuiteId;
  readonly psks: readonly KnownPsk[];
  /** Alice, who commits, first; then bob, who is spied on. */
  readonly peers: Peer[];
  readonly epochs: Epoch[];
}

/** Alice's group: bob and carol are added, keys renewed, dave joins from outside, carol is removed. */
async function live(suite: SuiteId, psks: readonly KnownPsk[]): Promise<World> {
  const { provider, spied } = spyOn(createNobleProvider(seededRandom("compromise")));
  const engine = createMlsEngine(provider);
  const group = idOf<GroupId>(devices.random(16));
  const alice = await createPeer(engine, await makeDevice(devices), suite, group);
  const world: World = { spied, engine, suite, psks, peers: [alice], epochs: [] };
  await add(world);
  await add(world);
  await commit(world, {});
  await enterFromOutside(world);
  const carol = world.peers.pop() as Peer;
  await commit(world, { remove: [carol.group.ownLeaf] });
  return world;
}

async function add(world: World): Promise<void> {
  const { engine, suite, psks, peers } = world;
  const device = await makeDevice(devices);
  const bundle = await bundleFor(engine, device, suite);
  await commit(world, { add: [bundle.publicBytes] }, async (welcome) => {
    peers.push(await joinPeer(engine, device, suite, welcome, bundle, psks));
  });
}

/** A commit of alice's, and what is said behind it. */
async function commit(
  world: World,
  changes: Partial<CommitIntent>,
  onWelcome?: (welcome: Uint8Array | null) => Promise<void>,
): Promise<void> {
  const [alice, ...others] = world.peers as [Peer, ...Peer[]];
  const initSecret = initSecretOf(alice);
  const made = await alice.engine.commit(alice.group, intent({ ...changes, psks: world.psks }), NOW_MS);
  const joinerSecret = world.spied.joiner.at(-1) as Uint8Array;
  take(alice, made);
  take(alice, await alice.engine.adopt(alice.group, made.pending));
  await follow(others, made.handshake, world.psks);
  await onWelcome?.(made.welcome);
  await speak(world, { joinerSecret, initSecret });
}

async function enterFromOutside(world: World): Promise<void> {
  const { engine, psks, peers, spied } = world;
  const [alice] = peers as [Peer];
  const initSecret = initSecretOf(alice);
  const info = await engine.groupInfo(alice.group, NO_BYTES);
  const intended = { authenticatedData: NO_BYTES, psks };
  const made = await engine.joinExternal(info, await makeDevice(devices), intended, NOW_MS);
  await follow(peers, made.handshake, psks);
  await speak(world, { joinerSecret: spied.joiner.at(-1) as Uint8Array, initSecret });
}

async function follow(
  peers: readonly Peer[],
  handshake: Uint8Array,
  psks: readonly KnownPsk[],
): Promise<void> {
  for (const peer of peers)
    expect(await receive(peer, handshake, NO_BYTES, psks)).toMatchObject({ kind: "applied" });
}

async function speak(
  { peers, epochs }: World,
  secrets: Pick<Epoch, "joinerSecret" | "initSecret">,
): Promise<void> {
  const [alice, bob] = peers as [Peer, Peer];
  epochs.push({ ...secrets, member: stateOfPeer(bob), said: await send(alice, "one", "two") });
}

function initSecretOf(peer: Peer): Uint8Array {
  const { keys } = stateOfPeer(peer);
  if (keys === undefined) throw new Error("not a member");
  return keys.schedule.initSecret;
}

/** How many messages of an epoch are read by who takes `base` for its joiner secret, and `psk` for what the key gives. */
async function readWith({ member, said }: Epoch, base: Uint8Array, psk: Uint8Array): Promise<number> {
  const { impl } = insiderContext.suite(member.suite);
  const { context, tree } = member.current;
  const [schedule, encryptionSecret] = await deriveKeySchedule(base, psk, context, impl.kdf);
  const current = enterEpoch(context, tree, schedule, encryptionSecret);
  const { results } = await openMessages(insiderContext, { ...member, current, past: undefined }, said, null);
  return results.filter(({ kind }) => kind === "message").length;
}

/** With each secret that was handed over in each place of the key schedule. */
async function readByAttacker({ epochs }: World): Promise<number> {
  const handed = epochs.flatMap(({ joinerSecret, initSecret }) => [joinerSecret, initSecret]);
  const zeros = new Uint8Array((handed[0] as Uint8Array).length);
  let read = 0;
  for (const epoch of epochs)
    for (const base of [zeros, ...handed])
      for (const psk of [zeros, ...handed]) read += await readWith(epoch, base, psk);
  return read;
}

describe.each([1, 83] as const)("joiner and init secrets of suite %i in the attacker's hands", (suite) => {
  const key = devices.random(32);
  const psks: readonly KnownPsk[] = [{ id: devices.sha256(key), secret: key, required: true }];

  test("PSK-3: 0 messages are read in a group with a pre-shared key", async () => {
    const world = await live(suite, psks);
    expect(world.epochs).toHaveLength(5);
    expect(await readByAttacker(world)).toBe(0);
  });

  test("control: without one the same attacker reads all of them", async () => {
    expect(await readByAttacker(await live(suite, []))).toBe(5 * 2);
  });

  test("control: with what the key gives all are read, so that it is the key alone that is missing", async () => {
    const { spied, epochs } = await live(suite, psks);
    for (const epoch of epochs) {
      const psk = spied.pskOf.get(toHex(epoch.joinerSecret)) as Uint8Array;
      expect(await readWith(epoch, epoch.joinerSecret, psk)).toBe(2);
    }
  });
});
