/**
 * `npm run bench -- NAME [--only WORDS] [--rounds N] [--json]`: our own against its peers, in turns. Prints medians, ratios, and whether the bars are met;
 * ends with 1 when one is missed. `--only`: the contests whose names hold the words. Run one at a time and nothing else beside it: ratios stand a busy
 * machine, figures do not. `npm run bench -- files --memory`: what files of different sizes take.
 */
import { parseArgs } from "node:util";
import { integerFlag } from "@sotto/testing/support/integerFlag.ts";
import type { Report } from "@sotto/testing/support/report.ts";
import { finish } from "@sotto/testing/support/report.ts";
import type { Contest } from "./harness/contest.ts";
import { runContest } from "./harness/contest.ts";
import { mergedReport, reportOf } from "./harness/reportOf.ts";
import { tableOf } from "./harness/table.ts";

/** A bench by name: its contests, one after the other. */
const BENCHES: Readonly<Record<string, () => Promise<readonly Contest[]>>> = {
  direct: async () => (await import("./direct/direct.ts")).direct,
  files: async () => (await import("./files/files.ts")).files(say),
  groups: async () => (await import("./groups/groups.ts")).groups(say),
  message: async () => [(await import("./message/message.ts")).message],
  mls: async () => (await import("./mls/mls.ts")).mls(say),
  relay: async () => [(await import("./relay/relay.ts")).relay],
  web: async () => (await import("./web/web.ts")).web(say),
};

const MIN_ROUNDS = 5;

const { values, positionals } = parseArgs({
  options: {
    rounds: { type: "string" },
    only: { type: "string", default: "" },
    memory: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
  allowPositionals: true,
});
const [name = ""] = positionals;
const load = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (load === undefined || positionals.length > 1) {
  console.error(
    `usage: npm run bench -- NAME [--only WORDS] [--rounds N] [--json], NAME one of: ${Object.keys(BENCHES).join(", ")}`,
  );
  process.exit(2);
}
const { json, only, memory } = values;
const report =
  memory && name === "files"
    ? await (await import("./files/memory.ts")).memoryReport(say)
    : await contestsOf(load);
// For people the tables say the figures.
finish(json ? report : { ...report, figures: {} }, json);

async function contestsOf(loaded: () => Promise<readonly Contest[]>): Promise<Report> {
  const reports: Report[] = [];
  for (const contest of (await loaded()).filter((one) => one.name.includes(only))) {
    const asked = values.rounds === undefined ? contest.rounds : integerFlag("rounds", values.rounds);
    reports.push(await run({ ...contest, rounds: Math.max(MIN_ROUNDS, asked) }));
  }
  if (reports.length === 0) throw new Error(`no contest of ${name} is called ${only}`);
  return mergedReport(name, reports);
}

async function run(contest: Contest): Promise<Report> {
  say(`${contest.name}. ${contest.summary}`);
  const result = await runContest(contest, (round, peer, figures) =>
    say(`${round === 0 ? "warm-up" : `round ${round}`}: ${tableLine(contest, peer, figures)}`),
  );
  say(`\n${tableOf(contest.columns, result.medians)}\n`);
  return reportOf(contest, result);
}

function tableLine({ columns }: Contest, peer: string, figures: Readonly<Record<string, number>>): string {
  const parts = columns.map(
    ({ key, label, digits }) => `${label} ${(figures[key] ?? Number.NaN).toFixed(digits)}`,
  );
  return `${peer}: ${parts.join(", ")}`;
}

function say(line: string): void {
  if (!values.json) console.log(line);
}
