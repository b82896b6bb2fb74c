/** What goes wrong in a world with a group. */
import type { ClientNode } from "../sim/clientNode.ts";
import { someBreak } from "../sim/faults.ts";
import { TRICKS } from "../sim/relay.ts";
import { changeSomething, insiders, race, renew, sendText } from "./actions.ts";
import { plantStrangersGroup } from "./hostileServer.ts";
import { plantBadCommit } from "./malice.ts";
import type { GroupWorld } from "./world.ts";

interface GroupFault {
  readonly name: string;
  readonly weight: number;
  /** At most once in a world. */
  readonly once?: true;
  /** False when nothing in the world fits. */
  readonly strike: (world: GroupWorld) => boolean;
}

const DAY_MS = 24 * 3_600_000;

const FAULTS: readonly GroupFault[] = [
  { name: "client crash", weight: 20, strike: clientCrash },
  { name: "server crash", weight: 12, strike: serverCrash },
  { name: "socket break", weight: 20, strike: socketBreak },
  { name: "partition", weight: 12, strike: partition },
  { name: "deaf device", weight: 8, strike: deafDevice },
  { name: "lost requests", weight: 12, strike: lostRequests },
  { name: "client disk full", weight: 8, strike: clientDiskFull },
  { name: "server disk full", weight: 5, strike: serverDiskFull },
  { name: "kill in a race", weight: 15, strike: killInRace },
  { name: "long away", weight: 8, strike: longAway },
  { name: "a week passes", weight: 3, once: true, strike: weekPasses },
  { name: "bad commit", weight: 6, strike: plantBadCommit },
  { name: "stranger's group", weight: 3, once: true, strike: plantStrangersGroup },
  { name: "cheating relay", weight: 12, strike: cheatingRelay },
];

/** Of those in which somebody has a hand. */
const MALICE: readonly string[] = ["bad commit", "stranger's group", "cheating relay"];

/** One fault that fits, struck and counted. */
export function strikeFault(world: GroupWorld): void {
  strike(world, FAULTS);
}

/** One that is nobody's will. */
export function strikeAccident(world: GroupWorld): void {
  const accidents = FAULTS.filter(({ name }) => !MALICE.includes(name));
  strike(world, accidents);
}

function strike(world: GroupWorld, all: readonly GroupFault[]): void {
  const { random, faults, trace, scheduler } = world;
  const possible = all.filter(({ name, once }) => once !== true || !faults.has(name));
  for (let tries = 0; tries < 10; tries++) {
    let left = random.next() * possible.reduce((sum, { weight }) => sum + weight, 0);
    const fault = possible.find(({ weight }) => (left -= weight) < 0) ?? possible[0];
    if (fault === undefined) return;
    if (!fault.strike(world)) continue;
    faults.set(fault.name, (faults.get(fault.name) ?? 0) + 1);
    trace.note(scheduler.nowMs(), "fault", fault.name);
    return;
  }
}

function running({ clients, excused }: GroupWorld): readonly ClientNode[] {
  return clients.filter((client) => client.engine !== undefined && !excused.has(client));
}

function someClient(world: GroupWorld): ClientNode | undefined {
  const all = running(world);
  return all.length === 0 ? undefined : world.random.pick(all);
}

function clientCrash(world: GroupWorld): boolean {
  const client = someClient(world);
  client?.crashAfter(world.random.between(0, 25), world.random.between(50, 20_000));
  return client !== undefined;
}

function serverCrash({ server, random }: GroupWorld): boolean {
  if (!server.isUp()) return false;
  server.crashAfter(random.between(0, 25), random.between(50, 10_000));
  return true;
}

function socketBreak(world: GroupWorld): boolean {
  const sockets = [...(someClient(world)?.link.sockets ?? [])];
  for (const socket of sockets) socket.break(someBreak(world.random));
  return sockets.length > 0;
}

function partition({ clients, scheduler, random }: GroupWorld): boolean {
  const cut = clients.filter(() => random.chance(0.5));
  for (const { link } of cut) link.downUntilMs = scheduler.nowMs() + random.between(500, 90_000);
  return cut.length > 0;
}

function deafDevice(world: GroupWorld): boolean {
  const client = someClient(world);
  if (client === undefined) return false;
  client.link.deafUntilMs = world.scheduler.nowMs() + world.random.between(1000, 90_000);
  return true;
}

function lostRequests({ clients, scheduler, random }: GroupWorld): boolean {
  for (const { link } of clients) link.unreliableUntilMs = scheduler.nowMs() + random.between(2000, 30_000);
  return true;
}

function clientDiskFull(world: GroupWorld): boolean {
  const client = someClient(world);
  client?.failCommits(world.random.between(1, 4));
  return client !== undefined;
}

function serverDiskFull({ server, random }: GroupWorld): boolean {
  server.failCommits(random.between(1, 4));
  return true;
}

/** Several change something at once, and one of them dies on the way. */
function killInRace(world: GroupWorld): boolean {
  const inside = insiders(world).filter((client) => !world.excused.has(client));
  if (inside.length < 2) return false;
  race(world);
  world.random.pick(inside).crashAfter(world.random.between(0, 40), world.random.between(50, 20_000));
  return true;
}

/** One device is off while the others change the group many times; then it has many commits to catch up with. */
function longAway(world: GroupWorld): boolean {
  const { scheduler, random } = world;
  const away = someClient(world);
  if (away === undefined) return false;
  away.crash();
  const rounds = random.between(4, 15);
  for (let round = 1; round <= rounds; round++)
    scheduler.after(round * 1500, () => {
      const inside = insiders(world);
      if (inside.length === 0) return;
      if (random.chance(0.5)) renew(world, random.pick(inside));
      else changeSomething(world);
      if (random.chance(0.7)) sendText(world, random.pick(inside));
    });
  scheduler.after((rounds + 1) * 1500, () => {
    away.start();
    away.command({ kind: "connect" });
  });
  return true;
}

/** Keys are due for renewal everywhere. */
function weekPasses(world: GroupWorld): boolean {
  world.sleep(8 * DAY_MS);
  return true;
}

function cheatingRelay({ cheated, random }: GroupWorld): boolean {
  cheated?.relay.play(random.pick(TRICKS));
  return cheated !== undefined;
}
