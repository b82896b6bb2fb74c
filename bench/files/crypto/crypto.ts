/** How fast files are sealed, hashed and opened, and cut into frames, in Node and in Chromium. */
import { hasChromium, launchChromium } from "@sotto/testing/browser/chromium.ts";
import { openSite } from "@sotto/testing/browser/site.ts";
import { createNodeCryptoProvider } from "sotto/node";
import type { Bound, Contest, Figures, Peer } from "../../harness/contest.ts";
import { childrenCpuMs } from "./familyCpu.ts";
import type { FilesPage, Phase } from "./work.ts";
import { createFileWork, PHASES } from "./work.ts";

/** MiB of one round. */
const LEAVES = 64;
const BYTES = LEAVES * 1024 * 1024;
const NODE = "Node";
const CHROMIUM = "Chromium";

/** `say` is told what is left out. */
export function cryptoOfFiles(say: (line: string) => void): readonly Contest[] {
  if (!hasChromium) say("skipped: Chromium, which is not installed");
  return [
    {
      name: "files crypto",
      summary: `A file of ${LEAVES} MiB in memory; MB (10^6 bytes) per second of CPU time, all processes and threads together. seal: a leaf and its hash; frames: there and back; open.`,
      rounds: 7,
      columns: PHASES.map((key) => ({ key, label: `${key} MB/s`, digits: 0 })),
      peers: [nodePeer, ...(hasChromium ? [chromiumPeer] : [])],
      ratios: [],
      bounds: [...boundsOf(NODE, 400), ...(hasChromium ? boundsOf(CHROMIUM, 200) : [])],
    },
  ];
}

function boundsOf(of: string, sealing: number): readonly Bound[] {
  return PHASES.map((column) => ({
    name: `${of}: ${column}`,
    column,
    of,
    atLeast: column === "frames" ? 200 : sealing,
  }));
}

async function ratesOf(run: (phase: Phase) => Promise<void>, cpuMs: () => number): Promise<Figures> {
  const rates: Record<string, number> = {};
  for (const phase of PHASES) {
    const before = cpuMs();
    await run(phase);
    rates[phase] = BYTES / 1000 / (cpuMs() - before);
  }
  return rates;
}

const nodePeer: Peer = {
  name: NODE,
  async start() {
    const cpuMs = (): number => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    };
    const round = (): Promise<Figures> => {
      const work = createFileWork(createNodeCryptoProvider(), LEAVES, 1);
      return ratesOf((phase) => work.run(phase), cpuMs);
    };
    return { round, stop: async () => {} };
  },
};

const chromiumPeer: Peer = {
  name: CHROMIUM,
  async start() {
    const site = await openSite("bench/files/crypto/page");
    const browser = await launchChromium();
    const page = await browser.newPage();
    await page.goto(site.origin);
    await page.waitForFunction(() => "files" in globalThis);
    type Page = { readonly files: FilesPage };
    return {
      async round() {
        await page.evaluate(
          ([leaves, atOnce]) => (globalThis as unknown as Page).files.start(leaves, atOnce),
          // WebCrypto works on threads of its own: one leaf alone would make them wait for the page.
          [LEAVES, 4] as const,
        );
        return ratesOf(
          (phase) => page.evaluate((called) => (globalThis as unknown as Page).files.run(called), phase),
          childrenCpuMs,
        );
      },
      async stop() {
        await browser.close();
        await site.close();
      },
    };
  },
};
