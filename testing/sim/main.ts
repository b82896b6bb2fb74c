/**
 * `npm run sim [-- --seeds N | --real N | --mutants | --seed S [--trace]] [--json]`: engines and server in a simulated, hostile world.
 * `--seeds` runs that many scenarios with the stand-in for MLS, `--real` with MLS itself, from seed 1 or `--seed`; `--mutants` plants faults
 * that must be caught within `--seeds` scenarios each; `--files` does both for transfers of files, without engines,
 * `--groups` for groups of people; `--seed` alone repeats one scenario, with `--trace` event by event.
 */
import { parseArgs } from "node:util";
import { integerFlag } from "../support/integerFlag.ts";
import type { Bar, Report } from "../support/report.ts";
import { equals, finish } from "../support/report.ts";
import { catchMutant, MUTANTS } from "./mutants.ts";
import { createCast } from "./people.ts";
import { runSeeds } from "./runSeeds.ts";
import { runScenario } from "./scenario.ts";
import { groupMutantReport, groupReport } from "../groups/report.ts";
import { fileMutantReport, fileReport } from "../transfers/report.ts";
import { failureLines, reportOf } from "./tally.ts";
import type { Tier } from "./tier.ts";
import { STAND_IN } from "./tier.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string" },
    seed: { type: "string" },
    real: { type: "string" },
    mutants: { type: "boolean", default: false },
    files: { type: "boolean", default: false },
    groups: { type: "boolean", default: false },
    trace: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const say = values.json ? (): void => {} : (line: string): void => console.log(line);
const from = values.seed === undefined ? 1 : integerFlag("seed", values.seed);

finish(await reportAsked(), values.json);

function reportAsked(): Promise<Report> {
  if (values.groups) {
    const count = integerFlag("seeds", values.seeds ?? (values.seed === undefined ? "300" : "1"));
    if (values.mutants) return groupMutantReport(count, say);
    return groupReport(from, count, say, values.trace ? say : undefined);
  }
  if (values.files) {
    const count = integerFlag("seeds", values.seeds ?? (values.seed === undefined ? "500" : "1"));
    return values.mutants ? fileMutantReport(count, say) : fileReport(from, count, say);
  }
  if (values.mutants) return mutantReport(integerFlag("seeds", values.seeds ?? "400"));
  if (values.real !== undefined) return seedReport("real", integerFlag("real", values.real));
  if (values.seeds === undefined && values.seed !== undefined) return singleReport();
  return seedReport("standIn", integerFlag("seeds", values.seeds ?? "500"));
}

async function seedReport(tier: Tier["name"], count: number): Promise<Report> {
  const started = performance.now();
  const results = await runSeeds(tier, from, count, (result) => failureLines(result).forEach(say));
  const seconds = (performance.now() - started) / 1000;
  return reportOf(tier === "real" ? "simulation over MLS" : "simulation", results, seconds, {});
}

/** Twice, so that a trace that cannot be repeated is seen. */
async function singleReport(): Promise<Report> {
  const cast = await createCast(STAND_IN);
  const started = performance.now();
  const options = { cast, seed: from, mutation: {} };
  const first = await runScenario({ ...options, ...(values.trace && { onLine: say }) });
  const seconds = (performance.now() - started) / 1000;
  const second = await runScenario(options);
  failureLines(first).forEach(say);
  say(`trace ${first.traceHash}`);
  const repeats = Number(first.traceHash === second.traceHash);
  return reportOf(`simulation of seed ${from}`, [first], seconds, { sameTraceTwice: equals(repeats, 1) });
}

async function mutantReport(limit: number): Promise<Report> {
  const cast = await createCast(STAND_IN);
  const figures: Record<string, string> = {};
  const bars: Record<string, Bar> = {};
  for (const mutant of MUTANTS) {
    const caught = await catchMutant(cast, mutant, limit);
    figures[mutant.name] = caught === undefined ? "not caught" : `${caught.rule}, seed ${caught.seeds}`;
    say(`${mutant.name}: ${figures[mutant.name]}`);
    bars[mutant.name] = equals(Number(caught !== undefined), 1);
  }
  return { name: "simulation of planted faults", rounds: limit, figures, ratios: {}, bars };
}
