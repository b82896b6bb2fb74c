/** Our MLS engine beside ts-mls 1.6.4 as it comes. */
import type { SuiteId } from "@sotto/crypto";
import { hasChromium } from "@sotto/testing/browser/chromium.ts";
import { createNodeCryptoProvider } from "sotto/node";
import type { Contest, Peer, Ratio } from "../harness/contest.ts";
import { createBare } from "./bare.ts";
import type { Chromium } from "./chromium.ts";
import { openChromium } from "./chromium.ts";
import type { Contender } from "./contender.ts";
import { TEXT_BYTES } from "./contender.ts";
import { createOurs } from "./ours.ts";

const SUITES: readonly SuiteId[] = [1, 83];
/** Messages in one call, as a client in full flow makes it. */
const BATCH = 64;
/** Messages of one round. */
const MESSAGES = 256;

const OURS = "sotto";
const OURS_BATCHED = `sotto, ${BATCH} at once`;
const BARE = "ts-mls";

/** The contests of `npm run bench -- mls`; `say` is told what is left out. */
export function mls(say: (line: string) => void): readonly Contest[] {
  if (!hasChromium) say("skipped: Chromium, which is not installed");
  return [...SUITES.map(nodeContest), ...(hasChromium ? SUITES.map(chromiumContest) : [])];
}

interface Bars {
  readonly encrypt: number;
  readonly decrypt: number;
}

function nodeContest(suite: SuiteId): Contest {
  return ratesContest(`Node, suite ${suite}`, { encrypt: 5, decrypt: 4 }, [
    peerOf(OURS, () => createOurs(createNodeCryptoProvider(), suite, 1)),
    peerOf(OURS_BATCHED, () => createOurs(createNodeCryptoProvider(), suite, BATCH)),
    peerOf(BARE, () => createBare(suite)),
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
