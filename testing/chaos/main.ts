/**
 * `npm run chaos [-- --messages N --kills N --seed N --short --mutant ack-before-commit --json]`: three people, a real server, kills at
 * random instants. Nothing may be lost, doubled or reordered, and every database must be sound. With the planted fault, a server that
 * acknowledges posts before it has stored them, the run has to fail.
 *
 * `npm run chaos -- --paths [--messages N --switches N --seed N --short --json]`: three people on machines of their own, who write directly and by the
 * relay while links break, choices change and processes are killed. Needs what testing/network needs; without it, it says so and ends with
 * exit code 2.
 *
 * `npm run chaos -- --files [--size MB --kills N --only sender,receiver,server --seed N --short --json]`: a file on its way over a link while its sender, then its
 * receiver is killed, and by the relay while the server is; `--kills` of each. It arrives whole, and at most one leaf's worth of it goes again for each kill. Needs the same.
 *
 * `npm run chaos -- --groups [--devices N --changes N --seed N --json]`: a group over real MLS in one process with a virtual clock: people change it at
 * the same time while devices are killed and cut off, and some members commit what nobody may take.
 */
import { parseArgs } from "node:util";
import { withDeadline } from "../support/deadline.ts";
import { groupChaos } from "../groups/chaos.ts";
import { integerFlag } from "../support/integerFlag.ts";
import type { Bar, Report } from "../support/report.ts";
import { atLeast, atMost, equals, finish } from "../support/report.ts";
import type { Accounts } from "./accounts.ts";
import { runChaos } from "./chaos.ts";
import { runFiles, victimsOf, whyNoFiles } from "./files.ts";
import { betweenStoreAndAck } from "./kills.ts";
import { programOf } from "./mutants.ts";
import { runPaths, whyNoPaths } from "./paths.ts";

const { values } = parseArgs({
  options: {
    messages: { type: "string", default: "20000" },
    kills: { type: "string" },
    files: { type: "boolean", default: false },
    groups: { type: "boolean", default: false },
    devices: { type: "string", default: "30" },
    changes: { type: "string", default: "200" },
    size: { type: "string", default: "300" },
    only: { type: "string" },
    paths: { type: "boolean", default: false },
    switches: { type: "string", default: "100" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    short: { type: "boolean", default: false },
    mutant: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const seed = integerFlag("seed", values.seed);
const say = values.json ? (): void => {} : (line: string): void => console.log(line);
const missing = values.paths ? whyNoPaths() : values.files ? whyNoFiles() : undefined;
if (missing !== undefined) {
  console.log(`skipped: ${missing}`);
  process.exitCode = 2;
} else {
  say(`seed ${seed}`);
  const run = values.groups
    ? changeGroup
    : values.files
      ? killFiles
      : values.paths
        ? flapPaths
        : killProcesses;
  finish(await run(), values.json);
}

async function killProcesses(): Promise<Report> {
  const program = programOf(values.mutant);
  const [messages, kills] = values.short
    ? [600, 4]
    : [integerFlag("messages", values.messages), integerFlag("kills", values.kills ?? "20")];
  /** A run is given up then. On two idle cores it takes a fifth of that. */
  const maxSeconds = values.short ? 60 : 540;
  /** A server that acknowledges too early is never caught there. */
  const between = program !== undefined ? 0 : Math.ceil(kills / 4);
  const started = performance.now();
  const running = runChaos({
    messages,
    kills,
    betweenStoreAndAck: between,
    seed,
    settleMs: program === undefined ? 90_000 : 5000,
    ...(program !== undefined && { program }),
    onKill: ({ target, ofServer, unanswered, storedUnanswered }) =>
      say(
        `killed ${target}${ofServer ? `: ${unanswered} posts without an answer, ${storedUnanswered} of them stored` : ""}`,
      ),
  });
  const result = await withDeadline("the end", 1000 * maxSeconds, running);
  const seconds = (performance.now() - started) / 1000;
  const { kills: killed } = result;
  return {
    name: values.mutant === undefined ? "chaos" : `chaos with ${values.mutant}`,
    rounds: 1,
    figures: {
      seed,
      messages: result.messages,
      serverKills: killed.filter(({ ofServer }) => ofServer).length,
      clientKills: killed.filter(({ ofServer }) => !ofServer).length,
      seconds: Math.round(seconds),
    },
    ratios: { messagesPerSecond: result.messages / seconds },
    bars: {
      ...barsOf(result),
      kills: atLeast(killed.length, kills),
      // Kills of the server after which its database held a post whose ok had never left it.
      killsBetweenStoreAndAck: atLeast(betweenStoreAndAck(killed), between),
      seconds: atMost(Math.round(seconds), maxSeconds),
    },
  };
}

/** The bar is for the size of the defaults. */
function changeGroup(): Promise<Report> {
  const [devices, changes] = [integerFlag("devices", values.devices), integerFlag("changes", values.changes)];
  const hasBar = devices <= 30 && changes <= 200;
  return groupChaos({ devices, changes, seed, say, ...(hasBar && { maxSeconds: 540 }) });
}

async function flapPaths(): Promise<Report> {
  const [messages, switches] = values.short
    ? [600, 8]
    : [integerFlag("messages", values.messages), integerFlag("switches", values.switches)];
  const maxSeconds = values.short ? 120 : 1200;
  const started = performance.now();
  const running = runPaths({ messages, switches, seed, settleMs: 90_000, onSwitch: say });
  const result = await withDeadline("the end", 1000 * maxSeconds, running);
  const seconds = (performance.now() - started) / 1000;
  return {
    name: "chaos of paths",
    rounds: 1,
    figures: {
      seed,
      messages: result.messages,
      switches: result.switches,
      direct: result.direct,
      relayed: result.relayed,
      seconds: Math.round(seconds),
    },
    ratios: { messagesPerSecond: result.messages / seconds, directShare: result.direct / result.messages },
    bars: {
      ...barsOf(result),
      // Of a run in which one path carries next to nothing nothing follows for their meeting.
      directPercent: atLeast(Math.round((100 * result.direct) / result.messages), 10),
      relayedPercent: atLeast(Math.round((100 * result.relayed) / result.messages), 10),
      seconds: atMost(Math.round(seconds), maxSeconds),
    },
  };
}

async function killFiles(): Promise<Report> {
  const [megabytes, kills] = values.short
    ? [20, 1]
    : [integerFlag("size", values.size), integerFlag("kills", values.kills ?? "10")];
  const figures: Record<string, number> = { seed, megabytes };
  const bars: Record<string, Bar> = {};
  for (const victim of victimsOf(values.only)) {
    const run = await runFiles(victim, { sizeBytes: megabytes * 1_000_000, kills, seed, onKill: say });
    figures[`${victim}: seconds`] = Math.round(run.seconds);
    if (victim === "server") figures["server: leaves up again"] = Number(run.leavesUpAgain.toFixed(2));
    bars[`${victim}: kills on the way`] = equals(run.kills, kills);
    bars[`${victim}: files that arrived whole`] = equals(Number(run.arrived), 1);
    bars[`${victim}: leaves sent again`] = atMost(Number(run.leavesAgain.toFixed(2)), run.kills);
  }
  return { name: "chaos of files", rounds: 1, figures, ratios: {}, bars };
}

function barsOf({ delivery, unconfirmed, soundDatabases, databases }: Accounts): Report["bars"] {
  return {
    lost: equals(delivery.lost, 0),
    doubled: equals(delivery.doubled, 0),
    reordered: equals(delivery.reordered, 0),
    foreign: equals(delivery.foreign, 0),
    unconfirmed: equals(unconfirmed, 0),
    soundDatabases: equals(soundDatabases, databases),
  };
}
