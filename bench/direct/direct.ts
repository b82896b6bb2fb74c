/**
 * A link between two devices beside what it is made of, in network namespaces: two machines on a segment with the server's.
 *
 * *bare link*: a data channel of the same library or browser, with signals in plain text over a WebSocket server on the server's machine.
 * *bare link, stored*: the same between terminals, with each message in a file and fsynced before it is sent and before it is taken: what a
 * messenger that loses nothing cannot do without.
 * *engine alone*: our MLS engine encrypts and decrypts the burst in one process, no disk, no network.
 * *ours*: two devices with their stores; the link's signals are MLS messages by way of the server's disk. Opening runs from the order to the
 * channel that is open on both sides; a burst until the sender knows that all is stored at the recipient; a round trip is a text and a text in
 * answer, four transactions with their fsync.
 */
import { launchChromium } from "@sotto/testing/browser/chromium.ts";
import { openSite } from "@sotto/testing/browser/site.ts";
import type { Contest, Figures, Peer, RunningPeer } from "../harness/contest.ts";
import type { EngineAlone, EngineBurst } from "../message/engineAlone.ts";
import { BATCHES, createNodeEngine } from "../message/nodeEngine.ts";
import { measureLink } from "./ends.ts";
import type { Kind, Make } from "./worlds.ts";
import { SITE, openPair } from "./worlds.ts";

const LOAD = { messages: 2000, trips: 50, sizeBytes: 200 };
const SUITE = 83;
const [BARE, STORED, ENGINE, OURS] = ["bare link", "bare link, stored", "engine alone", "ours"] as const;

/** One contest for each pair of kinds. */
export const direct: readonly Contest[] = [
  contestOf(["terminal", "terminal"]),
  contestOf(["browser", "browser"]),
  contestOf(["browser", "terminal"]),
];

function contestOf(kinds: readonly [Kind, Kind]): Contest {
  const pair = kinds.join(" to ");
  const inBrowser = kinds.includes("browser");
  const engine: Peer = { name: ENGINE, start: inBrowser ? startEngineInPage : startEngineInNode };
  // A page has no fsync of its own.
  const stored = inBrowser ? [] : [linkPeer(STORED, "stored", kinds)];
  return {
    name: `direct, ${pair}`,
    summary:
      `Opening a link, a burst of ${LOAD.messages} messages of ${LOAD.sizeBytes} bytes, ${LOAD.trips} round trips one after the other; ` +
      `${pair}, suite ${SUITE}.`,
    rounds: 5,
    columns: [
      { key: "openMs", label: "open ms", digits: 0 },
      { key: "perSecond", label: "messages/s", digits: 0 },
      { key: "tripMs", label: "round trip ms", digits: 2 },
    ],
    peers: [linkPeer(BARE, "bare", kinds), ...stored, engine, linkPeer(OURS, "ours", kinds)],
    ratios: [
      { name: `${pair}: opening over bare`, column: "openMs", of: OURS, to: BARE, atMost: 1.5 },
      {
        name: `${pair}: messages over the engine alone`,
        column: "perSecond",
        of: OURS,
        to: ENGINE,
        atLeast: 0.5,
      },
      {
        name: `${pair}: engine alone over bare, messages`,
        column: "perSecond",
        of: ENGINE,
        to: BARE,
        atMost: 1,
      },
      { name: `${pair}: round trip over bare`, column: "tripMs", of: OURS, to: BARE, atMost: 2 },
      // Said beside the bar, which knows of no disk.
      ...stored.map(({ name }) => ({
        name: `${pair}: round trip over bare with a disk`,
        column: "tripMs",
        of: OURS,
        to: name,
      })),
    ],
    bounds: [],
  };
}

function linkPeer(name: string, make: Make, kinds: readonly [Kind, Kind]): Peer {
  return {
    name,
    async start() {
      const pair = await openPair(make, kinds);
      return {
        round: async () => ({ ...(await measureLink(pair.alice, pair.bob, LOAD)) }),
        stop: () => pair.close(),
      };
    },
  };
}

async function startEngineInNode(): Promise<RunningPeer> {
  const engine = await createNodeEngine(SUITE);
  return { round: () => engineRound(engine), stop: async () => {} };
}

/** The slower of the two where one end is a terminal. */
async function startEngineInPage(): Promise<RunningPeer> {
  const site = await openSite(SITE);
  const browser = await launchChromium();
  const page = await browser.newPage();
  await page.goto(site.origin);
  await page.waitForFunction("globalThis.ends !== undefined");
  await page.evaluate(`ends.startEngine(${SUITE}, ${JSON.stringify(BATCHES)})`);
  const burst: EngineAlone["burst"] = (count, sizeBytes) =>
    page.evaluate<EngineBurst>(`ends.burst(${count}, ${sizeBytes})`);
  return {
    round: () => engineRound({ burst }),
    async stop() {
      await browser.close();
      await site.close();
    },
  };
}

async function engineRound(engine: EngineAlone): Promise<Figures> {
  const { encryptMs, decryptMs } = await engine.burst(LOAD.messages, LOAD.sizeBytes);
  return { openMs: 0, perSecond: (1000 * LOAD.messages) / (encryptMs + decryptMs), tripMs: 0 };
}
