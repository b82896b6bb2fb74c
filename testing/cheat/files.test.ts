/** ATK 42: whoever runs the server wants a file to look delivered, or to keep a device busy with it. Only the other side says that it has a file (FIL-19). */
import type { BlobId, TransferId } from "@sotto/protocol";
import { FILE_LEAF_BYTES, idOf } from "@sotto/protocol";
import type { FileView } from "sotto";
import { describe, expect, test } from "vitest";
import { createRandom } from "../sim/random.ts";
import { createScheduler } from "../sim/scheduler.ts";
import type { SimDevice } from "../transfers/device.ts";
import { CONVERSATION, createDevice } from "../transfers/device.ts";
import { createLinkNetwork } from "../transfers/link.ts";
import type { Mutant } from "../transfers/mutants.ts";
import { offeredFile } from "../transfers/offeredFile.ts";
import { createReceiptPost } from "../transfers/receipts.ts";
import { createSimRelay } from "../transfers/relay.ts";
import { createWatch } from "../transfers/violation.ts";

const TRANSFER = idOf<TransferId>(new Uint8Array(16).fill(1));
const BLOB = TRANSFER as string as BlobId;
const LEAVES = 3;
const FILE = offeredFile({
  transfer: TRANSFER,
  conversation: CONVERSATION,
  message: idOf(new Uint8Array(16).fill(2)),
  path: ["notes"],
  sizeBytes: LEAVES * FILE_LEAF_BYTES,
});
/** Longer than any pause between two looks at the relay. */
const LONG_MS = 25 * 60_000;

/** Alice sends bob a file by the relay; bob is away. */
async function openWorld(mutant?: Mutant) {
  const random = createRandom(1, "cheat");
  const scheduler = createScheduler();
  const watch = createWatch();
  const relay = createSimRelay(random);
  const time = {
    nowMs: () => scheduler.nowMs(),
    after: (ms: number, work: () => void) =>
      scheduler.after(ms, async () => {
        work();
        await new Promise((resolve) => setImmediate(resolve));
      }),
  };
  const quiet = { onFrame() {}, onDrained() {}, onChanged() {}, onBuffered() {} };
  const network = createLinkNetwork(time, random, ["alice", "bob"], quiet);
  /** What alice has shown, oldest first. */
  const shown: string[] = [];
  const world = {
    scheduler: time,
    random,
    network,
    relay,
    receipts: createReceiptPost({
      scheduler: time,
      random,
      network,
      relay,
      mutant,
      otherOf: (name: string): SimDevice => (name === "alice" ? bob : alice),
    }),
    watch,
    mutant,
    onView: (device: string, { state }: FileView) => void (device === "alice" && shown.push(state)),
    onOther() {},
  };
  const alice = createDevice("alice", world);
  const bob = createDevice("bob", world);
  for (const device of [alice, bob]) device.mode = "relay";
  alice.shelf.fill(TRANSFER, FILE.sizeBytes);
  await alice.start();
  alice.transfers?.learn(FILE);
  return {
    alice,
    bob,
    relay,
    shown,
    pass: (ms: number): Promise<void> => scheduler.run(scheduler.nowMs() + ms),
    isThere: (): boolean => relay.places.get(BLOB)?.parcels.size === LEAVES,
    drop: (): boolean => relay.places.delete(BLOB),
    fetch: async (): Promise<void> => {
      await bob.start();
      bob.transfers?.learn({ ...FILE, mine: false });
      void bob.transfers?.command(TRANSFER, "fetch");
    },
    viewOf: (device: SimDevice) => device.transfers?.view(TRANSFER),
  };
}

describe("ATK 42: a server that has taken a file whole", () => {
  test("an honest one: it comes, and its sender hears it from the other side", async () => {
    const { alice, bob, pass, isThere, fetch, viewOf, relay } = await openWorld();
    await pass(60_000);
    expect(isThere()).toBe(true);
    expect(viewOf(alice)).toMatchObject({ state: "waiting", reason: "uploaded" });
    await fetch();
    await pass(60_000);
    expect([viewOf(alice)?.state, viewOf(bob)?.state]).toEqual(["done", "done"]);
    expect(relay.places.size).toBe(0);
  });

  test("and drops it: it is not shown as delivered, is brought there again, and arrives", async () => {
    const { alice, bob, pass, isThere, drop, fetch, viewOf, shown } = await openWorld();
    await pass(60_000);
    expect(drop()).toBe(true);
    await pass(LONG_MS);
    expect(isThere()).toBe(true);
    expect(shown).not.toContain("done");
    await fetch();
    await pass(60_000);
    expect([viewOf(alice)?.state, viewOf(bob)?.state]).toEqual(["done", "done"]);
  });

  test("and drops it again and again: it is brought there four times, then its sender is told, and may go on", async () => {
    const { alice, pass, isThere, drop, viewOf, shown } = await openWorld();
    let brought = 0;
    for (let i = 0; i < 10; i++) {
      await pass(LONG_MS);
      if (isThere()) brought++;
      drop();
    }
    expect(brought).toBe(4);
    expect(viewOf(alice)).toMatchObject({ state: "waiting", reason: "lost" });
    expect(shown).not.toContain("done");
    expect(
      await alice.shelf.owned({ isOver: () => false, wait: async () => {}, forgets: false }).list(),
    ).toEqual([TRANSFER]);
    alice.die();
    await alice.start();
    await pass(LONG_MS);
    expect(viewOf(alice)).toMatchObject({ state: "waiting", reason: "lost" });
    expect(isThere()).toBe(false);
    void alice.transfers?.command(TRANSFER, "resume");
    await pass(60_000);
    expect(isThere()).toBe(true);
  });

  test("and keeps receipts back: its sender does not take it for delivered, and brings it no more than four times", async () => {
    const { alice, bob, pass, fetch, viewOf, relay, shown } = await openWorld("no-receipt");
    await pass(60_000);
    await fetch();
    for (let i = 0; i < 10; i++) {
      await pass(LONG_MS);
      relay.places.clear();
    }
    expect(viewOf(bob)).toMatchObject({ state: "done" });
    expect(viewOf(alice)).toMatchObject({ state: "waiting", reason: "lost" });
    expect(shown).not.toContain("done");
  });

  test("a device that dies before it has written down what the receipt said asks again", async () => {
    const { alice, bob, pass, fetch, viewOf } = await openWorld();
    await pass(60_000);
    await fetch();
    while (viewOf(alice)?.state !== "done") await pass(1);
    alice.die();
    expect(viewOf(bob)).toMatchObject({ state: "done" });
    await alice.start();
    expect(viewOf(alice)).toMatchObject({ state: "waiting" });
    await pass(LONG_MS);
    expect(viewOf(alice)).toMatchObject({ state: "done" });
  });
});
