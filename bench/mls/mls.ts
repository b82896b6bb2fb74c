/** Our MLS engine beside ts-mls 1.6.4 as it comes. */
import type { SuiteId } from "@sotto/crypto";
import { hasChromium } from "@sotto/testing/browser/chromium.ts";
import { createNodeCryptoProvider } from "sotto/node";
import type { Contest, Peer, Ratio } from "../harness/contest.ts";
import { createBare } from "./bare.ts";
import { median } from "../harness/median.ts";
import type { Chromium } from "./chromium.ts";
import { openChromium } from "./chromium.ts";
import type { Contender } from "./contender.ts";
import { TEXT_BYTES } from "./contender.ts";
import type { Joiner } from "./largeGroups.ts";
import { bareJoiner, ourJoiner } from "./largeGroups.ts";
import type { Libsignal } from "./libsignal.ts";
import { installLibsignal } from "./libsignal.ts";
import { createOurs } from "./ours.ts";

const SUITES: readonly SuiteId[] = [1, 83];
/** Messages in one call, as a client in full flow makes it. */
const BATCH = 64;
/** Messages of one round. */
const MESSAGES = 256;

const OURS = "sotto";
const OURS_BATCHED = `sotto, ${BATCH} at once`;
const BARE = "ts-mls";

/** A join by the library takes half a minute at 1,000 leaves: its later rounds repeat what the first ones measured. */
const BARE_JOINS = 2;

/** The contests of `npm run bench -- mls`; `say` is told what is left out. */
export async function mls(say: (line: string) => void): Promise<readonly Contest[]> {
  const libsignal = await installLibsignal();
  if (libsignal === undefined) say("skipped: libsignal, which cannot be installed here");
  if (!hasChromium) say("skipped: Chromium, which is not installed");
  return [
    ...SUITES.map((suite) => nodeContest(suite, suite === 1 ? libsignal : undefined)),
    ...(hasChromium ? SUITES.map(chromiumContest) : []),
    largeContest("join", 1000, 0.05),
    largeContest("commit", 500, 0.4),
  ];
}

interface Bars {
  readonly encrypt: number;
  readonly decrypt: number;
}

function nodeContest(suite: SuiteId, libsignal: Libsignal | undefined): Contest {
  return ratesContest(`Node, suite ${suite}`, { encrypt: 5, decrypt: 4 }, [
    peerOf(OURS, () => createOurs(createNodeCryptoProvider(), suite, 1)),
    peerOf(OURS_BATCHED, () => createOurs(createNodeCryptoProvider(), suite, BATCH)),
    peerOf(BARE, () => createBare(suite)),
    ...(libsignal === undefined
      ? []
      : [
          peerOf(
            "libsignal",
            () => libsignal.contender(),
            async () => libsignal.close(),
          ),
        ]),
  ]);
}

function chromiumContest(suite: SuiteId): Contest {
  let chromium: Promise<Chromium> | undefined;
  const contender = async (batch: number): Promise<Contender> => {
    chromium ??= openChromium();
    return (await chromium).contender(suite, batch);
  };
  const close = async (): Promise<void> => {
    const opened = chromium;
    chromium = undefined;
    await (await opened)?.close();
  };
  return ratesContest(`Chromium, suite ${suite}`, { encrypt: 1.3, decrypt: 1.1 }, [
    peerOf(OURS, () => contender(1), close),
    peerOf(OURS_BATCHED, () => contender(BATCH), close),
    peerOf(BARE, () => contender(0), close),
  ]);
}

function ratesContest(where: string, bars: Bars, peers: readonly Peer[]): Contest {
  const ratio = (of: string, column: keyof Bars): Ratio => ({
    name: `${where}: ${column}, ${of} over ${BARE}`,
    column: `${column}PerSecond`,
    of,
    to: BARE,
    atLeast: bars[column],
  });
  return {
    name: `mls: ${where}`,
    summary: `Texts of ${TEXT_BYTES} bytes in a pair, one after the other, from bytes to bytes, one thread; ours with the records to be stored.`,
    rounds: 11,
    columns: [
      { key: "encryptPerSecond", label: "encrypt/s", digits: 0 },
      { key: "decryptPerSecond", label: "decrypt/s", digits: 0 },
    ],
    peers,
    ratios: [OURS, OURS_BATCHED].flatMap((of) => [ratio(of, "encrypt"), ratio(of, "decrypt")]),
    bounds: [],
  };
}

function peerOf(
  name: string,
  start: () => Promise<Contender>,
  stop: () => Promise<void> = async () => {},
): Peer {
  return {
    name,
    async start() {
      const contender = await start();
      return { round: async () => ({ ...(await contender.round(MESSAGES)) }), stop };
    },
  };
}

function largeContest(work: keyof Joiner, leaves: number, atMost: number): Contest {
  return {
    name: `mls: ${work} at ${leaves} leaves`,
    summary:
      "A group that one commit of its creator has filled, suite 1, in Node. join: a Welcome and what it must be checked for. commit: a member renews its keys " +
      `and enters the epoch, another one follows. ${BARE} joins ${BARE_JOINS} times.`,
    rounds: 5,
    columns: [{ key: "tookMs", label: "ms", digits: 0 }],
    peers: [
      largePeer(OURS, () => ourJoiner(leaves), work, Number.POSITIVE_INFINITY),
      largePeer(
        BARE,
        () => bareJoiner(leaves),
        work,
        work === "join" ? BARE_JOINS : Number.POSITIVE_INFINITY,
      ),
    ],
    ratios: [
      {
        name: `${work} at ${leaves} leaves, ${OURS} to ${BARE}`,
        column: "tookMs",
        of: OURS,
        to: BARE,
        atMost,
      },
    ],
    bounds: [],
  };
}

/** Measures at most so many rounds; those after them give the median again. */
function largePeer(
  name: string,
  start: () => Promise<Joiner>,
  work: keyof Joiner,
  measuredRounds: number,
): Peer {
  return {
    name,
    async start() {
      const joiner = await start();
      const measuredMs: number[] = [];
      return {
        async round() {
          if (measuredMs.length >= measuredRounds) return { tookMs: median(measuredMs) };
          const tookMs = await joiner[work]();
          measuredMs.push(tookMs);
          return { tookMs };
        },
        stop: async () => {},
      };
    },
  };
}
