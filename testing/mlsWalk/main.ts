/**
 * `npm run mls-walk [-- --seeds N --steps N --suite 1|83 --seed S --mutants --json]`: random walks of a conversation over the MLS engine, in
 * both suites, and a thousand lost commits. `--seed` is the first seed; `--seed S --seeds 1 --suite 1` repeats one walk. `--mutants` plants
 * faults instead, each of which must be noticed.
 */
import { parseArgs } from "node:util";
import type { SuiteId } from "@sotto/crypto";
import { integerFlag } from "../support/integerFlag.ts";
import type { Bar, Report } from "../support/report.ts";
import { atLeast, cpuSeconds, equals, finish } from "../support/report.ts";
import { runInWorkers } from "../support/workers.ts";
import type { LosingResult } from "./losing.ts";
import { loseCommits } from "./losing.ts";
import { MUTANTS } from "./mutants.ts";
import { LOST_COMMITS, STEPS, walksOf, WHOLE } from "./plan.ts";
import type { WalkOptions, WalkResult } from "./walk.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string" },
    steps: { type: "string", default: String(STEPS) },
    suite: { type: "string" },
    seed: { type: "string", default: "1" },
    mutants: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const from = integerFlag("seed", values.seed);
const steps = integerFlag("steps", values.steps);
const suites = suitesOf(values.suite);
const seedsOf = (suite: SuiteId): number =>
  values.seeds === undefined ? WHOLE[suite] : integerFlag("seeds", values.seeds);
const started = performance.now();

finish(await (values.mutants ? mutantReport() : walkReport()), values.json);

async function walkReport(): Promise<Report> {
  // The largest first, so that the cores end together.
  const walks = suites
    .flatMap((suite) => walksOf(suite, from, seedsOf(suite), steps))
    .toSorted((a, b) => costOf(b) - costOf(a));
  const results = await runAll(walks);
  const losing: LosingResult[] = [];
  for (const suite of suites) losing.push(await loseCommits(suite, LOST_COMMITS));
  for (const { suite, failure } of losing)
    if (failure !== undefined) console.error(`suite ${suite}: ${failure}`);
  const failures = [...results, ...losing].filter(({ failure }) => failure !== undefined);
  return {
    name: "walks over the MLS engine",
    rounds: results.length,
    figures: {
      seconds: Math.round((performance.now() - started) / 1000),
      "seconds of CPU": cpuSeconds(),
      ...Object.assign({}, ...suites.map((suite) => figuresOf(suite, results))),
    },
    ratios: {},
    bars: {
      failures: equals(failures.length, 0),
      ...Object.fromEntries(
        losing.map(({ suite, lost }): [string, Bar] => [
          `suite ${suite}: lost commits`,
          atLeast(lost, LOST_COMMITS),
        ]),
      ),
    },
  };
}

/** Each fault must end a walk within a few seeds. */
async function mutantReport(): Promise<Report> {
  const seeds = values.seeds === undefined ? 4 : integerFlag("seeds", values.seeds);
  const figures: Record<string, string> = {};
  const bars: Record<string, Bar> = {};
  for (const mutant of MUTANTS) {
    const results = await runAll(
      walksOf(1, from, seeds, steps).map((walk) => ({ ...walk, mutant })),
      () => {},
    );
    const failures = results.flatMap(({ failure }) => failure?.split("\n")[0] ?? []);
    figures[mutant.name] = failures[0] ?? "not noticed";
    bars[`${mutant.name}: walks that notice`] = atLeast(failures.length, 1);
  }
  return { name: "walks with a planted fault", rounds: MUTANTS.length * seeds, figures, ratios: {}, bars };
}

async function runAll(
  walks: readonly WalkOptions[],
  tell: (result: WalkResult) => void = tellResult,
): Promise<readonly WalkResult[]> {
  const results: WalkResult[] = [];
  await runInWorkers<WalkOptions, WalkResult>(new URL("./worker.ts", import.meta.url), walks, (result) => {
    results.push(result);
    tell(result);
  });
  return results;
}

/** As they end, since all of them take minutes. */
function tellResult({ suite, seed, steps: done, largest, failure }: WalkResult): void {
  if (!values.json) console.log(`suite ${suite}, seed ${seed}: ${done} steps, at most ${largest} members`);
  if (failure === undefined) return;
  console.error(`suite ${suite}, seed ${seed}: ${failure}`);
  console.error(`again: npm run mls-walk -- --suite ${suite} --seed ${seed} --seeds 1 --steps ${steps}`);
}

function figuresOf(suite: SuiteId, all: readonly WalkResult[]): Record<string, number> {
  const results = all.filter((result) => result.suite === suite);
  const sum = (
    counts: readonly Readonly<Record<string, number>>[],
  ): readonly (readonly [string, number])[] => {
    const names = [...new Set(counts.flatMap((one) => Object.keys(one)))].toSorted();
    return names.map((name) => [name, counts.reduce((total, one) => total + (one[name] ?? 0), 0)]);
  };
  const named: readonly (readonly [string, number])[] = [
    ["seeds", results.length],
    ["steps", results.reduce((total, result) => total + result.steps, 0)],
    ["epochs", results.reduce((total, result) => total + result.epochs, 0)],
    ["largest group", Math.max(...results.map(({ largest }) => largest))],
    ["failures", results.filter(({ failure }) => failure !== undefined).length],
    ...sum(results.map(({ actions }) => actions)).map(([name, n]) => [`step ${name}`, n] as const),
    ...sum(results.map(({ events }) => events)),
  ];
  return Object.fromEntries(named.map(([name, n]) => [`suite ${suite}: ${name}`, n]));
}

function suitesOf(text: string | undefined): readonly SuiteId[] {
  if (text === undefined) return [1, 83];
  if (text !== "1" && text !== "83") throw new Error(`--suite is 1 or 83, not ${text}`);
  return [text === "1" ? 1 : 83];
}

function costOf({ suite, maxMembers }: WalkOptions): number {
  return maxMembers * (suite === 83 ? 3 : 1);
}
