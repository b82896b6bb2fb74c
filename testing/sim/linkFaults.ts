/** What goes wrong with direct links: they tremble, are cut, open at one end only, die unheard, or are no longer wanted. */
import type { PathMode } from "sotto/simulation";
import { conversationWith, sendText } from "./actions.ts";
import type { ClientNode } from "./clientNode.ts";
import type { Fault } from "./faults.ts";
import { pairsOf } from "./pairs.ts";
import type { World } from "./world.ts";

export const LINK_FAULTS: readonly Fault[] = [
  { name: "link trembles", weight: 20, strike: linkTrembles },
  { name: "link cut", weight: 12, strike: linkCut },
  { name: "link cut while writing", weight: 30, strike: cutWhileWriting },
  { name: "link deaf one way", weight: 24, strike: deafOneWay },
  { name: "other network", weight: 20, strike: otherNetwork },
  { name: "links open badly", weight: 8, strike: opensBadly },
  { name: "killed at one end", weight: 20, strike: killedAtOneEnd },
  { name: "only the link is left", weight: 24, strike: onlyTheLink },
  { name: "between two ways", weight: 40, strike: betweenTwoWays },
  { name: "other way chosen", weight: 16, strike: otherWay },
];

const MODES: readonly (PathMode | null)[] = ["auto", "direct", "direct", "turn", "relay", "relay", null];

/** Two devices whose link is open at both ends. */
function linkedPair({ links, clients, random }: World): readonly [ClientNode, ClientNode] | undefined {
  const byName = new Map(clients.map((client) => [client.name, client]));
  const pairs = links.openPairs().flatMap(([a, b]) => {
    const [one, two] = [byName.get(a), byName.get(b)];
    return one === undefined || two === undefined ? [] : [[one, two] as const];
  });
  return pairs.length === 0 ? undefined : random.pick(pairs);
}

function cutBothWays({ links }: World, a: ClientNode, b: ClientNode, forMs: number): void {
  links.ways.cut(a.name, b.name, forMs);
  links.ways.cut(b.name, a.name, forMs);
}

/** The device's packets reach nobody, and nobody's reach it. */
export function cutOff(world: World, client: ClientNode, forMs: number): void {
  for (const other of world.clients) if (other !== client) cutBothWays(world, client, other, forMs);
}

function linkTrembles(world: World): boolean {
  const pair = linkedPair(world);
  if (pair === undefined) return false;
  const { scheduler, random } = world;
  let atMs = 0;
  for (let times = random.between(1, 4); times > 0; times--) {
    const forMs = random.between(500, 10_000);
    scheduler.after(atMs, () => cutBothWays(world, ...pair, forMs));
    atMs += forMs + random.between(100, 5000);
  }
  return true;
}

function linkCut(world: World): boolean {
  const { clients, random } = world;
  const pairs = pairsOf(clients.filter(({ canLink }) => canLink));
  if (pairs.length === 0) return false;
  cutBothWays(world, ...(linkedPair(world) ?? random.pick(pairs)), random.between(1000, 120_000));
  return true;
}

/** What is on its way gets lost, or the word that it came. */
function cutWhileWriting(world: World): boolean {
  const pair = linkedPair(world);
  if (pair === undefined) return false;
  const { scheduler, random } = world;
  const [from, to] = pair;
  for (let i = random.between(1, 4); i > 0; i--) sendText(world, from, to);
  scheduler.after(random.between(2, 80), () => {
    const forMs = random.between(5000, 60_000);
    if (random.chance(0.5)) cutBothWays(world, from, to, forMs);
    else random.pick(pair).crashAfter(0, forMs);
    if (random.chance(0.5)) sendText(world, from, to);
  });
  return true;
}

function deafOneWay(world: World): boolean {
  const pair = linkedPair(world);
  if (pair === undefined) return false;
  const { links, random } = world;
  links.ways.cut(pair[0].name, pair[1].name, random.between(1000, 90_000));
  for (const [from, to] of [pair, pair.toReversed()] as [ClientNode, ClientNode][])
    if (random.chance(0.7)) sendText(world, from, to);
  return true;
}

/** A device leaves its network for another one. */
function otherNetwork(world: World): boolean {
  const pair = linkedPair(world);
  if (pair === undefined) return false;
  world.links.ways.moves(world.random.pick(pair).name);
  return true;
}

function opensBadly({ clients, links, random }: World): boolean {
  if (clients.every(({ canLink }) => !canLink)) return false;
  links.ways.trouble(random.between(5000, 60_000));
  return true;
}

function killedAtOneEnd(world: World): boolean {
  const pair = linkedPair(world);
  if (pair === undefined) return false;
  const { random, scheduler } = world;
  const [killed, other] = pair;
  killed.crashAfter(random.between(0, 3), random.between(500, 60_000));
  scheduler.after(random.between(10, 3000), () => sendText(world, other, killed));
  return true;
}

/** The server cannot be reached while two go on writing to each other. */
function onlyTheLink(world: World): boolean {
  const pair = linkedPair(world);
  if (pair === undefined) return false;
  const { scheduler, random } = world;
  const untilMs = scheduler.nowMs() + random.between(3000, 60_000);
  const [one, two] = pair;
  for (const { link } of random.chance(0.5) ? pair : [one]) {
    link.downUntilMs = untilMs;
    for (const socket of link.sockets)
      socket.break({
        clientLearns: random.chance(0.7),
        serverLearns: true,
        toServer: 0,
        toClient: 0,
        lingerMs: 0,
      });
  }
  for (let i = random.between(1, 4); i > 0; i--) {
    const [from, to] = random.chance(0.5) ? [one, two] : [two, one];
    scheduler.after(random.between(100, 5000), () => sendText(world, from, to));
  }
  return true;
}

/** What is written while a link is away goes by a relay that delivers late; then the link is there again. */
function betweenTwoWays(world: World): boolean {
  const pair = linkedPair(world);
  if (pair === undefined) return false;
  const { scheduler, random } = world;
  const [from, to] = pair;
  to.link.deafUntilMs = scheduler.nowMs() + random.between(25_000, 40_000);
  cutBothWays(world, from, to, random.between(8000, 14_000));
  for (let i = random.between(4, 7); i > 0; i--)
    scheduler.after(random.between(0, 22_000), () => sendText(world, from, to));
  return true;
}

/** Somebody chooses another way, and after a while again. */
function otherWay(world: World): boolean {
  const { clients, random, scheduler } = world;
  const linked = random.chance(0.5) ? linkedPair(world) : undefined;
  const [client, other] = linked ?? [random.pick(clients)];
  const known = [...(client.engine?.state.conversations.keys() ?? [])];
  const conversation =
    (other && conversationWith(client, other)) ?? (known.length === 0 ? undefined : random.pick(known));
  if (conversation === undefined) return false;
  const choose = (): void => {
    const path = random.pick(MODES);
    if (random.chance(0.15)) client.command({ kind: "setDefaultPath", path: path ?? "auto" });
    else client.command({ kind: "setPath", conversation, path });
    if (other !== undefined && random.chance(0.7)) sendText(world, client, other);
  };
  choose();
  for (let i = random.between(0, 3); i > 0; i--) scheduler.after(random.between(20, 20_000), choose);
  return true;
}
