/**
 * `npm run bench -- files --memory`: what a file of 100 MB and one of 2 GB raise the memory of its sender and its receiver to. Each size has processes of
 * its own; counted is the most that is held at a time, of a browser all its processes together.
 */
import { hasChromium } from "@sotto/testing/browser/chromium.ts";
import type { Bar, Report } from "@sotto/testing/support/report.ts";
import { atMost } from "@sotto/testing/support/report.ts";
import { forgetPeaks, peakMb } from "./processTree.ts";
import type { Platform } from "./world.ts";
import { openFileWorld, whyNoFileWorld } from "./world.ts";

const SMALL_BYTES = 100_000_000;
const LARGE_BYTES = 2_000_000_000;
const MAX_GROWTH_MB = 150;

interface Peaks {
  readonly sender: number;
  readonly receiver: number;
  readonly ms: number;
}

export async function memoryReport(say: (line: string) => void): Promise<Report> {
  const missing = whyNoFileWorld();
  if (missing !== undefined) throw new Error(missing);
  const platforms: readonly Platform[] = ["Node", ...(hasChromium ? (["Chromium"] as const) : [])];
  const figures: Record<string, number> = {};
  const bars: Record<string, Bar> = {};
  for (const platform of platforms) {
    const small = await peaksOf(platform, SMALL_BYTES);
    const large = await peaksOf(platform, LARGE_BYTES);
    for (const side of ["sender", "receiver"] as const) {
      const [before, after] = [Math.round(small[side]), Math.round(large[side])];
      say(`${platform}, ${side}: at most ${before} MB with 100 MB, ${after} MB with 2 GB`);
      figures[`${platform} ${side}: MB with 100 MB`] = before;
      figures[`${platform} ${side}: MB with 2 GB`] = after;
      bars[`${platform} ${side}: growth in MB`] = atMost(after - before, MAX_GROWTH_MB);
    }
    const rate = LARGE_BYTES / 1000 / large.ms;
    say(`${platform}: 2 GB at ${rate.toFixed(1)} MB/s`);
    figures[`${platform}: MB/s of 2 GB`] = Number(rate.toFixed(1));
  }
  return { name: "files memory", rounds: 1, figures, ratios: {}, bars };
}

/** Sealing the copy counts with the sender's. */
async function peaksOf(platform: Platform, sizeBytes: number): Promise<Peaks> {
  const files = await openFileWorld();
  try {
    const alice = await files.start("ours", "alice", platform);
    const bob = await files.start("ours", "bob", platform);
    await Promise.all([bob.meet("alice", false), alice.meet("bob", true)]);
    await Promise.all([bob.link(false), alice.link(true)]);
    const path = await files.fileOf(sizeBytes);
    for (const end of [alice, bob]) forgetPeaks(end.pid());
    const { transfer } = await alice.offer(path);
    const ms = await bob.take(transfer);
    const peaks = { sender: peakMb(alice.pid()), receiver: peakMb(bob.pid()), ms };
    await alice.close();
    await bob.close();
    return peaks;
  } finally {
    await files.close();
  }
}
