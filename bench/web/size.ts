/** What is fetched before the page shows anything. */
import type { BrowserContext } from "playwright-core";
import type { Contest, Figures, Peer } from "../harness/contest.ts";
import { openPainted } from "./paint.ts";
import type { Shared, Stage } from "./stage.ts";

const KB = 1000;

interface Fetched {
  readonly path: string;
  /** As it travelled: compressed. */
  readonly bytes: number;
}

/** `say` is told of every file. */
export function size(app: Shared<Stage>, empty: Shared<Stage>, say: (line: string) => void): Contest {
  return {
    name: "web: size",
    summary:
      "Files asked for before the first contentful paint of a first visit, compressed as the server sends them. The worker with OPAQUE and MLS is held back " +
      "until the page has painted: what is counted does without it.",
    rounds: 5,
    columns: [
      { key: "scriptKb", label: "script kB", digits: 1 },
      { key: "styleKb", label: "style kB", digits: 1 },
      { key: "otherKb", label: "other kB", digits: 1 },
      { key: "files", label: "files", digits: 0 },
    ],
    peers: [peerOf("sotto", app, "h1, form, [class]", say), peerOf("empty page", empty, "p", say)],
    ratios: [],
    bounds: [
      { name: "initial JavaScript of the app, kB gzipped", column: "scriptKb", of: "sotto", atMost: 180 },
    ],
  };
}

function peerOf(name: string, shared: Shared<Stage>, selector: string, say: (line: string) => void): Peer {
  return {
    name,
    async start() {
      const { browser, site } = await shared.take();
      let said = false;
      return {
        async round() {
          const context = await browser.newContext({ serviceWorkers: "block" });
          const fetched = await filesBeforePaint(context, site.origin, selector);
          await context.close();
          if (!said)
            for (const { path, bytes } of fetched) say(`  ${name}: ${path} ${(bytes / KB).toFixed(1)} kB`);
          said = true;
          return figuresOf(fetched);
        },
        stop: () => shared.leave(),
      };
    },
  };
}

async function filesBeforePaint(
  context: BrowserContext,
  origin: string,
  selector: string,
): Promise<readonly Fetched[]> {
  await context.route(/\/assets\/worker-[^/]*\.js$/, () => {
    // Never answered: a page that waited for it would not paint.
  });
  const { page, paintMs } = await openPainted(context, origin, selector);
  const entries = await page.evaluate<(Fetched & { readonly startMs: number })[]>(
    `[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].map((entry) => ({
      path: new URL(entry.name).pathname, bytes: entry.encodedBodySize, startMs: entry.startTime }))`,
  );
  return entries.filter(({ startMs }) => startMs <= paintMs);
}

function figuresOf(fetched: readonly Fetched[]): Figures {
  const kb = (matches: (path: string) => boolean): number =>
    fetched.filter(({ path }) => matches(path)).reduce((sum, { bytes }) => sum + bytes, 0) / KB;
  return {
    scriptKb: kb((path) => path.endsWith(".js")),
    styleKb: kb((path) => path.endsWith(".css")),
    otherKb: kb((path) => !/\.(?:js|css)$/.test(path)),
    files: fetched.length,
  };
}
