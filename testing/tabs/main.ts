/**
 * `npm run tabs [-- --kills N --seed N --mutant no-dedup|no-owner-check --json]`: four tabs of one person, killed at random while everybody writes. Nothing
 * may be lost, doubled or reordered, no tab may differ from another, and nobody who lost the lead may write. With a planted fault the run has to
 * fail.
 */
import { parseArgs } from "node:util";
import { hasChromium } from "../browser/chromium.ts";
import { integerFlag } from "../support/integerFlag.ts";
import type { Report } from "../support/report.ts";
import { atLeast, equals, finish } from "../support/report.ts";
import type { TabsResult } from "./tabsRun.ts";
import { runTabs } from "./tabsRun.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "200" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    mutant: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
if (!hasChromium) throw new Error("there is no Chromium here: npm run setup installs it");
const kills = integerFlag("kills", values.kills);
const seed = integerFlag("seed", values.seed);
const say = values.json ? (): void => {} : (line: string): void => console.log(line);
say(`seed ${seed}`);
const started = performance.now();
let count = 0;
const result = await runTabs({
  kills,
  seed,
  settleMs: values.mutant === undefined ? 60_000 : 10_000,
  ...(values.mutant !== undefined && { mutant: values.mutant }),
  onKill: (ending, ofLeader) => say(`${++count} ${ending}${ofLeader ? ", the leader" : ""}`),
});
for (const trouble of new Set(result.trouble)) say(`trouble: ${trouble}`);
finish(reportOf(result, (performance.now() - started) / 1000), values.json);

function reportOf({ delivery, stale, ...result }: TabsResult, seconds: number): Report {
  return {
    name: values.mutant === undefined ? "tabs" : `tabs with ${values.mutant}`,
    rounds: 1,
    figures: {
      seed,
      messages: result.messages,
      killsOfLeaders: result.kills.filter(({ ofLeader }) => ofLeader).length,
      leaders: result.leaders,
      takeoverMedianMs: quantile(result.takeoverMs, 0.5),
      takeoverMaxMs: quantile(result.takeoverMs, 1),
      openMedianMs: quantile(result.openMs, 0.5),
      seconds: Math.round(seconds),
    },
    ratios: {},
    bars: {
      kills: atLeast(result.kills.length, kills),
      lost: equals(delivery.lost, 0),
      doubled: equals(delivery.doubled, 0),
      reordered: equals(delivery.reordered, 0),
      foreign: equals(delivery.foreign, 0),
      unanswered: equals(result.unanswered, 0),
      tabsThatDiffer: equals(result.differing, 0),
      forks: equals(result.forks, 0),
      troubles: equals(result.trouble.length, 0),
      staleWritesRefused: atLeast(stale.tried - stale.accepted, 1),
      staleWritesAccepted: equals(stale.accepted, 0),
    },
  };
}

function quantile(values_: readonly number[], part: number): number {
  const sorted = values_.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0);
}
