/**
 * `npm run first-conversation [-- --throttle 4 --rounds 3 --json]`: from an empty list to the first message, and from a list with a contact to the next one,
 * with mouse, keys and finger. Without `--throttle` both at this machine's speed and four times slower.
 */
import { parseArgs } from "node:util";
import { launchChromium } from "../browser/chromium.ts";
import { openSite } from "../browser/site.ts";
import { integerFlag } from "../support/integerFlag.ts";
import type { Bar } from "../support/report.ts";
import { atMost, finish } from "../support/report.ts";
import type { WalkTimes } from "./conversationWalk.ts";
import { walkFirstConversation } from "./conversationWalk.ts";
import { HANDS } from "./hands.ts";
import { scriptedOther } from "./others.ts";

/** What a script may take, in ms: a person then takes what a person takes. */
const BAR_MS = 1500;
const COLUMNS = ["registered", "firstMessage", "request", "writing", "nextMessage"] as const;

const { values } = parseArgs({
  options: {
    throttle: { type: "string" },
    rounds: { type: "string", default: "3" },
    json: { type: "boolean", default: false },
  },
});
const rounds = integerFlag("rounds", values.rounds);
const throttles = values.throttle === undefined ? [1, 4] : [integerFlag("throttle", values.throttle)];

// More people than a stranger may make accounts for.
const site = await openSite("packages/web", { registrationsPerAddressPerHour: 1000 });
const browser = await launchChromium();
const figures: Record<string, number> = {};
const bars: Record<string, Bar> = {};
let walks = 0;
try {
  if (!values.json) console.log(row(["ms, median of the rounds", ...COLUMNS]));
  for (const throttle of throttles) {
    for (const hands of HANDS) {
      const name = throttle === 1 ? hands : `${hands}, ${throttle} times slower`;
      const times: WalkTimes[] = [];
      for (let round = 0; round < rounds; round++) {
        const other = await scriptedOther(`bob.${++walks}`, site.origin, site.folder(`bob.${walks}`));
        const options = { origin: site.origin, hands, by: "name", throttle } as const;
        times.push(await walkFirstConversation(browser, `alice.${walks}`, other, options));
        await other.close();
      }
      const medians = COLUMNS.map((column) => median(times.map((time) => time[column])));
      for (const [i, column] of COLUMNS.entries()) figures[`${name}: ${column}`] = medians[i] ?? 0;
      bars[`${name}: first message`] = atMost(figures[`${name}: firstMessage`] ?? 0, BAR_MS);
      bars[`${name}: next message`] = atMost(figures[`${name}: nextMessage`] ?? 0, BAR_MS);
      if (!values.json) console.log(row([name, ...medians]));
    }
  }
} finally {
  await browser.close();
  await site.close();
}
finish({ name: "first-conversation", rounds, figures, ratios: {}, bars }, values.json);

function median(all: readonly number[]): number {
  return Math.round(all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0);
}

function row([first = "", ...others]: readonly (string | number)[]): string {
  return [String(first).padEnd(26), ...others.map((cell) => String(cell).padStart(13))].join("");
}
