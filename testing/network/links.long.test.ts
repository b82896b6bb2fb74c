/** Links of terminal clients between networks, as far as they are made of. */
import { randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PATIENCE_MS } from "../support/deadline.ts";
import type { Coturn } from "./coturn.ts";
import { startCoturn } from "./coturn.ts";
import type { LinkEnd, Signal } from "./linkEnd.ts";
import { connectEnds, startTerminalEnd } from "./linkEnd.ts";
import { CELLS, PAIRS, iceOptions, runMatrix, whyNoMatrix } from "./natMatrix.ts";
import type { Network, Site, SiteKind } from "./network.ts";
import { openNetwork } from "./network.ts";
import { countPeers } from "./peers.ts";

const missing = whyNoMatrix();

describe.skipIf(missing !== undefined)(`links between networks${missing ? `: ${missing}` : ""}`, () => {
  let network: Network;
  let coturn: Coturn;
  const ends: LinkEnd[] = [];
  beforeEach(async () => {
    network = openNetwork();
    coturn = await startCoturn(network.server, randomBytes(16).toString("hex"));
  });
  afterEach(async () => {
    await Promise.allSettled(ends.splice(0).map((end) => end.end()));
    await coturn.stop();
    network.close();
  });

  function start(
    kind: SiteKind,
    name: string,
    turnOnly = false,
  ): { readonly site: Site; readonly end: LinkEnd } {
    const site = network.addSite(kind);
    const end = startTerminalEnd(site.namespace, iceOptions(coturn, name, turnOnly));
    ends.push(end);
    return { site, end };
  }

  test.each(["caller", "callee"])(
    "DIR-1 a %s with candidates of TURN servers alone sends packets to nobody else, and its peer never sees its address",
    async (hidden) => {
      const site = { hidden: network.addSite("preserving"), other: network.addSite("open") };
      const counts = { hidden: countPeers(site.hidden.namespace), other: countPeers(site.other.namespace) };
      const alice = startTerminalEnd(site.hidden.namespace, iceOptions(coturn, "alice", true));
      const bob = startTerminalEnd(site.other.namespace, iceOptions(coturn, "bob"));
      ends.push(alice, bob);
      const pair = hidden === "caller" ? ([alice, bob] as const) : ([bob, alice] as const);
      expect(await connectEnds(...pair)).toEqual(["turn", "turn"]);
      expect([...counts.hidden().sent.keys()]).toEqual([network.server.address]);
      expect([...counts.other().received.keys()]).toEqual([network.server.address]);
      const told = JSON.stringify(alice.happened);
      for (const address of [site.hidden.address, site.hidden.publicAddress])
        expect(told).not.toContain(address);
    },
  );

  test.each(["caller", "callee"])(
    "ATK-14 a %s with candidates of TURN servers alone keeps its address from a peer that passes its own off as a TURN server's",
    async (hidden) => {
      const site = { hidden: network.addSite("preserving"), other: network.addSite("open") };
      const counts = { hidden: countPeers(site.hidden.namespace), other: countPeers(site.other.namespace) };
      const alice = startTerminalEnd(site.hidden.namespace, iceOptions(coturn, "alice", true));
      const bob = startTerminalEnd(site.other.namespace, iceOptions(coturn, "bob"));
      ends.push(alice, bob);
      const liar: LinkEnd = {
        ...bob,
        onSignal: (carry) => bob.onSignal((signal) => carry(asRelayed(signal))),
      };
      const pair = hidden === "caller" ? ([alice, liar] as const) : ([liar, alice] as const);
      expect(await connectEnds(...pair)).toEqual(["turn", "turn"]);
      expect([...counts.hidden().sent.keys()]).toEqual([network.server.address]);
      expect([...counts.other().received.keys()]).toEqual([network.server.address]);
    },
  );

  test("a link outlives packets that stop for two seconds; one that stays silent fails on both sides", async () => {
    const alice = start("preserving", "alice");
    const bob = start("preserving", "bob");
    // Which way is found first is not asked here.
    expect(await connectEnds(alice.end, bob.end)).toBeDefined();
    alice.site.cut();
    alice.end.obey({ do: "send", text: "while the cable is out" });
    await setTimeout(2000);
    alice.site.restore();
    expect(await bob.end.next("frame", PATIENCE_MS)).toEqual({
      kind: "frame",
      text: "while the cable is out",
    });
    bob.site.cut();
    for (const { end } of [alice, bob]) end.obey({ do: "send", text: "nobody hears this" });
    for (const { end } of [alice, bob])
      expect(await end.next("closed", PATIENCE_MS)).toEqual({ kind: "closed", failure: "failed" });
  });

  test("which pairs find each other between which networks", async () => {
    const found = await runMatrix();
    expect(found.filter(({ cell, way }) => !cell.expected.includes(way))).toEqual([]);
    expect(found).toHaveLength(CELLS.length * PAIRS.length);
  });
});

/** What a contact could send who wants to see where packets come from: his own addresses as if they were of a TURN server. */
function asRelayed(signal: Signal): Signal {
  const lie = (line: string): string =>
    line.replace(/ typ (host|srflx).*/, " typ relay raddr 0.0.0.0 rport 0");
  return signal.kind === "candidate"
    ? { ...signal, candidate: lie(signal.candidate) }
    : { ...signal, sdp: signal.sdp.split("\r\n").map(lie).join("\r\n") };
}
