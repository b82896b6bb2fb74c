/**
 * Connections between browsers, each on a machine of its own with a cable between them, and nobody else: what people at home have without the
 * Internet. The browsers hide their addresses behind names (mDNS), as they do there, and find each other by multicast; no flag is set for it.
 */
import { join } from "node:path";
import { LINK_CONTRACT } from "sotto/link-contract";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Lan } from "../lan/network.ts";
import { openLan } from "../lan/network.ts";
import { whyNoNamespaces } from "../network/namespaces.ts";
import { makeScratch, removeScratch } from "../support/files.ts";
import { hasChromium } from "./chromium.ts";
import type { LinkPage, Told } from "./linkPages.ts";
import { LINK_PAGE, carryUntil, openLinkPage } from "./linkPages.ts";
import { buildSite } from "./site.ts";

const NO_SERVERS = { iceServers: [], turnOnly: false };
const FRAMES = 200;
const FRAME_BYTES = 64 * 1024;

describe.skipIf(!hasChromium || whyNoNamespaces() !== undefined)("links between browsers", () => {
  let lan: Lan;
  let scratch: string;
  let alice: LinkPage;
  let bob: LinkPage;

  beforeAll(async () => {
    scratch = makeScratch("links");
    await buildSite(LINK_PAGE, join(scratch, "dist"));
    lan = openLan();
    for (const machine of [lan.server, lan.client]) machine.addDefaultRoute();
    alice = await openLinkPage(lan.server, join(scratch, "alice"), join(scratch, "dist"));
    bob = await openLinkPage(lan.client, join(scratch, "bob"), join(scratch, "dist"));
  });
  afterAll(async () => {
    await alice?.close();
    await bob?.close();
    lan?.close();
    if (scratch !== undefined) removeScratch(scratch);
  });

  describe.each([
    ["with channels in the worker", true],
    ["with channels in the page", false],
  ])("%s", (_, movesChannels) => {
    const outcomes = new Map<string, Promise<string | null>>();
    beforeAll(async () => {
      await alice.start(movesChannels);
      const run = (name: string): Promise<string | null> => alice.call("runCase", name);
      // Those that wait for a browser to give up do so beside the others.
      for (const { name, long } of LINK_CONTRACT) if (long) outcomes.set(name, run(name));
      for (const { name, long } of LINK_CONTRACT) {
        if (long) continue;
        const outcome = run(name);
        outcomes.set(name, outcome);
        await outcome;
      }
      await Promise.all(outcomes.values());
    });
    test.each(LINK_CONTRACT)("$name", async ({ name }) => expect(await outcomes.get(name)).toBeNull());
    test("every connection of the contract is closed", async () => {
      expect(await alice.ask("linkPage.openConnections()")).toBe(0);
      expect(await alice.ask("linkPage.made()")).toBeGreaterThan(LINK_CONTRACT.length);
    });

    describe("from machine to machine", () => {
      beforeAll(() => begin(movesChannels));
      afterEach(() => expect([...alice.complaints, ...bob.complaints]).toEqual([]));

      test("both open by their own addresses, which neither tells", async () => {
        // Packets can be there before the signal that says whose they are.
        await carryUntil([alice, bob], () => [alice, bob].every((end) => candidatesOf(end).length > 0));
        for (const end of [alice, bob]) {
          expect(end.told.flatMap(({ via = [] }) => via)).toEqual(["local"]);
          for (const candidate of candidatesOf(end))
            expect(candidate).toMatch(/ [\da-f-]{36}\.local \d+ typ host /);
        }
      });

      test("frames of 64 KiB pass", async () => {
        await alice.call("flood", FRAMES, FRAME_BYTES);
        await expect
          .poll(() => bob.call("counted"))
          .toEqual({ frames: FRAMES, sizeBytes: FRAMES * FRAME_BYTES });
      });

      test.runIf(movesChannels)("frames do not wait for a page that is busy", async () => {
        await alice.ask("linkPage.setBusy(true)");
        const busyMs = await alice.call<number>("roundTripMs", 100);
        await alice.ask("linkPage.setBusy(false)");
        // It works for 50 ms at a time.
        expect(busyMs).toBeLessThan(25);
      });

      test("a new way is looked for while the old one is in use", async () => {
        await alice.call("offer", true);
        await carryUntil([alice, bob], () => bob.told.filter(({ kind }) => kind === "answer").length === 2);
        await bob.call("roundTripMs", 10);
        expect(kindsOf(alice)).not.toContain("closed");
      });

      test("the worker of a page ends: its page closes all, and the other side is told once", async () => {
        // A search for a new way that is still under way would hide the end from the other side.
        await begin(movesChannels);
        expect(await alice.ask("linkPage.openConnections()")).toBe(1);
        await alice.ask("linkPage.terminate()");
        expect(await alice.ask("linkPage.openConnections()")).toBe(0);
        await carryUntil([alice, bob], () => kindsOf(bob).includes("closed"));
        expect(bob.told.at(-1)).toEqual({ kind: "closed", failure: "closed" });
        expect(await bob.ask("linkPage.openConnections()")).toBe(0);
      });

      test("a page goes: the other side is told once", async () => {
        await begin(movesChannels);
        await alice.page.reload();
        await carryUntil([alice, bob], () => kindsOf(bob).includes("closed"));
        expect(kindsOf(bob).filter((kind) => kind === "closed")).toHaveLength(1);
      });
    });
  });

  test("a link whose server's address is none is unsupported", async () => {
    await alice.start(true);
    alice.told.length = 0;
    await alice.call("open", { iceServers: [{ urls: ["gopher:nowhere"] }], turnOnly: false });
    await carryUntil([alice, bob], () => alice.told.length > 0);
    expect(alice.told).toEqual([{ kind: "closed", failure: "unsupported" }]);
  });

  async function begin(movesChannels: boolean): Promise<void> {
    for (const end of [alice, bob]) {
      await end.start(movesChannels);
      await end.call("open", NO_SERVERS);
      await end.ask("linkPage.told()");
      end.told.length = 0;
    }
    await alice.call("offer", false);
    await carryUntil([alice, bob], () => [alice, bob].every((end) => kindsOf(end).includes("open")));
  }
});

/** Inside descriptions, and by themselves. */
function candidatesOf({ told }: LinkPage): readonly string[] {
  return told.flatMap(({ sdp = "", candidate = "" }) => `${sdp}\n${candidate}`.match(/candidate:.*/g) ?? []);
}

function kindsOf({ told }: LinkPage): readonly Told["kind"][] {
  return told.map(({ kind }) => kind);
}
