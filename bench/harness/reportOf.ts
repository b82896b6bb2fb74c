/** A contest's result in the form in which every check of this repository reports. */
import type { Bar, Report } from "@sotto/testing/support/report.ts";
import { atLeast, atMost } from "@sotto/testing/support/report.ts";
import type { Bound, Contest, ContestResult, Ratio } from "./contest.ts";

export function reportOf(contest: Contest, { medians, ratios }: ContestResult): Report {
  const { name, rounds, columns, peers } = contest;
  const figures = peers.flatMap((peer) =>
    columns.map(({ key, label, digits }) => [
      `${peer.name}: ${label}`,
      Number((medians[peer.name]?.[key] ?? Number.NaN).toFixed(digits)),
    ]),
  );
  return {
    name,
    rounds,
    figures: Object.fromEntries(figures) as Record<string, number>,
    ratios,
    bars: Object.fromEntries([
      ...contest.ratios.flatMap((ratio) => barOf(ratio, ratios[ratio.name])),
      ...contest.bounds.flatMap((bound) => barOf(bound, medians[bound.of]?.[bound.column])),
    ]),
  };
}

/** The reports of one bench's contests as one; a figure's name says whose it is when there are several. */
export function mergedReport(name: string, reports: readonly Report[]): Report {
  const figures = reports.flatMap((report) =>
    Object.entries(report.figures).map(([figure, value]) => [
      reports.length === 1 ? figure : `${report.name}: ${figure}`,
      value,
    ]),
  );
  return {
    name,
    rounds: Math.min(...reports.map(({ rounds }) => rounds)),
    figures: Object.fromEntries(figures) as Report["figures"],
    ratios: Object.assign({}, ...reports.map(({ ratios }) => ratios)) as Report["ratios"],
    bars: Object.assign({}, ...reports.map(({ bars }) => bars)) as Report["bars"],
  };
}

function barOf(asked: Ratio | Bound, measured: number | undefined): [string, Bar][] {
  const value = Number((measured ?? Number.NaN).toPrecision(3));
  if (asked.atLeast !== undefined) return [[asked.name, atLeast(value, asked.atLeast)]];
  return asked.atMost === undefined ? [] : [[asked.name, atMost(value, asked.atMost)]];
}
