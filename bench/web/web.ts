/** The web app: what it fetches, how soon it shows, what it holds. */
import { hasChromium } from "@sotto/testing/browser/chromium.ts";
import type { Contest } from "../harness/contest.ts";
import { conversations } from "./conversations.ts";
import { firstPaint } from "./firstPaint.ts";
import { size } from "./size.ts";
import { sharedStage } from "./stage.ts";

/** The contests of `npm run bench -- web`; `say` is told of what has no column. */
export function web(say: (line: string) => void): readonly Contest[] {
  if (!hasChromium) throw new Error("this bench needs Chromium: npm run setup");
  const app = sharedStage("packages/web");
  const empty = sharedStage("bench/web/page");
  return [size(app, empty, say), firstPaint(app, empty), conversations(app, say)];
}
