import type { LinkHappening } from "sotto/simulation";
import { describe, expect, test } from "vitest";
import type { ProcessLinks } from "./linkWorld.ts";
import { createLinkWorld } from "./linkWorld.ts";
import { createRandom } from "./random.ts";
import { createScheduler } from "./scheduler.ts";

type Swap = (sdp: string) => string;

interface End {
  readonly links: ProcessLinks;
  readonly told: LinkHappening[];
}

/** Alice calls bob; descriptions and candidates go between them as they are, or as `swap` makes them. */
async function call(seed: number, swap: Swap = (sdp) => sdp) {
  const scheduler = createScheduler();
  const world = createLinkWorld(scheduler, createRandom(seed, "links"), () => {});
  const ends = new Map<string, End>();
  function join(name: string, other: string, calls: boolean): void {
    const told: LinkHappening[] = [];
    const links = world.process(name, (_, happening) => {
      told.push(happening);
      const peer = ends.get(other)?.links;
      if (happening.kind === "candidate")
        peer?.act(1, { do: "addCandidates", candidates: [happening.candidate] });
      if (happening.kind !== "description") return;
      const { kind, sdp } = happening.description;
      if (kind === "offer" && told.length === 1) peer?.act(1, open);
      peer?.act(1, { do: "accept", description: { kind, sdp: swap(sdp) } });
    });
    ends.set(name, { links, told });
    if (!calls) return;
    links.act(1, open);
    links.act(1, { do: "offer", restart: false });
  }
  const options = { iceServers: world.ways.iceServers(), turnOnly: false };
  const open = { do: "open", options } as const;
  join("bob", "alice", false);
  join("alice", "bob", true);
  const pass = (ms: number): Promise<void> => scheduler.run(scheduler.nowMs() + ms);
  await pass(20_000);
  const [alice, bob] = [ends.get("alice") as End, ends.get("bob") as End];
  const kindsOf = ({ told }: End): readonly string[] =>
    told.flatMap((happening) =>
      happening.kind === "steady"
        ? [`steady ${happening.steady}`]
        : ["open", "closed"].includes(happening.kind)
          ? [happening.kind]
          : [],
    );
  return { world, alice, bob, pass, kindsOf };
}

/** A seed in which the two have a way to each other, and both hear of it. */
const SEED = 3;

describe("links in the simulation", () => {
  test("open at both ends, and carry frames in order", async () => {
    const { alice, bob, pass, kindsOf, world } = await call(SEED);
    expect([alice, bob].map(kindsOf)).toEqual([["open"], ["open"]]);
    expect(world.openPairs()).toHaveLength(2);
    for (let i = 0; i < 20; i++)
      alice.links.act(1, { do: "send", channel: "messages", frame: Uint8Array.of(i) });
    await pass(1000);
    const frames = bob.told.flatMap((happening) => (happening.kind === "frame" ? [happening.frame[0]] : []));
    expect(frames).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  test("the same seed tells the same", async () => {
    const [one, two] = [await call(SEED), await call(SEED)];
    expect(two.alice.told).toEqual(one.alice.told);
  });

  test("ATK: with another fingerprint than the other side has made nothing opens", async () => {
    const swap: Swap = (sdp) => sdp.replace(/fingerprint \w+/, "fingerprint 0123456789abcdef");
    const { alice, bob, pass, kindsOf, world } = await call(SEED, swap);
    await pass(60_000);
    expect([alice, bob].map(kindsOf)).toEqual([["closed"], ["closed"]]);
    expect(world.opened()).toBe(0);
  });

  test("a killed end says nothing: the other sees packets stop, and gives up", async () => {
    const { alice, bob, pass, kindsOf } = await call(SEED);
    alice.links.vanish();
    await pass(60_000);
    expect([alice, bob].map(kindsOf)).toEqual([["open"], ["open", "steady false", "closed"]]);
  });

  test("what was sent while a way was cut arrives behind it", async () => {
    const { alice, bob, pass, kindsOf, world } = await call(SEED);
    world.ways.cut("alice", "bob", 12_000);
    alice.links.act(1, { do: "send", channel: "messages", frame: Uint8Array.of(7) });
    await pass(10_000);
    expect(kindsOf(bob)).toEqual(["open", "steady false"]);
    expect(bob.told.some(({ kind }) => kind === "frame")).toBe(false);
    await pass(5000);
    expect(kindsOf(bob)).toEqual(["open", "steady false", "steady true"]);
    expect(bob.told.some(({ kind }) => kind === "frame")).toBe(true);
  });

  test("in another network only a restart finds a way again", async () => {
    const { alice, bob, pass, kindsOf, world } = await call(SEED);
    world.ways.moves("alice");
    await pass(10_000);
    expect(kindsOf(alice)).toEqual(["open", "steady false"]);
    alice.links.act(1, { do: "offer", restart: true });
    await pass(10_000);
    expect([alice, bob].map(kindsOf)).toEqual([
      ["open", "steady false", "steady true"],
      ["open", "steady false", "steady true"],
    ]);
  });
});
