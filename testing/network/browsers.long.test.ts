/** Links of browsers between networks: with each other and with terminal clients. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasChromium } from "../browser/chromium.ts";
import { LINK_PAGE } from "../browser/linkPages.ts";
import { buildSite } from "../browser/site.ts";
import { makeScratch, removeScratch } from "../support/files.ts";
import { PATIENCE_MS } from "../support/deadline.ts";
import { startBrowserEnd } from "./browserEnd.ts";
import type { Coturn } from "./coturn.ts";
import { startCoturn } from "./coturn.ts";
import { connectEnds, startTerminalEnd } from "./linkEnd.ts";
import type { Start, Way } from "./natMatrix.ts";
import { fill, iceOptions, whyNoMatrix } from "./natMatrix.ts";
import type { Network, SiteKind } from "./network.ts";
import { openNetwork } from "./network.ts";

const missing = hasChromium ? whyNoMatrix() : "chromium is not installed";

describe.skipIf(missing !== undefined)(
  `links of browsers between networks${missing ? `: ${missing}` : ""}`,
  () => {
    let scratch: string;
    let network: Network;
    let coturn: Coturn;
    let browsers = 0;
    const browser: Start = (namespace, options) =>
      startBrowserEnd(
        namespace,
        { home: join(scratch, `browser${++browsers}`), distDir: join(scratch, "dist") },
        options,
      );
    const terminal: Start = startTerminalEnd;

    beforeAll(async () => {
      scratch = makeScratch("network");
      await buildSite(LINK_PAGE, join(scratch, "dist"));
      network = openNetwork();
      coturn = await startCoturn(network.server, randomBytes(16).toString("hex"));
    });
    afterAll(async () => {
      await coturn?.stop();
      network?.close();
      if (scratch !== undefined) removeScratch(scratch);
    });

    /** A browser speaks with TURN servers over TCP, too: blocked UDP does not keep it from others. */
    const cells: readonly (readonly [
      caller: "browser" | "terminal",
      SiteKind,
      callee: "browser" | "terminal",
      SiteKind,
      readonly Way[],
    ])[] = [
      // Without a NAT a STUN server shows the address that a browser hides: which of the two the other side sees first is chance.
      ["browser", "open", "browser", "open", ["local", "nat", "disagreed"]],
      ["browser", "preserving", "browser", "open", ["nat"]],
      ["browser", "preserving", "browser", "preserving", ["nat"]],
      ["browser", "symmetric", "browser", "symmetric", ["turn"]],
      ["browser", "preserving", "browser", "symmetric", ["nat", "turn"]],
      ["browser", "blocked", "browser", "open", ["turn"]],
      ["browser", "blocked", "browser", "blocked", ["turn"]],
      ["browser", "open", "terminal", "open", ["local", "nat", "disagreed"]],
      ["terminal", "preserving", "browser", "preserving", ["nat"]],
      ["browser", "preserving", "terminal", "symmetric", ["nat", "turn"]],
      ["terminal", "symmetric", "browser", "symmetric", ["turn"]],
    ];
    test.each(cells)("%s (%s) to %s (%s)", async (caller, callersSite, callee, calleesSite, expected) => {
      const start = [caller, callee].map((kind) => (kind === "browser" ? browser : terminal));
      const pair = { name: `${caller}-${callee}`, start: start as [Start, Start] };
      const cell = { name: "", sites: [callersSite, calleesSite], expected } as const;
      expect(expected).toContain((await fill(network, coturn, pair, cell)).way);
    });

    test("with candidates of TURN servers alone a browser tells no other", async () => {
      const alice = browser(network.addSite("preserving").namespace, iceOptions(coturn, "alice", true));
      const bob = browser(network.addSite("open").namespace, iceOptions(coturn, "bob"));
      expect(await connectEnds(alice, bob)).toEqual(["turn", "turn"]);
      bob.obey({ do: "send", text: "by TURN" });
      expect(await alice.next("frame", PATIENCE_MS)).toEqual({ kind: "frame", text: "by TURN" });
      const signals = alice.happened.flatMap((one) => (one.kind === "signal" ? [one.signal] : []));
      const candidates = signals.flatMap((signal) => (signal.kind === "candidate" ? [signal.candidate] : []));
      expect(candidates.length).toBeGreaterThan(0);
      for (const candidate of candidates) expect(candidate).toMatch(/ typ relay raddr 0\.0\.0\.0 rport 0 /);
      await Promise.all([alice.end(), bob.end()]);
    });
  },
);
