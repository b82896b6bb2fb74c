/**
 * `npm run bench -- NAME [--rounds N] [--json]`: our own against its peers, in turns. Prints medians, ratios, and whether the bars are met; ends
 * with 1 when one is missed. Run one at a time and nothing else beside it: ratios stand a busy machine, figures do not.
 */
import { parseArgs } from "node:util";
import { integerFlag } from "@sotto/testing/support/integerFlag.ts";
import { finish } from "@sotto/testing/support/report.ts";
import type { Contest } from "./harness/contest.ts";
import { runContest } from "./harness/contest.ts";
import { reportOf } from "./harness/reportOf.ts";
import { tableOf } from "./harness/table.ts";

const BENCHES: Readonly<Record<string, () => Promise<Contest>>> = {
  message: async () => (await import("./message/message.ts")).message,
  relay: async () => (await import("./relay/relay.ts")).relay,
};

const MIN_ROUNDS = 5;

const { values, positionals } = parseArgs({
  options: { rounds: { type: "string" }, json: { type: "boolean", default: false } },
  allowPositionals: true,
});
const [name = ""] = positionals;
const load = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (load === undefined || positionals.length > 1) {
  console.error(
    `usage: npm run bench -- NAME [--rounds N] [--json], NAME one of: ${Object.keys(BENCHES).join(", ")}`,
  );
  process.exit(2);
}
const loaded = await load();
const asked = values.rounds === undefined ? loaded.rounds : integerFlag("rounds", values.rounds);
const contest: Contest = { ...loaded, rounds: Math.max(MIN_ROUNDS, asked) };
const { json } = values;
if (!json) console.log(contest.summary);
const result = await runContest(contest, (round, peer, figures) => {
  if (!json) console.log(`${round === 0 ? "warm-up" : `round ${round}`}: ${tableLine(peer, figures)}`);
});
const report = reportOf(contest, result);
if (!json) console.log(`\n${tableOf(contest.columns, result.medians)}\n`);
// For people the table says the figures.
finish(json ? report : { ...report, figures: {} }, json);

function tableLine(peer: string, figures: Readonly<Record<string, number>>): string {
  const parts = contest.columns.map(
    ({ key, label, digits }) => `${label} ${(figures[key] ?? Number.NaN).toFixed(digits)}`,
  );
  return `${peer}: ${parts.join(", ")}`;
}
