/**
 * `npm run nat-matrix [-- --json]`: which pairs of programs find each other between which networks, and how. Two sites on a public segment with
 * coturn, each with a NAT or none; see {@link SiteKind}. Needs root, iproute2, nftables and coturn; without them it says so and ends with
 * exit code 2.
 */
import { parseArgs } from "node:util";
import { equals, finish } from "../support/report.ts";
import { CELLS, PAIRS, runMatrix, whyNoMatrix } from "./natMatrix.ts";

const { json } = parseArgs({ options: { json: { type: "boolean", default: false } } }).values;
const missing = whyNoMatrix();
if (missing === undefined) {
  const startedMs = performance.now();
  const found = await runMatrix();
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  const wrong = found.filter(({ cell, way }) => !cell.expected.includes(way)).length;
  if (!json)
    for (const { pair, cell, way, ms } of found)
      console.log([pair, cell.name, way, cell.expected.includes(way) ? `${ms} ms` : "WRONG"].join("\t"));
  const figures = {
    seconds,
    ...Object.fromEntries(found.map(({ pair, cell, way }) => [`${pair}, ${cell.name}`, way])),
  };
  const bars = {
    pairs: equals(found.length, CELLS.length * PAIRS.length),
    unexpected: equals(wrong, 0),
  };
  finish({ name: "nat-matrix", rounds: 1, figures, ratios: {}, bars }, json);
} else {
  console.log(`skipped: ${missing}`);
  process.exitCode = 2;
}
