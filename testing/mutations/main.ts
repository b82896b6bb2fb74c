/**
 * `npm run mutations [-- --count N] [--seed S] [--json]`: altered handshakes, Welcomes, group infos, key packages and messages, and some that a member
 * signed, at every entrance of the MLS engine; one in twenty in the suite of X-Wing. With `--suite 1|83 --only N` one of them again.
 */
import { parseArgs } from "node:util";
import type { SuiteId } from "@sotto/crypto";
import { integerFlag } from "../support/integerFlag.ts";
import type { Report } from "../support/report.ts";
import { atLeast, atMost, cpuSeconds, equals, finish } from "../support/report.ts";
import { runInWorkers } from "../support/workers.ts";
import { BOUND_MS } from "./mutants.ts";
import type { Share, Tally } from "./runShare.ts";
import { runShare } from "./runShare.ts";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    suite: { type: "string", default: "1" },
    only: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
/** Of all mutants, those in suite 83, which costs more and differs in its keys only. */
const XWING_SHARE = 0.05;
const SHARE_MUTANTS = 2500;
/** An alteration now and then gives nothing new; so many more are tried. */
const SKIPPED_SHARE = 0.15;

const seed = integerFlag("seed", values.seed);
const started = performance.now();
const tallies: Tally[] = [];
if (values.only === undefined) {
  const count = integerFlag("count", values.count);
  await runInWorkers<Share, Tally>(new URL("./worker.ts", import.meta.url), sharesOf(count), (tally) => {
    tallies.push(tally);
  });
  finish(reportOf(tallies, count), values.json);
} else {
  const from = integerFlag("only", values.only);
  const suite: SuiteId = values.suite === "83" ? 83 : 1;
  finish(reportOf([await runShare({ suite, seed, from, to: from + 1 })], 0), values.json);
}

function sharesOf(count: number): readonly Share[] {
  const xwing = Math.ceil(count * XWING_SHARE);
  return [...cut(83, xwing), ...cut(1, count - xwing)];
}

function cut(suite: SuiteId, count: number): readonly Share[] {
  const tries = Math.ceil(count * (1 + SKIPPED_SHARE));
  return Array.from({ length: Math.ceil(tries / SHARE_MUTANTS) }, (_, i) => {
    const from = i * SHARE_MUTANTS;
    return { suite, seed, from, to: Math.min(tries, from + SHARE_MUTANTS) };
  });
}

function reportOf(all: readonly Tally[], least: number): Report {
  const faults = all.flatMap((tally) => tally.faults);
  for (const fault of faults.slice(0, 20)) console.error(fault);
  const verdicts = sum(all.map((tally) => tally.verdicts));
  const done = Object.values(verdicts).reduce((total, n) => total + n, 0);
  const worstMs = Math.max(...all.map((tally) => tally.worstMs));
  const untyped = Object.keys(verdicts).filter((name) => name.startsWith("untyped"));
  return {
    name: "mutations",
    rounds: done,
    figures: {
      seconds: Math.round((performance.now() - started) / 1000),
      "seconds of CPU": cpuSeconds(),
      "in suite 83": sumOf(all.filter(({ suite }) => suite === 83).map((tally) => tally.verdicts)),
      "skipped alterations": all.reduce((total, { skipped }) => total + skipped, 0),
      "slowest call, ms of CPU": worstMs.toFixed(1),
      ...prefixed("verdict", verdicts),
      ...prefixed("mutants", sum(all.map((tally) => tally.mutants))),
    },
    ratios: {},
    bars: {
      mutants: atLeast(done, least),
      accepted: equals((verdicts["accepted"] ?? 0) + (verdicts["undecided"] ?? 0), 0),
      "members that differ": equals(verdicts["split"] ?? 0, 0),
      "untyped errors": equals(
        sumOf([Object.fromEntries(untyped.map((name) => [name, verdicts[name] ?? 0]))]),
        0,
      ),
      "slowest call": atMost(Math.ceil(worstMs), BOUND_MS),
      faults: equals(faults.length, 0),
    },
  };
}

function prefixed(prefix: string, counts: Readonly<Record<string, number>>): Record<string, number> {
  const entries = Object.entries(counts).toSorted(([a], [b]) => a.localeCompare(b));
  return Object.fromEntries(entries.map(([name, n]) => [`${prefix}: ${name}`, n]));
}

function sum(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const counts of all)
    for (const [name, n] of Object.entries(counts)) total[name] = (total[name] ?? 0) + n;
  return total;
}

function sumOf(all: readonly Readonly<Record<string, number>>[]): number {
  return Object.values(sum(all)).reduce((total, n) => total + n, 0);
}
