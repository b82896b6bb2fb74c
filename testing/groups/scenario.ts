/** One scenario: people change a group and write in it while things go wrong, then the world heals and is looked at. */
import type { Violation } from "../sim/violation.ts";
import type { Cast } from "../sim/people.ts";
import type { Mutation } from "../sim/world.ts";
import { createRandom } from "../sim/random.ts";
import { acceptedTexts, act, befriend, insiders } from "./actions.ts";
import { strikeFault } from "./faults.ts";
import { planInsider } from "./insider.ts";
import { planTampering } from "./hostileServer.ts";
import { heal } from "./heal.ts";
import { checkInvariants } from "./invariants.ts";
import type { GroupWorld } from "./world.ts";
import { createGroupWorld } from "./world.ts";

export interface GroupResult {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly devices: number;
  /** Texts that an engine took. */
  readonly messages: number;
  /** Changes that an engine took. */
  readonly changes: number;
  readonly epochs: number;
  readonly badCommits: number;
  readonly faults: ReadonlyMap<string, number>;
  readonly steps: number;
  readonly traceHash: string;
}

const MAX_DEVICES = 7;
/** Those of all devices, and a spy. */
export const MAX_PEOPLE = MAX_DEVICES + 1;
const LEAST_DEVICES = 4;
const ACTIONS = 60;
const FAULT_CHANCE = 0.18;
const CHEATED_SHARE = 0.12;
/** Who is a contact of everybody: the group's owner and those who are made admins first. */
const HUBS = 2;
/** Worlds in which strangers can meet. */
const OTHER_SHARE = 0.7;

interface GroupScenario {
  readonly cast: Cast;
  readonly seed: number;
  readonly mutation: Mutation;
  readonly everywhere?: boolean;
  readonly onLine?: (line: string) => void;
}

/** The same options give the same result and the same trace. */
export async function runGroupScenario(options: GroupScenario): Promise<GroupResult> {
  const devices = createRandom(options.seed, "devices").between(LEAST_DEVICES, MAX_DEVICES);
  const world = createGroupWorld({ ...options, devices, cheatedShare: CHEATED_SHARE });
  const { scheduler, random, watch } = world;
  const isOver = (): boolean => watch.violations.length > 0;
  await open(world, HUBS, OTHER_SHARE);
  planTampering(world);
  planInsider(world);
  for (let actions = 0; actions < ACTIONS && !isOver(); actions++) {
    if (random.chance(FAULT_CHANCE)) strikeFault(world);
    act(world);
    await scheduler.run(scheduler.nowMs() + random.pick([5, 30, 150, 800, 2500]), isOver);
  }
  if (!isOver()) await heal(world);
  if (!isOver()) checkInvariants(world);
  return {
    seed: options.seed,
    violations: watch.violations,
    devices,
    messages: acceptedTexts(world),
    changes: world.asked.length,
    epochs: watch.book.last()?.number ?? 0,
    badCommits: world.badCommits.filter(({ taken }) => taken).length,
    faults: world.faults,
    steps: scheduler.steps(),
    traceHash: world.trace.hash(),
  };
}

/** Contacts, and the group with some of them, opened by the first device. */
export async function open(world: GroupWorld, hubs: number, otherShare: number): Promise<void> {
  const { clients, scheduler, random, conversation } = world;
  for (const client of clients) {
    client.start();
    client.command({ kind: "connect" });
  }
  await scheduler.run(200);
  await befriend(world, hubs, otherShare);
  const [owner, ...others] = clients as readonly [(typeof clients)[number], ...typeof clients];
  const members = others.filter((_, i) => i < 2 || random.chance(0.6));
  owner.command({
    kind: "createGroup",
    id: conversation,
    name: "group",
    members: members.map(({ person }) => person.identity.account),
  });
  for (let i = 0; i < 100 && insiders(world).length <= members.length; i++)
    await scheduler.run(scheduler.nowMs() + 500);
}
