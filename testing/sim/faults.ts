/** What goes wrong in a world. Each fault is one event of the plan and says whether it could happen now. */
import { decodePosition, POSITION_KEY, TABLE } from "sotto/simulation";
import { addContact, contactState, conversationWith, ordered, sendText } from "./actions.ts";
import type { ClientNode } from "./clientNode.ts";
import type { Break } from "./link.ts";
import { cutOff, LINK_FAULTS } from "./linkFaults.ts";
import { injectInvalidCommit, plantUnreadableCommit } from "./malice.ts";
import type { Random } from "./random.ts";
import { TRICKS } from "./relay.ts";
import type { World } from "./world.ts";

export interface Fault {
  readonly name: string;
  /** How often it is chosen, relative to the others. */
  readonly weight: number;
  /** At most once in a world. */
  readonly once?: true;
  /** False when nothing in the world fits. */
  readonly strike: (world: World) => boolean;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const FAULTS: readonly Fault[] = [
  { name: "client crash", weight: 20, strike: clientCrash },
  { name: "server crash", weight: 12, strike: serverCrash },
  { name: "socket break", weight: 20, strike: socketBreak },
  { name: "answers lost", weight: 8, strike: answersLost },
  { name: "partition", weight: 10, strike: partition },
  { name: "deaf device", weight: 8, strike: deafDevice },
  { name: "lost requests", weight: 12, strike: lostRequests },
  { name: "clock jump", weight: 5, strike: clockJump },
  { name: "three weeks away", weight: 4, once: true, strike: threeWeeksAway },
  { name: "crossing requests", weight: 12, strike: crossingRequests },
  { name: "falling out", weight: 8, strike: fallingOut },
  { name: "both renew keys", weight: 10, strike: bothRenew },
  { name: "client disk full", weight: 8, strike: clientDiskFull },
  { name: "server disk full", weight: 5, strike: serverDiskFull },
  { name: "invalid commit", weight: 8, strike: injectInvalidCommit },
  { name: "unreadable commit", weight: 2, once: true, strike: plantUnreadableCommit },
  { name: "client rolled back", weight: 3, once: true, strike: clientRolledBack },
  { name: "server restored", weight: 2, once: true, strike: serverRestored },
  { name: "cheating relay", weight: 12, strike: cheatingRelay },
  ...LINK_FAULTS,
];

/** One fault that fits, struck and counted. */
export function strikeFault(world: World): void {
  // While a link is open, which it is not for long, every other fault is one of links.
  const isLinked = world.links.openPairs().length > 0 && world.random.chance(0.5);
  const faults = isLinked ? LINK_FAULTS : FAULTS;
  const possible = faults.filter(({ name, once }) => once !== true || !world.faults.has(name));
  for (let tries = 0; tries < 10; tries++) {
    const fault = weighted(world.random, possible);
    if (!fault.strike(world)) continue;
    world.faults.set(fault.name, (world.faults.get(fault.name) ?? 0) + 1);
    world.trace.note(world.scheduler.nowMs(), "fault", fault.name);
    return;
  }
}

function weighted(random: Random, faults: readonly Fault[]): Fault {
  let left = random.next() * faults.reduce((sum, { weight }) => sum + weight, 0);
  const found = faults.find(({ weight }) => (left -= weight) < 0);
  return found ?? (faults[0] as Fault);
}

/** A device that works, has been heard of lately, and is not one of those that have stopped for good. */
function someClient({ clients, rolledBack, random }: World): ClientNode | undefined {
  const running = clients.filter((client) => client.engine !== undefined && !rolledBack.has(client));
  return running.length === 0 ? undefined : random.pick(running);
}

function clientCrash(world: World): boolean {
  const client = someClient(world);
  client?.crashAfter(world.random.between(0, 25), world.random.between(50, 20_000));
  return client !== undefined;
}

function serverCrash({ server, random }: World): boolean {
  if (!server.isUp()) return false;
  server.crashAfter(random.between(0, 25), random.between(50, 10_000));
  return true;
}

function socketBreak(world: World): boolean {
  const client = someClient(world);
  const sockets = [...(client?.link.sockets ?? [])];
  for (const socket of sockets) socket.break(someBreak(world.random));
  return sockets.length > 0;
}

export function someBreak(random: Random): Break {
  const [clientLearns, serverLearns] = random.pick([
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ] as const);
  return {
    clientLearns,
    serverLearns,
    toServer: random.next(),
    toClient: random.next(),
    lingerMs: random.pick([0, 200, 3000, 20_000]),
  };
}

/** All that a device writes is taken, and no answer comes back; when it is there again the epoch is another one. */
function answersLost(world: World): boolean {
  const { random, scheduler } = world;
  const friends = ordered(world.clients).filter(
    ([a, b]) => contactState(a, b) === "accepted" && contactState(b, a) === "accepted",
  );
  if (friends.length === 0) return false;
  const [from, to] = random.pick(friends);
  const conversation = conversationWith(to, from);
  for (let i = random.between(1, 3); i > 0; i--) sendText(world, from, to);
  scheduler.after(random.between(10, 80), () => {
    for (const socket of from.link.sockets)
      socket.break({
        clientLearns: true,
        serverLearns: random.chance(0.5),
        toServer: 1,
        toClient: 0,
        lingerMs: 0,
      });
    if (conversation !== undefined) to.command({ kind: "renewKeys", conversation });
  });
  return true;
}

function partition(world: World): boolean {
  const { clients, scheduler, random } = world;
  const cut = clients.filter(() => random.chance(0.5));
  for (const client of cut) {
    const forMs = random.between(500, 90_000);
    client.link.downUntilMs = scheduler.nowMs() + forMs;
    if (random.chance(0.5)) cutOff(world, client, forMs);
  }
  return cut.length > 0;
}

function deafDevice(world: World): boolean {
  const client = someClient(world);
  if (client === undefined) return false;
  client.link.deafUntilMs = world.scheduler.nowMs() + world.random.between(1000, 90_000);
  return true;
}

function lostRequests({ clients, scheduler, random }: World): boolean {
  for (const { link } of clients) link.unreliableUntilMs = scheduler.nowMs() + random.between(2000, 30_000);
  return true;
}

function clockJump(world: World): boolean {
  const client = someClient(world);
  client?.moveClock(world.random.between(-24, 24) * HOUR_MS);
  return client !== undefined;
}

/** One device is off for three weeks, in which the others go on and renew their keys weekly. */
function threeWeeksAway(world: World): boolean {
  const { scheduler, random, clients } = world;
  const away = someClient(world);
  if (away === undefined) return false;
  away.crash();
  const weeks = 3;
  for (let week = 1; week <= weeks; week++) {
    scheduler.after(week * 3000, () => {
      world.sleep(7 * DAY_MS);
      for (const other of clients) {
        const conversation =
          contactState(other, away) === "accepted" ? conversationWith(other, away) : undefined;
        if (conversation === undefined) continue;
        if (random.chance(0.7)) sendText(world, other, away);
        other.command({ kind: "renewKeys", conversation });
        if (random.chance(0.7)) sendText(world, other, away);
      }
    });
  }
  scheduler.after((weeks + 1) * 3000, () => {
    away.start();
    away.command({ kind: "connect" });
  });
  return true;
}

/** Two who do not know each other ask at the same time. */
function crossingRequests(world: World): boolean {
  const strangers = ordered(world.clients).filter(
    ([a, b]) =>
      contactState(a, b) === undefined && contactState(b, a) === undefined && b.engine !== undefined,
  );
  if (strangers.length === 0) return false;
  const [a, b] = world.random.pick(strangers);
  addContact(world, a, b);
  world.scheduler.after(world.random.pick([0, 5, 30, 200]), () => addContact(world, b, a));
  return true;
}

/** Somebody removes or blocks a contact; sooner or later one of them asks again. */
function fallingOut(world: World): boolean {
  const { random, scheduler } = world;
  const known = ordered(world.clients).filter(([a, b]) =>
    ["accepted", "incoming", "outgoing"].includes(contactState(a, b) ?? ""),
  );
  if (known.length === 0) return false;
  const [by, other] = random.pick(known);
  const { account } = other.person.identity;
  const kind = random.chance(0.85)
    ? contactState(by, other) === "incoming"
      ? "declineContact"
      : "removeContact"
    : "blockContact";
  by.command({ kind, account });
  const [from, to] = random.chance(0.5) ? [by, other] : [other, by];
  scheduler.after(random.pick([1, 20, 300, 4000]), () => addContact(world, from, to));
  return true;
}

function bothRenew(world: World): boolean {
  const friends = ordered(world.clients).filter(
    ([a, b]) => contactState(a, b) === "accepted" && conversationWith(b, a) !== undefined,
  );
  if (friends.length === 0) return false;
  for (const client of world.random.pick(friends)) {
    const conversation = client.engine && [...client.engine.state.conversations.keys()];
    for (const id of conversation ?? []) client.command({ kind: "renewKeys", conversation: id });
  }
  return true;
}

function clientDiskFull(world: World): boolean {
  const client = someClient(world);
  client?.failCommits(world.random.between(1, 4));
  return client !== undefined;
}

function serverDiskFull({ server, random }: World): boolean {
  server.failCommits(random.between(1, 4));
  return true;
}

/** A copy of the device's disk is made now and put back later. */
function clientRolledBack(world: World): boolean {
  const { scheduler, random, server, faults } = world;
  const client = someClient(world);
  // A server that has forgotten as much as the device cannot tell.
  if (client === undefined || client === world.cheated?.client || faults.has("server restored")) return false;
  const snapshot = client.disk.snapshot();
  // The disk may be a transaction ahead of the engine.
  const position = snapshot.tables.get(TABLE.meta)?.get(POSITION_KEY);
  const counterThen = (position && decodePosition(position)?.storeCounter) ?? 0;
  scheduler.after(random.between(2000, 20_000), () => {
    const shown = server.look((tx) => tx.device(client.person.identity.device)?.storeCounter) ?? 0;
    // What the server has never seen is nothing that it could miss.
    if (shown <= counterThen) return;
    for (const other of world.clients) if (other !== client) world.excuse(client, other);
    world.rolledBack.add(client);
    client.restore(snapshot, random.between(50, 3000));
    world.watch.rolledBack(client);
  });
  return true;
}

function serverRestored({ scheduler, random, server, watch, faults }: World): boolean {
  if (!server.isUp() || faults.has("client rolled back")) return false;
  const backup = server.backup();
  scheduler.after(random.between(1000, 20_000), () => {
    if (!server.isUp()) return;
    server.restore(backup, random.between(50, 3000));
    watch.server.restored();
  });
  return true;
}

function cheatingRelay(world: World): boolean {
  const { cheated, random, clients } = world;
  if (cheated === undefined) return false;
  for (const other of clients) if (other !== cheated.client) world.excuse(cheated.client, other);
  cheated.relay.play(random.pick(TRICKS));
  return true;
}
