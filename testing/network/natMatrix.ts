/** Pairs of programs between pairs of networks. */
import { randomBytes } from "node:crypto";
import type { LinkOptions, LinkVia } from "sotto/node-links";
import { PATIENCE_MS } from "../support/deadline.ts";
import type { Coturn } from "./coturn.ts";
import { startCoturn } from "./coturn.ts";
import type { LinkEnd } from "./linkEnd.ts";
import { connectEnds, startTerminalEnd } from "./linkEnd.ts";
import type { Namespace } from "./namespaces.ts";
import { whyNoNamespaces } from "./namespaces.ts";
import type { Network, SiteKind } from "./network.ts";
import { needsNft, openNetwork } from "./network.ts";

/** How the two are connected, as both say; "none": not within the time of a call. */
export type Way = LinkVia | "none" | "disagreed";

/** Two networks, and what is right between them. */
export interface Cell {
  readonly name: string;
  readonly sites: readonly [SiteKind, SiteKind];
  readonly expected: readonly Way[];
}

export type Start = (namespace: Namespace, options: LinkOptions) => LinkEnd;

export interface Pair {
  readonly name: string;
  readonly start: readonly [caller: Start, callee: Start];
}

export interface Found {
  readonly pair: string;
  readonly cell: Cell;
  readonly way: Way;
  readonly ms: number;
}

export const PAIRS: readonly Pair[] = [
  { name: "terminal-terminal", start: [startTerminalEnd, startTerminalEnd] },
];

/** libjuice speaks with TURN servers over UDP alone: where UDP is blocked a terminal has no way but the relay. */
export const CELLS: readonly Cell[] = [
  { name: "no NAT", sites: ["open", "open"], expected: ["local"] },
  { name: "a port-preserving NAT on one side", sites: ["preserving", "open"], expected: ["nat"] },
  { name: "port-preserving NATs", sites: ["preserving", "preserving"], expected: ["nat"] },
  { name: "symmetric NATs", sites: ["symmetric", "symmetric"], expected: ["turn"] },
  { name: "one NAT of each", sites: ["preserving", "symmetric"], expected: ["nat", "turn"] },
  { name: "UDP blocked on one side", sites: ["blocked", "open"], expected: ["none"] },
];

export function whyNoMatrix(): string | undefined {
  return whyNoNamespaces([...needsNft, { command: "turnserver", name: "coturn" }]);
}

/** All cells at once, each on sites of its own. */
export async function runMatrix(): Promise<readonly Found[]> {
  const network = openNetwork();
  let coturn: Coturn | undefined;
  try {
    const server = (coturn = await startCoturn(network.server, randomBytes(16).toString("hex")));
    const runs = PAIRS.flatMap((pair) => CELLS.map((cell) => fill(network, server, pair, cell)));
    return await Promise.all(runs);
  } finally {
    await coturn?.stop();
    network.close();
  }
}

/** What a device of the name would get from its server. */
export function iceOptions(coturn: Coturn, name: string, turnOnly = false): LinkOptions {
  const turn = { urls: coturn.turnUrls, ...coturn.credentials(name) };
  return { iceServers: [{ urls: [coturn.stunUrl] }, turn], turnOnly };
}

/** Lets the pair find each other between two new sites. */
export async function fill(network: Network, coturn: Coturn, pair: Pair, cell: Cell): Promise<Found> {
  const [caller, callee] = cell.sites.map((kind) => network.addSite(kind).namespace) as [
    Namespace,
    Namespace,
  ];
  const ends = [
    pair.start[0](caller, iceOptions(coturn, "alice")),
    pair.start[1](callee, iceOptions(coturn, "bob")),
  ] as const;
  await Promise.all(ends.map((end) => end.next("ready", PATIENCE_MS)));
  const startedMs = performance.now();
  const vias = await connectEnds(...ends);
  const ms = Math.round(performance.now() - startedMs);
  await Promise.all(ends.map((end) => end.end()));
  return { pair: pair.name, cell, way: wayOf(vias), ms };
}

function wayOf(vias: readonly [LinkVia, LinkVia] | undefined): Way {
  if (vias === undefined) return "none";
  return vias[0] === vias[1] ? vias[0] : "disagreed";
}
