/** A large group over real MLS: many devices whose people change it at the same time, while machines die, networks part and some members cheat. */
import { toHex } from "@sotto/protocol";
import type { Bar, Report } from "../support/report.ts";
import { atLeast, atMost, cpuSeconds, equals } from "../support/report.ts";
import type { ClientNode } from "../sim/clientNode.ts";
import { createCast } from "../sim/people.ts";
import { tierOf } from "../sim/tier.ts";
import { insiders, race, sendText } from "./actions.ts";
import { namedRole, standingAt } from "./asked.ts";
import { strikeAccident } from "./faults.ts";
import { heal, healthy } from "./heal.ts";
import { checkInvariants } from "./invariants.ts";
import { submitBadCommit } from "./malice.ts";
import { open } from "./scenario.ts";
import type { GroupWorld } from "./world.ts";
import { createGroupWorld } from "./world.ts";

export interface GroupChaosOptions {
  readonly devices: number;
  /** Epochs with other members than those before. */
  readonly changes: number;
  readonly seed: number;
  readonly say: (line: string) => void;
  /** Without it the run takes as long as it takes. */
  readonly maxSeconds?: number;
}

/** Contacts of everybody, so that they can bring anybody in. */
const HUBS = 4;
/** Contacts of each device besides them, about. */
const FURTHER_CONTACTS = 8;
/** Devices for each of which one cheats. */
const HONEST_PER_CHEAT = 6;
const LEAST_MALICIOUS = 3;
const ACCIDENT_CHANCE = 0.25;
const BAD_COMMIT_CHANCE = 0.3;
/** Attempts for each change, so that they go on until the end: who has made one that can be read is not in the group for a while. */
const BAD_COMMITS_EACH = 0.4;
/** Most changes are asked for by those who may. */
const MEMBERS_CHANCE = 0.15;

export async function groupChaos(options: GroupChaosOptions): Promise<Report> {
  const { devices, changes, seed, say, maxSeconds } = options;
  const started = performance.now();
  const cast = await createCast(tierOf("real"), devices);
  const least = Math.ceil(devices / 2);
  const world = createGroupWorld({
    cast,
    seed,
    mutation: {},
    devices,
    cheatedShare: 0,
    generous: true,
    least,
  });
  await open(world, HUBS, FURTHER_CONTACTS / devices);
  say(`${insiders(world).length} of ${devices} devices are in the group`);
  // The last devices cheat; nobody asks anything of their engines.
  const malicious = Math.max(LEAST_MALICIOUS, Math.floor(devices / HONEST_PER_CHEAT));
  for (const client of world.clients.slice(devices - malicious)) world.excused.add(client);
  await makeAdmins(world);
  await changeUntil(world, changes, say);
  say("healing");
  await heal(world);
  checkInvariants(world);
  for (const { rule, detail } of world.watch.violations) say(`${rule}: ${detail}`);
  const seconds = Math.round((performance.now() - started) / 1000);
  return reportOf(world, options, {
    ...(maxSeconds !== undefined && { seconds: atMost(seconds, maxSeconds) }),
  });
}

async function makeAdmins(world: GroupWorld): Promise<void> {
  const { clients, conversation, scheduler } = world;
  for (const { person } of clients.slice(1, HUBS))
    clients[0]?.command({ kind: "setRole", conversation, account: person.identity.account, role: "admin" });
  await scheduler.run(scheduler.nowMs() + 10_000);
}

async function changeUntil(world: GroupWorld, changes: number, say: (line: string) => void): Promise<void> {
  const { random, scheduler, watch } = world;
  const mayAct = (client: ClientNode): boolean => {
    if (world.excused.has(client)) return false;
    const charter = standingAt(client, world)?.charter;
    const isPlain = charter !== undefined && namedRole(charter, client.person.identity.account) === "member";
    return !isPlain || random.chance(MEMBERS_CHANCE);
  };
  let told = 0;
  for (let rounds = 0; watch.book.changes() < changes && rounds < 50 * changes; rounds++) {
    if (random.chance(ACCIDENT_CHANCE)) strikeAccident(world);
    const isCheated = world.badCommits.length < BAD_COMMITS_EACH * watch.book.changes();
    if (isCheated && random.chance(BAD_COMMIT_CHANCE)) cheat(world);
    race(world, mayAct);
    const writers = insiders(world).filter((client) => !world.excused.has(client));
    if (writers.length > 0) sendText(world, random.pick(writers));
    await scheduler.run(scheduler.nowMs() + random.pick([30, 300, 1500, 5000]));
    if (watch.book.changes() < told + 20) continue;
    told = watch.book.changes();
    say(`${told} changes, ${insiders(world).length} devices in the group`);
  }
}

/** One of the malicious devices brings a commit to the server that nobody may take. */
function cheat(world: GroupWorld): void {
  const able = insiders(world).filter((client) => world.excused.has(client));
  if (able.length > 0) submitBadCommit(world, world.random.pick(able), () => {});
}

function reportOf(
  world: GroupWorld,
  { devices, changes, seed }: GroupChaosOptions,
  bars: Readonly<Record<string, Bar>>,
): Report {
  const { watch, asked, badCommits, texts } = world;
  const refused = badCommits.filter(({ taken }) => taken);
  const byRule = (...rules: readonly string[]): number =>
    watch.violations.filter(({ rule }) => rules.includes(rule)).length;
  const [lost, doubled] = [
    ["lost", "not-sent", "forgotten"],
    ["duplicated", "shown-twice"],
  ] as const;
  const undecryptable = watch.notices.filter(
    ({ client, change }) => !world.excused.has(client) && (change === "unreadable" || change === "gap"),
  ).length;
  return {
    name: "chaos of groups",
    rounds: 1,
    figures: {
      seed,
      devices,
      changes: watch.book.changes(),
      asked: asked.length,
      epochs: watch.book.last()?.number ?? 0,
      losingCommits: watch.losingCommits(),
      texts: texts.filter(({ epoch }) => epoch !== undefined).length,
      membersAtTheEnd: watch.book.last()?.members.size ?? 0,
      accidents: [...world.faults.values()].reduce((sum, count) => sum + count, 0),
      virtualMinutes: Math.round(world.scheduler.nowMs() / 60_000),
      cpuSeconds: cpuSeconds(),
    },
    ratios: {},
    bars: {
      changes: atLeast(watch.book.changes(), changes),
      commitsRefused: atLeast(refused.length, Math.floor(changes / 20)),
      ofThemAgainstThePolicy: atLeast(
        refused.filter(({ isPolicy }) => isPolicy).length,
        Math.floor(changes / 100),
      ),
      epochAuthenticators: equals(authenticators(world), 1),
      lost: equals(byRule(...lost), 0),
      doubled: equals(byRule(...doubled), 0),
      undecryptable: equals(undecryptable, 0),
      otherViolations: equals(watch.violations.length - byRule(...lost, ...doubled), 0),
      ...bars,
    },
  };
}

/** How many different epochs the members are in at the end. */
function authenticators(world: GroupWorld): number {
  const found = healthy(world).flatMap(({ engine, mls }) => {
    const record = engine?.state.conversations.get(world.conversation);
    const group = record?.group == null ? undefined : engine?.state.groups.get(record.group);
    return record?.state !== "active" || group === undefined || mls === undefined
      ? []
      : [toHex(mls.epochAuthenticator(group))];
  });
  return new Set(found).size;
}
