/**
 * `npm run cheat -- --groups [--json]`: a server that cheats a group of three, one attack after the other, on real engines with real MLS. Prints what
 * the members see of each, in the words of the web app; ends with 1 when one is not seen and did not come to nothing. What a server does to pairs is
 * tested by npm test.
 */
import { parseArgs } from "node:util";
import { equals, finish } from "../support/report.ts";
import type { Outcome } from "./attack.ts";
import { attempt } from "./attack.ts";
import { GROUP_ATTACKS } from "./groupAttacks.ts";

const { groups, json } = parseArgs({
  options: { groups: { type: "boolean", default: false }, json: { type: "boolean", default: false } },
}).values;
if (groups) {
  const outcomes: Outcome[] = [];
  for (const attack of GROUP_ATTACKS) {
    const outcome = await attempt(attack);
    outcomes.push(outcome);
    if (!json) console.log(textOf(outcome));
  }
  const undetected = outcomes.filter(({ faults }) => faults.length > 0);
  const harmless = outcomes.filter(({ attack }) => attack.sights.length === 0);
  finish(
    {
      name: "cheat, groups",
      rounds: outcomes.length,
      figures: { seen: outcomes.length - harmless.length, "come to nothing": harmless.length },
      ratios: {},
      bars: { undetected: equals(undetected.length, 0) },
    },
    json,
  );
} else {
  console.error("usage: npm run cheat -- --groups [--json]");
  process.exitCode = 2;
}

function textOf({ attack: { kind, name, sights }, faults }: Outcome): string {
  const seen = sights.map(({ by, sentence }) => `    ${by.join(" or ")}: ${sentence}`);
  const nothing =
    sights.length === 0 ? ["    nothing: the members, their messages and the group are as before"] : [];
  const wrong = faults.map((fault) => `    UNDETECTED: ${fault}`);
  return [`the server ${kind} ${name}`, ...seen, ...nothing, ...wrong].join("\n");
}
