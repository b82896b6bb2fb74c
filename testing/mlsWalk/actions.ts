/** The steps of a walk. */
import type { KnownPsk } from "@sotto/crypto";
import { forgeInvalidCommit, makeDevice, prepare, take } from "@sotto/crypto/testing";
import { utf8 } from "@sotto/protocol";
import { noteSent } from "./generations.ts";
import type { Joiner } from "./handshakes.ts";
import {
  askToLeave,
  commit,
  joinExternally,
  makeJoiner,
  prepareCommit,
  processAt,
  refuseAll,
  restartDevice,
  skipAll,
  win,
  wordsOf,
} from "./handshakes.ts";
import { deliverSome, sendBurst } from "./messages.ts";
import type { Device, World } from "./world.ts";
import { check, count, pickMember, placeOf, shuffled } from "./world.ts";

export interface Action {
  readonly name: string;
  /** Chances in proportion; 0: not now. */
  readonly weight: (world: World) => number;
  readonly run: (world: World) => Promise<void>;
}

const room = (world: World): number => world.maxMembers - world.members.length;
const atLeast = (world: World, members: number, weight: number): number =>
  world.members.length >= members ? weight : 0;
/** Those whose commit counts: whoever asked to leave makes none. */
const committerOf = (world: World, except: readonly Device[] = []): Device =>
  pickMember(world, [...world.leaving, ...except]);
/** While somebody leaves, the next commit is what all wait for. */
const canCommit = (world: World, spare = 0): boolean => world.members.length - world.leaving.length > spare;

export const ACTIONS: readonly Action[] = [
  { name: "messages", weight: () => 24, run: exchange },
  { name: "add", weight: (world) => (room(world) > 0 && canCommit(world) ? 14 : 0), run: add },
  { name: "remove", weight: (world) => (canCommit(world, 2) ? world.members.length / 3 : 0), run: remove },
  {
    name: "update",
    weight: (world) => (canCommit(world) ? 8 : 0),
    run: (world) => commit(world, committerOf(world)),
  },
  { name: "external join: new device", weight: (world) => (room(world) > 0 ? 4 : 0), run: externalNew },
  {
    name: "external join: former member's device",
    weight: (world) => (room(world) > 0 && world.former.length > 0 ? 4 : 0),
    run: externalFormer,
  },
  { name: "external join: lost state", weight: (world) => atLeast(world, 2, 4), run: externalLost },
  { name: "leave", weight: (world) => (canCommit(world, 2) ? 5 : 0), run: leave },
  { name: "pre-shared key: known", weight: (world) => (canCommit(world) ? 4 : 0), run: pskKnown },
  {
    name: "pre-shared key: missing at one",
    weight: (world) => (canCommit(world, 2) ? 3 : 0),
    run: pskMissing,
  },
  { name: "two commits at once", weight: (world) => (canCommit(world, 2) ? 8 : 0), run: concurrent },
  { name: "invalid commit", weight: (world) => (canCommit(world, 1) ? 6 : 0), run: invalid },
  {
    name: "commit that all skip",
    weight: (world) => (canCommit(world, 1) ? 4 : 0),
    run: skipped,
  },
  { name: "restart", weight: () => 2, run: (world) => restartDevice(world, pickMember(world)) },
  { name: "past epoch forgotten", weight: () => 2, run: forgetPast },
];

/** Bursts of some, deliveries to some. */
export async function exchange(world: World): Promise<void> {
  const { random } = world;
  for (let senders = random.between(1, 3); senders > 0; senders--) {
    await sendBurst(world, pickMember(world));
    for (const device of shuffled(world, world.members).slice(0, random.between(1, 8))) {
      if (random.chance(0.1)) await restartDevice(world, device);
      await deliverSome(world, device);
    }
  }
}

async function joinersFor(world: World, most: number): Promise<readonly Joiner[]> {
  const joiners: Joiner[] = [];
  const back = shuffled(world, world.former).filter(() => world.random.chance(0.3));
  for (let number = Math.min(most, room(world)); number > 0; number--)
    joiners.push(await makeJoiner(world, back[number]));
  return joiners;
}

async function add(world: World): Promise<void> {
  const joiners = await joinersFor(world, world.random.between(1, 3));
  const old = world.members[0]?.inbox.at(-1);
  const psks = somePsks(world, 0.2);
  await commit(world, committerOf(world), { joiners, psks });
  const joined = world.members.at(-1);
  // What was sent before is not for those who come after.
  if (old !== undefined && joined !== undefined) {
    const { results } = await joined.peer.engine.decrypt(joined.peer.group, [old.ciphertext]);
    check(results[0]?.kind === "failed", () => `${joined.name} reads what was sent before it joined`);
  }
}

async function remove(world: World): Promise<void> {
  const committer = committerOf(world);
  const number = world.random.between(1, Math.min(2, world.members.length - 2));
  const out = shuffled(world, world.members)
    .filter((device) => device !== committer && !world.leaving.includes(device))
    .slice(0, number);
  const joiners = world.random.chance(0.2) ? await joinersFor(world, 1) : [];
  await commit(world, committer, { joiners, remove: out.map(({ peer }) => peer.group.ownLeaf) });
  check(
    out.every((device) => world.former.includes(device)),
    () => "a removed device is still a member",
  );
}

async function externalNew(world: World): Promise<void> {
  await joinExternally(world, await makeDevice(world.provider), undefined, somePsks(world, 0.3));
}

async function externalFormer(world: World): Promise<void> {
  const device = world.random.pick(world.former);
  await joinExternally(world, device.identity, device, somePsks(world, 0.3));
}

async function externalLost(world: World): Promise<void> {
  const device = pickMember(world);
  await joinExternally(world, device.identity, device, somePsks(world, 0.3));
}

/** A request, now and then two, messages in between, and the commit of another; or the asking device changes its mind by no means. */
async function leave(world: World): Promise<void> {
  const leaver = pickMember(world, world.leaving);
  await askToLeave(world, leaver);
  const another = world.random.chance(0.2) && canCommit(world, 2);
  if (another) await askToLeave(world, pickMember(world, world.leaving));
  if (world.random.chance(0.5)) await exchange(world);
  if (world.random.chance(0.1)) return externalNewOrNothing(world);
  const leavers = world.leaving;
  await commit(world, committerOf(world));
  check(
    leavers.every((device) => world.former.includes(device)),
    () => "a leaver is still a member",
  );
}

/** An external commit ends the epoch without the request. */
async function externalNewOrNothing(world: World): Promise<void> {
  if (room(world) > 0) await externalNew(world);
}

/** One of the keys that all hold, now and then. */
function somePsks(world: World, chance: number): readonly KnownPsk[] {
  return world.psks.length > 0 && world.random.chance(chance) ? [world.random.pick(world.psks)] : [];
}

async function forgetPast(world: World): Promise<void> {
  const device = pickMember(world);
  take(device.peer, await device.peer.engine.forgetPast(device.peer.group));
  device.past = null;
}

function newPsk(world: World): KnownPsk {
  return { id: world.provider.random(16), secret: world.provider.random(32) };
}

async function pskKnown(world: World): Promise<void> {
  if (world.psks.length === 0 || world.random.chance(0.4))
    world.psks = [...world.psks, newPsk(world)].slice(-5);
  const psks = shuffled(world, world.psks).slice(0, world.random.between(1, 2));
  await commit(world, committerOf(world), { psks });
}

/** One device lacks the secret: it is undecided, its state as before, and it comes back by itself. */
async function pskMissing(world: World): Promise<void> {
  const psk = newPsk(world);
  const lacking = pickMember(world, world.leaving);
  const committer = committerOf(world, [lacking]);
  world.psks = [...world.psks, psk].slice(-5);
  const prepared = await prepareCommit(world, committer, { psks: [psk] });
  const { engine, group } = lacking.peer;
  const known = world.psks.map((one) => (one === psk ? { ...one, secret: null } : one));
  const expected = { authenticatedData: placeOf(world), psks: known };
  const outcome = await engine.process(group, prepared.result.handshake, expected);
  check(outcome.kind === "undecided", () => `${lacking.name}: ${wordsOf(outcome)}, not undecided`);
  await win(world, prepared, [lacking]);
  await joinExternally(world, lacking.identity, lacking);
}

/** Two commits for one place. One wins; the other's sender processes it, cannot adopt its own any more, and tries again. */
async function concurrent(world: World): Promise<void> {
  const first = committerOf(world);
  const second = committerOf(world, [first]);
  const joiners = room(world) > 0 && world.random.chance(0.5) ? await joinersFor(world, 1) : [];
  const plans = world.random.chance(0.5) ? [{ joiners }, {}] : [{}, { joiners }];
  const loser = await prepareCommit(world, second, plans[1] ?? {});
  // Loses several times now and then: each try is another generation.
  for (let tries = world.random.between(0, 2); tries > 0; tries--) await prepareCommit(world, second, {});
  const winner = await prepareCommit(world, first, plans[0] ?? {});
  await win(world, winner);
  const { engine, group } = second.peer;
  if (!world.members.includes(second)) return;
  const late = await engine.adopt(group, loser.result.pending).catch(() => undefined);
  check(late === undefined, () => `${second.name} adopts a commit that has lost`);
  const witness = pickMember(world, [second]);
  const outcome = await processAt(world, witness, loser.result.handshake);
  check(outcome.kind === "refused", () => `${witness.name}: a commit that has lost is ${wordsOf(outcome)}`);
  const again = loser.plan.joiners ?? [];
  await commit(world, second, { joiners: again.slice(0, room(world)) });
  count(world, "lost commits");
}

/** A commit that is right and that nobody enters; what it does is drawn as for one that counts. */
async function skipped(world: World): Promise<void> {
  const committer = committerOf(world);
  const others = world.members.filter((device) => device !== committer && !world.leaving.includes(device));
  const out = world.random.chance(0.5) ? others.slice(0, 1) : [];
  const joiners = world.random.chance(0.5) ? await joinersFor(world, 1) : [];
  const remove = out.map(({ peer }) => peer.group.ownLeaf);
  const psks = somePsks(world, 0.3);
  await skipAll(world, await prepareCommit(world, committer, { joiners, remove, psks }));
}

/** A member breaks the rules: all refuse alike, and the group goes on. Its ratchet moves on as if it had sent an honest commit. */
async function invalid(world: World): Promise<void> {
  const insider = committerOf(world);
  const { name, handshake } = await forgeInvalidCommit(insider.peer, placeOf(world), (below) =>
    world.random.between(0, below - 1),
  );
  const before = new Map(insider.peer.parts);
  await prepare(insider.peer, { authenticatedData: utf8("never sent") });
  await noteSent(world, insider.peer, before, [handshake]);
  await refuseAll(world, handshake, insider);
  count(world, `invalid commit: ${name}`);
}
