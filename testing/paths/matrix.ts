/**
 * `npm run nat-matrix [-- --cell NAME --pair KIND-KIND --json]`: browsers and terminals between five kinds of network, with the operator's STUN and TURN servers: every pair
 * delivers, by the best path there is, and says by which. In relay-only mode nothing of a search for another leaves their machines. Needs what
 * testing/network and testing/lan need; without it, it says so and ends with exit code 2.
 */
import { parseArgs } from "node:util";
import { whyNoLan } from "../lan/network.ts";
import { whyNoNamespaces } from "../network/namespaces.ts";
import type { Report } from "../support/report.ts";
import { equals, finish } from "../support/report.ts";
import type { Cell, CellResult, Kind, Silence } from "./cells.ts";
import { CELLS, PAIRS, expected, fillCell, keepSilence, limitOf } from "./cells.ts";
import { openPlacedWorld } from "./placedWorld.ts";

const { values } = parseArgs({
  options: { cell: { type: "string" }, pair: { type: "string" }, json: { type: "boolean", default: false } },
});
const say = values.json ? (): void => {} : (line: string): void => console.log(line);
const missing =
  whyNoLan() ??
  whyNoNamespaces([
    { command: "nft", name: "nftables" },
    { command: "turnserver", name: "coturn" },
  ]);
if (missing === undefined) finish(await runMatrix(), values.json);
else {
  console.log(`skipped: ${missing}`);
  process.exitCode = 2;
}

async function runMatrix(): Promise<Report> {
  const started = performance.now();
  const cells = CELLS.filter(({ name }) => values.cell === undefined || name === values.cell);
  const pairs = PAIRS.filter((pair) => values.pair === undefined || pair.join("-") === values.pair);
  const results: CellResult[] = [];
  for (const cell of cells)
    for (const pair of pairs) {
      const result = await inWorld(cell.sites, (world) => fillCell(world, cell, pair, ["alice", "bob"]));
      results.push(result);
      say(lineOf(result));
    }
  const silences: Silence[] = [];
  for (const pair of pairs) {
    const silence = await inWorld(["open", "open"], (world) => keepSilence(world, pair, ["alice", "bob"]));
    silences.push(silence);
    const { packets, connections, delivered } = silence;
    say(
      `relay only, ${pair.join("-")}: ${packets} packets of UDP, ${connections} connections${delivered ? "" : ", NOT DELIVERED"}`,
    );
  }
  const right = results.filter(isRight).length;
  return {
    name: "nat-matrix",
    rounds: 1,
    figures: {
      seconds: Math.round((performance.now() - started) / 1000),
      ...Object.fromEntries(results.map((result) => [titleOf(result), `${result.way}, ${result.ms} ms`])),
    },
    ratios: {},
    bars: {
      cellsThatDeliver: equals(
        results.filter(({ delivered }) => delivered).length,
        cells.length * pairs.length,
      ),
      expectedWays: equals(right, cells.length * pairs.length),
      relayOnlyPackets: equals(
        sum(silences, ({ packets }) => packets),
        0,
      ),
      relayOnlyConnections: equals(
        sum(silences, ({ connections }) => connections),
        0,
      ),
      relayOnlyDelivers: equals(silences.filter(({ delivered }) => delivered).length, pairs.length),
    },
  };
}

/** Each pair in a world of its own: what one has done to its NATs is nothing to the next. */
async function inWorld<T>(
  [first, second]: Cell["sites"],
  visit: (world: Awaited<ReturnType<typeof openPlacedWorld>>) => Promise<T>,
): Promise<T> {
  const world = await openPlacedWorld({ name: "matrix", people: { alice: first, bob: second }, turn: true });
  try {
    return await visit(world);
  } finally {
    await world.close();
  }
}

function isRight({ cell, pair, way, why }: CellResult): boolean {
  return expected(cell, pair).some((right) => right === way) && (way !== "relay" || why !== undefined);
}

function titleOf({ pair, cell }: { readonly pair: readonly [Kind, Kind]; readonly cell: Cell }): string {
  return `${pair.join("-")}, ${cell.name}`;
}

function lineOf(result: CellResult): string {
  const { cell, pair, way, ms, delivered, why } = result;
  const limit = way === "relay" ? limitOf(cell, pair) : undefined;
  const words = [`${titleOf(result)}: ${way}`, way === "relay" ? "" : `${ms} ms`];
  if (limit !== undefined) words.push(limit);
  if (why !== undefined) words.push(`direct only says: ${why.replaceAll("\n", " ").slice(0, 200)}`);
  if (!delivered) words.push("NOT DELIVERED");
  if (!isRight(result)) words.push("WRONG");
  return words.filter((word) => word !== "").join(", ");
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
