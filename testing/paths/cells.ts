/** Two people between two networks: what they get to know of their path. */
import { countUdp } from "../network/udp.ts";
import type { SiteKind } from "../network/network.ts";
import type { PathPerson, Way } from "./people.ts";
import type { PlacedWorld } from "./placedWorld.ts";
import { openBrowserPerson, openTerminal } from "./people.ts";

export type Kind = PathPerson["kind"];

/** Two networks. The first is the browser's where the two differ. */
export interface Cell {
  readonly name: string;
  readonly sites: readonly [SiteKind, SiteKind];
}

export const CELLS: readonly Cell[] = [
  { name: "no NAT", sites: ["open", "open"] },
  { name: "port-preserving NATs", sites: ["preserving", "preserving"] },
  { name: "symmetric NATs", sites: ["symmetric", "symmetric"] },
  { name: "one NAT of each", sites: ["preserving", "symmetric"] },
  { name: "UDP blocked on one side", sites: ["blocked", "open"] },
];

export const PAIRS: readonly (readonly [Kind, Kind])[] = [
  ["browser", "browser"],
  ["browser", "terminal"],
  ["terminal", "terminal"],
];

/** What is right. Where there is the relay alone {@link limitOf} says why, and direct only says so. */
export function expected({ name }: Cell, pair: readonly [Kind, Kind]): readonly Way[] {
  switch (name) {
    case "no NAT":
    case "port-preserving NATs":
      return ["direct"];
    case "symmetric NATs":
      return ["turn"];
    case "one NAT of each":
      return ["direct", "turn"];
    default:
      if (pair[0] === "terminal") return ["relay"];
      return pair[1] === "browser" ? ["turn"] : ["turn", "relay"];
  }
}

/** What of the libraries keeps the pair from a better way (decisions 0010 and 0011). */
export function limitOf({ sites }: Cell, pair: readonly [Kind, Kind]): string | undefined {
  if (sites[0] !== "blocked") return undefined;
  if (pair[0] === "terminal") return "libjuice reaches TURN servers over UDP alone";
  if (pair[1] === "browser") return undefined;
  return "libjuice refuses Chromium's checks from TURN over TCP, whose tie-breaker is 0 (libjuice #355)";
}

export interface CellResult {
  readonly cell: Cell;
  readonly pair: readonly [Kind, Kind];
  readonly way: Way | "none";
  /** From the first message's arrival until the path is what it is; only of links. */
  readonly ms: number;
  /** Both messages came by the path that was shown. */
  readonly delivered: boolean;
  /** In direct-only mode where there is no way: what the person is told. */
  readonly why: string | undefined;
}

const open = (kind: Kind, world: PlacedWorld, name: string): Promise<PathPerson> =>
  kind === "browser" ? openBrowserPerson(world, name) : openTerminal(world, name);

/** @param names whose sites the world has */
export async function fillCell(
  world: PlacedWorld,
  cell: Cell,
  pair: readonly [Kind, Kind],
  names: readonly [string, string],
): Promise<CellResult> {
  const people: PathPerson[] = [];
  try {
    for (const [i, kind] of pair.entries()) people.push(await open(kind, world, names[i] as string));
    const [one, other] = people as [PathPerson, PathPerson];
    await meet(one, other);
    const started = performance.now();
    const way = await wayOf(one, other, expected(cell, pair));
    const ms = Math.round(performance.now() - started);
    const path = way === "relay" || way === "none" ? "relay" : "direct";
    const delivered = await talk(one, other, path);
    const why = path === "relay" ? await whyNot(one, other) : undefined;
    return { cell, pair, way, ms, delivered, why };
  } finally {
    await Promise.all(people.map((person) => person.close().catch(() => {})));
  }
}

async function meet(one: PathPerson, other: PathPerson): Promise<void> {
  await one.ask(other.name);
  await other.accept(one.name);
  await one.knows(other.name);
}

/** The first of the expected ways that both see; "none": neither came in its time. */
async function wayOf(one: PathPerson, other: PathPerson, ways: readonly Way[]): Promise<Way | "none"> {
  await one.send(other.name, "The first");
  await other.receive(one.name, "The first");
  const both = ways.map(async (way) => {
    // The relay is what one begins with: it is the result only when the search is over.
    if (way === "relay") await one.gaveUp(other.name);
    await Promise.all([one.goes(other.name, way), other.goes(one.name, way)]);
    return way;
  });
  return Promise.any(both).catch(() => "none" as const);
}

async function talk(one: PathPerson, other: PathPerson, path: "direct" | "relay"): Promise<boolean> {
  await one.send(other.name, "There");
  const there = await other.receive(one.name, "There");
  await other.send(one.name, "And back");
  const back = await one.receive(other.name, "And back");
  return there === path && back === path;
}

async function whyNot(one: PathPerson, other: PathPerson): Promise<string | undefined> {
  // Both call again and again; a terminal is told of every moment in between.
  const [asks, asked] = other.kind === "terminal" ? [other, one] : [one, other];
  await asks.choose(asked.name, "direct");
  await asks.gaveUp(asked.name);
  return asks.why(asked.name);
}

export interface Silence {
  readonly pair: readonly [Kind, Kind];
  /** Packets of UDP that left either machine, STUN's and multicast DNS's among them, a browser's own name lookups aside. */
  readonly packets: number;
  /** Sockets for UDP of terminals, connections of pages. */
  readonly connections: number;
  readonly delivered: boolean;
}

/** Both take the relay only: nothing but what the server gets leaves their machines. */
export async function keepSilence(
  world: PlacedWorld,
  pair: readonly [Kind, Kind],
  names: readonly [string, string],
): Promise<Silence> {
  const counts = names.map((name) => countUdp(world.siteOf(name).namespace));
  const people: PathPerson[] = [];
  try {
    for (const [i, kind] of pair.entries()) people.push(await open(kind, world, names[i] as string));
    const [one, other] = people as [PathPerson, PathPerson];
    for (const person of people) await person.chooseDefault("relay");
    await meet(one, other);
    let delivered = true;
    for (let i = 0; i < 5; i++) delivered &&= await talk(one, other, "relay");
    const connections = await Promise.all(people.map((person) => person.connections()));
    return {
      pair,
      packets: counts.reduce((total, count) => total + searching(count()), 0),
      connections: connections.reduce((sum, count) => sum + count, 0),
      delivered,
    };
  } finally {
    await Promise.all(people.map((person) => person.close().catch(() => {})));
  }
}

/** Packets but those to a name server. */
function searching(sent: ReadonlyMap<string, number>): number {
  return [...sent].reduce((sum, [receiver, packets]) => sum + (receiver.endsWith(" 53") ? 0 : packets), 0);
}
