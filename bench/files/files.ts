/** Files from device to device and by the relay, beside what they are made of; the cryptography of files alone; memory. */
import { hasChromium } from "@sotto/testing/browser/chromium.ts";
import type { Contest } from "../harness/contest.ts";
import { cryptoOfFiles } from "./crypto/crypto.ts";
import { pairContest } from "./pairs.ts";
import { relayed } from "./relayed.ts";
import { whyNoFileWorld } from "./world.ts";

/** The contests of `npm run bench -- files`; `say` is told what is left out. */
export function files(say: (line: string) => void): readonly Contest[] {
  const missing = whyNoFileWorld();
  if (missing !== undefined) throw new Error(missing);
  if (!hasChromium) say("skipped: Chromium, which is not installed");
  const withChromium = [pairContest(["Chromium", "Chromium"]), pairContest(["Node", "Chromium"])];
  return [
    pairContest(["Node", "Node"]),
    ...(hasChromium ? withChromium : []),
    relayed,
    ...cryptoOfFiles(say),
  ];
}
