/** Commits and requests that get their place in the order, and what every member makes of them. */
import type {
  CommitIntent,
  CommitResult,
  EpochChange,
  HandshakeOutcome,
  KeyPackageBundle,
  KnownPsk,
  Transition,
} from "@sotto/crypto";
import { createMlsEngine } from "@sotto/crypto";
import { bundleFor, makeDevice, NOW_MS, take } from "@sotto/crypto/testing";
import type { DeviceIdentity } from "@sotto/crypto";
import { bytesEqual, utf8 } from "@sotto/protocol";
import { checkAppData, checkGone } from "./checks.ts";
import type { UsedKey } from "./generations.ts";
import { noteSent } from "./generations.ts";
import type { Device, World } from "./world.ts";
import { check, count, deviceOf, peerOf, pickMember, placeOf, shuffled } from "./world.ts";

/** Who is to be added, and with what. */
export interface Joiner {
  readonly identity: DeviceIdentity;
  readonly bundle: KeyPackageBundle;
  readonly engine: Device["peer"]["engine"];
  /** The same device as it was in the group before. */
  readonly former: Device | undefined;
}

export interface Plan {
  readonly joiners?: readonly Joiner[];
  readonly remove?: readonly number[];
  readonly psks?: CommitIntent["psks"];
  /** Given or not, a commit replaces it now and then. */
  readonly appData?: Uint8Array;
}

export interface Prepared {
  readonly committer: Device;
  readonly plan: Plan;
  readonly joinerInfo: Uint8Array;
  readonly result: CommitResult;
  /** The key of the handshake. */
  readonly used: readonly UsedKey[];
}

/** A device that may join: a new one, or one that was a member. */
export async function makeJoiner(world: World, former?: Device): Promise<Joiner> {
  const engine = createMlsEngine(world.provider);
  const identity = former?.identity ?? (await makeDevice(world.provider));
  return { identity, engine, former, bundle: await bundleFor(engine, identity, world.suite) };
}

/** A commit for the next place, its ratchet stored. */
export async function prepareCommit(world: World, committer: Device, given: Plan): Promise<Prepared> {
  const { peer } = committer;
  const plan = withAppData(world, given);
  const joinerInfo = utf8(`for those of ${world.index}`);
  const { joiners = [], remove = [], psks, appData } = plan;
  const result = await peer.engine.commit(
    peer.group,
    {
      add: joiners.map(({ bundle }) => bundle.publicBytes),
      remove,
      authenticatedData: placeOf(world),
      joinerInfo,
      ...(psks && { psks }),
      ...(appData && { appData }),
    },
    NOW_MS,
  );
  const before = new Map(peer.parts);
  if (!world.mutant.forgetsLostCommit) take(peer, result);
  const used = await noteSent(world, peer, before, [result.handshake]);
  return { committer, plan, joinerInfo, result, used };
}

function withAppData(world: World, plan: Plan): Plan {
  if (!world.random.chance(0.3)) return plan;
  count(world, "commits with app data");
  return { ...plan, appData: world.provider.random(world.random.between(0, 300)) };
}

/** The commit wins: its sender and everyone else enter the epoch, and those that it adds join. `except` are told elsewhere. */
export async function win(world: World, prepared: Prepared, except: readonly Device[] = []): Promise<void> {
  const { committer, result } = prepared;
  if (world.random.chance(0.2)) await restartDevice(world, committer);
  const { engine, group } = committer.peer;
  world.appData = prepared.plan.appData ?? world.appData;
  const adopted = await engine.adopt(group, result.pending);
  enter(committer, adopted, adopted.change);
  await announce(world, result.handshake, adopted.change, [committer, ...except], prepared.used);
  await joinByWelcome(world, prepared);
}

/** Prepared by the committer and winning at once. */
export async function commit(world: World, committer: Device, plan: Plan = {}): Promise<void> {
  await win(world, await prepareCommit(world, committer, plan));
}

/** A device lets itself in, and the members let it: a new one, a former one, or one that has lost its state. */
export async function joinExternally(
  world: World,
  identity: DeviceIdentity,
  known: Device | undefined,
  psks: readonly KnownPsk[] = [],
): Promise<Device> {
  const inside = pickMember(world, known === undefined ? [] : [known]);
  const groupInfo = await inside.peer.engine.groupInfo(inside.peer.group, utf8("group info"));
  const engine = createMlsEngine(world.provider);
  const inspected = await engine.inspectGroupInfo(groupInfo);
  check(inspected.epoch === inside.peer.group.epoch, () => "the group info is of another epoch");
  checkAppData(world, "the group info", inspected.appData);
  const intent = { authenticatedData: placeOf(world), psks };
  const external = await engine.joinExternal(groupInfo, identity, intent, NOW_MS);
  const adopted = await engine.adoptExternal(external.pending);
  const peer = peerOf(world, identity, adopted, engine);
  const wasMember = known !== undefined && world.members.includes(known);
  const others = wasMember ? [known] : [];
  await announce(world, external.handshake, adopted.change, others, []);
  return welcomeBack(world, identity, peer, known);
}

/** What the others make of a handshake in its place: they enter its epoch. */
async function announce(
  world: World,
  handshake: Uint8Array,
  change: EpochChange,
  except: readonly Device[],
  used: readonly UsedKey[],
): Promise<void> {
  await checkStale(world, handshake);
  const skipped = world.mutant.skipsMember ? world.members.at(-1) : undefined;
  for (const device of shuffled(world, world.members)) {
    if (except.includes(device) || device === skipped) continue;
    const before = new Map(device.peer.parts);
    const outcome = await processAt(world, device, handshake);
    if (outcome.kind !== "applied") throw new Error(`${device.name}: ${wordsOf(outcome)}, not applied`);
    check(namesOf(outcome.change) === namesOf(change), () => `${device.name}: another change`);
    enter(device, outcome, outcome.change);
    checkAppData(world, device.name, outcome.group.appData);
    if (!device.peer.group.active) device.stale = before;
  }
  world.former.push(...world.members.filter(({ peer }) => !peer.group.active));
  world.members = world.members.filter(({ peer }) => peer.group.active);
  const untold = skipped === undefined ? except : [...except, skipped];
  for (const { name, peer } of someOf(world, untold)) checkGone(world, name, peer.parts, used);
  world.leaving = [];
  world.index++;
}

/** A member's verdict on a handshake in the next place. Nothing is stored. */
export function processAt(world: World, { peer }: Device, handshake: Uint8Array): Promise<HandshakeOutcome> {
  return peer.engine.process(peer.group, handshake, { authenticatedData: placeOf(world), psks: world.psks });
}

/** A request to leave gets its place: noted by all, changing nothing else. */
export async function askToLeave(world: World, leaver: Device): Promise<void> {
  const { peer } = leaver;
  const { handshake, pending, ...sent } = await peer.engine.leave(peer.group, placeOf(world));
  const before = new Map(peer.parts);
  take(peer, sent);
  const used = await noteSent(world, peer, before, [handshake]);
  if (world.random.chance(0.3)) await restartDevice(world, leaver);
  take(peer, await peer.engine.adopt(peer.group, pending));
  const others = shuffled(world, world.members).filter((device) => device !== leaver);
  const told = world.mutant.hidesLeave ? others.slice(1) : others;
  for (const device of told) {
    const outcome = await processAt(world, device, handshake);
    if (outcome.kind !== "proposed") throw new Error(`${device.name}: ${wordsOf(outcome)}, not proposed`);
    take(device.peer, outcome);
  }
  for (const { name, peer: one } of told.slice(0, 2)) checkGone(world, name, one.parts, used);
  world.leaving.push(leaver);
  world.index++;
}

/** A handshake that every member refuses, for its own fault; its place is used up. */
export async function refuseAll(world: World, handshake: Uint8Array, sender: Device): Promise<void> {
  for (const device of shuffled(world, world.members)) {
    if (device === sender) continue;
    const outcome = await processAt(world, device, handshake);
    if (outcome.kind !== "refused") throw new Error(`${device.name}: ${wordsOf(outcome)}, not refused`);
    take(device.peer, outcome);
  }
  world.index++;
}

/** All find the commit right and none enters it, its sender no more than they, as when its sender may not do what it does. Its place is used up. */
export async function skipAll(world: World, { committer, result, used }: Prepared): Promise<void> {
  for (const device of shuffled(world, world.members)) {
    if (device === committer) continue;
    const outcome = await processAt(world, device, result.handshake);
    if (outcome.kind !== "applied") throw new Error(`${device.name}: ${wordsOf(outcome)}, not applied`);
    take(device.peer, outcome.without);
  }
  for (const { name, peer } of someOf(world, [committer])) checkGone(world, name, peer.parts, used);
  world.index++;
}

/** Whoever was removed and never told does not come further with what members get. */
async function checkStale(world: World, handshake: Uint8Array): Promise<void> {
  const device = shuffled(world, world.former)[0];
  if (device?.stale === undefined) return;
  const { engine } = device.peer;
  const group = await engine.load(device.stale);
  const expected = { authenticatedData: placeOf(world), psks: world.psks };
  const outcome = await engine.process(group, handshake, expected);
  check(outcome.kind === "refused", () => `${device.name}, removed: ${wordsOf(outcome)}, not refused`);
  count(world, "attempts of former members");
}

/** Deriving keys costs as much as a message, so some devices are looked at each time. */
function someOf(world: World, except: readonly Device[]): readonly Device[] {
  return shuffled(world, world.members)
    .filter((device) => !except.includes(device))
    .slice(0, 2);
}

/** Throws the group away and goes on with the records. */
export async function restartDevice(world: World, { peer }: Device): Promise<void> {
  peer.group = await peer.engine.load(new Map(peer.parts));
  count(world, "restarts");
}

export function wordsOf(outcome: HandshakeOutcome): string {
  return "reason" in outcome ? `${outcome.kind} (${outcome.reason})` : outcome.kind;
}

function enter(device: Device, entered: Transition, change: EpochChange): void {
  const before = device.peer.group.epoch;
  take(device.peer, entered);
  // After a Remove nothing of before is readable (DESIGN: state stolen later opens nothing older).
  device.past = change.removed.length === 0 ? before : null;
}

async function joinByWelcome(world: World, { plan, joinerInfo, result, committer }: Prepared): Promise<void> {
  for (const { identity, bundle, engine, former } of plan.joiners ?? []) {
    if (result.welcome === null) throw new Error("no Welcome");
    const joined = await engine.join(result.welcome, [bundle], identity, world.psks);
    check(bytesEqual(joined.joinerInfo, joinerInfo), () => "another joiner info");
    const { device } = committer.identity.credential;
    check(joined.adder.credential.device === device, () => "another adder");
    welcomeBack(world, identity, peerOf(world, identity, joined, engine), former);
  }
}

/** The device is a member from now on; what waits for it from before it cannot read. */
function welcomeBack(
  world: World,
  identity: DeviceIdentity,
  peer: Device["peer"],
  known: Device | undefined,
): Device {
  const device = known ?? deviceOf(world, identity, peer);
  Object.assign(device, { peer, past: null, stale: undefined });
  world.former = world.former.filter((one) => one !== device);
  if (!world.members.includes(device)) world.members.push(device);
  world.largest = Math.max(world.largest, world.members.length);
  return device;
}

function namesOf({ committer, added, removed, left, external }: EpochChange): string {
  const names = (members: EpochChange["added"]): string =>
    members.map(({ leaf, credential }) => `${leaf} ${credential.device}`).join();
  return [
    names(committer === null ? [] : [committer]),
    names(added),
    names(removed),
    names(left),
    external,
  ].join(" | ");
}
