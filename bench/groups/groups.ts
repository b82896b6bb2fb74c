/** A group's life at several sizes, ours beside ts-mls 1.6.4 as it comes; and a device that comes back after hundreds of commits. */
import type { SuiteId } from "@sotto/crypto";
import { hasChromium } from "@sotto/testing/browser/chromium.ts";
import { createNodeCryptoProvider } from "sotto/node";
import type { Contest, Figures, Peer } from "../harness/contest.ts";
import { makeAbsence } from "./absence.ts";
import { bareLife } from "./bare.ts";
import type { Absence } from "./catchUp.ts";
import { catchUp } from "./catchUp.ts";
import { openCatchUpPage } from "./chromium.ts";
import type { Life } from "./life.ts";
import { TEXT_BYTES } from "./life.ts";
import { ourLife } from "./ours.ts";

/** By the number of devices; the fewer they are, the more rounds make the code warm. */
const ROUNDS = new Map([
  [10, 25],
  [50, 11],
  [100, 5],
  [250, 5],
]);
/** From so many on a round of the library takes half a minute: it is measured once. */
const ONCE_FROM = 100;
/** X-Wing, which groups have unless somebody chooses another. */
const DEFAULT_SUITE: SuiteId = 83;
const OURS = "sotto";
const BARE = "ts-mls";
/** To what the library takes. */
const AT_MOST = 0.5;
const TIMES = ["addMs", "joinMs", "updateMs", "removeMs", "sendMs", "receiveMs"] as const;

const ABSENT_FROM = 50;
const COMMITS = 500;
const BARS_S: Readonly<Record<SuiteId, number>> = { 1: 30, 83: 60 };
const LONGEST_TASK_MS = 50;

/** The contests of `npm run bench -- groups`; `say` is told what is left out. */
export function groups(say: (line: string) => void): readonly Contest[] {
  if (!hasChromium) say("skipped: Chromium, which is not installed");
  return [...[...ROUNDS.keys()].map(lifeContest), catchUpContest(DEFAULT_SUITE), catchUpContest(1)];
}

function lifeContest(devices: number): Contest {
  const label = (key: (typeof TIMES)[number]): string => `${key.slice(0, -2)} ms`;
  return {
    name: `groups: ${devices} devices`,
    summary:
      "A group that one commit of its creator has filled, default suite, in Node. add, update, remove: the creator's commit, and a member who follows it; join: by its Welcome; " +
      `send, receive: a text of ${TEXT_BYTES} bytes. Each of our commits renews keys; an add of ${BARE} does not, and counts together with its update. From ${ONCE_FROM} devices on ${BARE} is measured once, after a round that warms it up.`,
    rounds: ROUNDS.get(devices) ?? 5,
    columns: [
      ...TIMES.map((key) => ({
        key,
        label: label(key),
        digits: key === "sendMs" || key === "receiveMs" ? 3 : 1,
      })),
      { key: "addBytes", label: "add B", digits: 0 },
      { key: "welcomeBytes", label: "Welcome B", digits: 0 },
      { key: "updateBytes", label: "update B", digits: 0 },
      { key: "removeBytes", label: "remove B", digits: 0 },
      { key: "messageBytes", label: "message B", digits: 0 },
    ],
    peers: [
      lifePeer(OURS, () => ourLife(devices, DEFAULT_SUITE), false),
      lifePeer(BARE, () => bareLife(devices, DEFAULT_SUITE), devices >= ONCE_FROM),
    ],
    ratios: TIMES.map((column) => ({
      name: `${devices} devices: ${column.slice(0, -2)}, ${OURS} to ${BARE}`,
      column,
      of: OURS,
      to: BARE,
      atMost: AT_MOST,
    })),
    bounds: [],
  };
}

function lifePeer(name: string, start: () => Promise<Life>, once: boolean): Peer {
  return {
    name,
    async start() {
      const life = await start();
      const round = async (): Promise<Figures> => ({ ...(await life.round()) });
      if (!once) return { round, stop: async () => {} };
      await round();
      return { round: onceOnly(round), stop: async () => {} };
    },
  };
}

function catchUpContest(suite: SuiteId): Contest {
  let made: Promise<Absence> | undefined;
  const absence = (): Promise<Absence> => (made ??= makeAbsence(suite, ABSENT_FROM, COMMITS));
  const seconds = { column: "tookS", atMost: BARS_S[suite] };
  const where = `suite ${suite}`;
  return {
    name: `groups: back after ${COMMITS} commits, ${where}`,
    summary:
      `${COMMITS} commits of a group of ${ABSENT_FROM} devices, taken in by the client's engine over a disk in memory; in Chromium in a worker, while the page is told of each: ` +
      "its longest task, 0 when none took 50 ms, and the longest pause between two ticks of 4 ms. Run once.",
    rounds: 5,
    columns: [
      { key: "tookS", label: "s", digits: 1 },
      { key: "longestTaskMs", label: "longest task ms", digits: 0 },
      { key: "longestPauseMs", label: "longest pause ms", digits: 0 },
    ],
    peers: [
      {
        name: "Node",
        async start() {
          const away = await absence();
          const round = async (): Promise<Figures> => {
            const tookMs = await catchUp(away, createNodeCryptoProvider(), () => {});
            return { tookS: tookMs / 1000, longestTaskMs: 0, longestPauseMs: 0 };
          };
          return { round: onceOnly(round), stop: async () => {} };
        },
      },
      ...(hasChromium ? [chromiumPeer(absence)] : []),
    ],
    ratios: [],
    bounds: [
      { name: `Node, ${where}: seconds`, of: "Node", ...seconds },
      ...(hasChromium
        ? [
            { name: `Chromium, ${where}: seconds`, of: "Chromium", ...seconds },
            {
              name: `Chromium, ${where}: the page's longest task, ms`,
              column: "longestTaskMs",
              of: "Chromium",
              atMost: LONGEST_TASK_MS,
            },
          ]
        : []),
    ],
  };
}

function chromiumPeer(absence: () => Promise<Absence>): Peer {
  return {
    name: "Chromium",
    async start() {
      const page = await openCatchUpPage(await absence());
      return { round: onceOnly(page.round), stop: page.close };
    },
  };
}

/** Later rounds give again what the first one measured. */
function onceOnly(round: () => Promise<Figures>): () => Promise<Figures> {
  let measured: Promise<Figures> | undefined;
  return () => (measured ??= round());
}
