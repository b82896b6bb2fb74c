import { describe, expect, test } from "vitest";
import type { Contest, Figures } from "./contest.ts";
import { resultOf, runContest } from "./contest.ts";
import { mergedReport, reportOf } from "./reportOf.ts";
import { tableOf } from "./table.ts";

const columns = [{ key: "rate", label: "messages/s", digits: 0 }];

/** Peers whose rounds give these figures in turn; `log` learns in which order they ran. */
function contest(figures: Readonly<Record<string, readonly number[]>>, log: string[] = []): Contest {
  return {
    name: "test",
    summary: "",
    rounds: 3,
    columns,
    peers: Object.entries(figures).map(([name, values]) => ({
      name,
      async start() {
        let round = 0;
        return {
          async round() {
            log.push(name);
            return { rate: values[round++] ?? 0 };
          },
          async stop() {
            log.push(`${name} stopped`);
          },
        };
      },
    })),
    ratios: [{ name: "us over them", column: "rate", of: "us", to: "them", atLeast: 0.5 }],
    bounds: [{ name: "their rate", column: "rate", of: "them", atMost: 25 }],
  };
}

describe("a contest", () => {
  test("takes turns, leaves the first round out, and takes medians", async () => {
    const log: string[] = [];
    const told: [number, string, Figures][] = [];
    const result = await runContest(contest({ us: [9, 1, 2, 3], them: [9, 10, 40, 20] }, log), (...round) => {
      told.push(round);
    });
    expect(log).toEqual([
      "us",
      "them",
      "us",
      "them",
      "us",
      "them",
      "us",
      "them",
      "us stopped",
      "them stopped",
    ]);
    expect(told[0]).toEqual([0, "us", { rate: 9 }]);
    expect(result.medians).toEqual({ us: { rate: 2 }, them: { rate: 20 } });
    // Of 1/10, 2/40 and 3/20, and not 2/20.
    expect(result.ratios).toEqual({ "us over them": 0.1 });
  });

  test("stops its peers when a round fails", async () => {
    const log: string[] = [];
    const [us] = contest({ us: [1] }, log).peers;
    const failing = {
      name: "them",
      start: async () => ({
        round: () => Promise.reject(new Error("lost a message")),
        stop: async () => void log.push("them stopped"),
      }),
    };
    const run = runContest({ ...contest({}), peers: us === undefined ? [] : [us, failing] }, () => {});
    await expect(run).rejects.toThrow("lost a message");
    expect(log).toEqual(["us", "us stopped", "them stopped"]);
  });

  test("reports a figure for every column and a bar for every ratio and bound that has one", () => {
    const played = contest({ us: [], them: [] });
    const result = resultOf(played, [{ us: { rate: 10 }, them: { rate: 25 } }]);
    const { figures, ratios, bars } = reportOf(played, result);
    expect(figures).toEqual({ "us: messages/s": 10, "them: messages/s": 25 });
    expect(ratios).toEqual({ "us over them": 0.4 });
    expect(bars).toEqual({
      "us over them": { value: 0.4, rule: "atLeast", bar: 0.5 },
      "their rate": { value: 25, rule: "atMost", bar: 25 },
    });
  });

  test("joins the reports of several contests, and keeps that of one as it is", () => {
    const played = contest({ us: [], them: [] });
    const report = reportOf(played, resultOf(played, [{ us: { rate: 10 }, them: { rate: 25 } }]));
    expect(mergedReport("test", [report])).toEqual(report);
    const other = { ...report, name: "other", rounds: 2, ratios: { b: 2 }, bars: {} };
    const { rounds, figures, ratios, bars } = mergedReport("both", [report, other]);
    expect(rounds).toBe(2);
    expect(figures["other: us: messages/s"]).toBe(10);
    expect(ratios).toEqual({ ...report.ratios, b: 2 });
    expect(bars).toEqual(report.bars);
  });

  test("refuses a peer without the figure", () => {
    expect(() => resultOf(contest({ us: [], them: [] }), [{ us: {}, them: { rate: 1 } }])).toThrow(
      "us measured no rate",
    );
  });
});

test("a table aligns its columns", () => {
  expect(tableOf(columns, { us: { rate: 1234.5 }, others: { rate: 2 } })).toBe(
    ["        messages/s", "us           1,235", "others           2"].join("\n"),
  );
});
