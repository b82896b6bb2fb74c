/**
 * A link between two devices beside what it is made of, in network namespaces: two machines on a segment with the server's.
 *
 * *bare link*: a data channel of the same library, with signals in plain text over a WebSocket server on the server's machine.
 * *engine alone*: our MLS engine encrypts and decrypts the burst in one process, no disk, no network.
 * *ours*: two devices with their stores; the link's signals are MLS messages by way of the server's disk. Opening runs from the order to the
 * channel that is open on both sides; a burst until the sender knows that all is stored at the recipient; a round trip is a text and a text in
 * answer, four transactions with their fsync.
 */
import { join } from "node:path";
import { whyNoNamespaces } from "@sotto/testing/network/namespaces.ts";
import type { PlacedWorld } from "@sotto/testing/paths/placedWorld.ts";
import { openPlacedWorld } from "@sotto/testing/paths/placedWorld.ts";
import { launched, startLineProcess } from "@sotto/testing/support/lineProcess.ts";
import type { Contest, Peer } from "../harness/contest.ts";
import { createEngineAlone } from "../message/engineAlone.ts";
import type { End } from "./ends.ts";
import { measureLink, startEnd } from "./ends.ts";

const LOAD = { messages: 2000, trips: 50, sizeBytes: 200 };
const SUITE = 83;
const [BARE, ENGINE, OURS] = ["bare link", "engine alone", "ours"] as const;

export const direct: Contest = {
  name: "direct",
  summary:
    `Opening a link, a burst of ${LOAD.messages} messages of ${LOAD.sizeBytes} bytes, ${LOAD.trips} round trips one after the other; ` +
    `terminal to terminal, suite ${SUITE}.`,
  rounds: 5,
  columns: [
    { key: "openMs", label: "open ms", digits: 0 },
    { key: "perSecond", label: "messages/s", digits: 0 },
    { key: "tripMs", label: "round trip ms", digits: 2 },
  ],
  peers: [
    { name: BARE, start: () => startPair(bareEnds) },
    { name: ENGINE, start: startEngine },
    { name: OURS, start: () => startPair(ourEnds) },
  ],
  ratios: [
    { name: "opening over bare", column: "openMs", of: OURS, to: BARE, atMost: 1.5 },
    { name: "messages over the engine alone", column: "perSecond", of: OURS, to: ENGINE, atLeast: 0.5 },
    { name: "engine alone over bare, messages", column: "perSecond", of: ENGINE, to: BARE, atMost: 1 },
    { name: "round trip over bare", column: "tripMs", of: OURS, to: BARE, atMost: 2 },
  ],
  bounds: [],
};

type Ends = readonly [alice: End, bob: End];

/** A world for each pair, with nobody else in it. */
async function startPair(start: (world: PlacedWorld) => Promise<Ends>): ReturnType<Peer["start"]> {
  const missing = whyNoNamespaces();
  if (missing !== undefined) throw new Error(missing);
  const world = await openPlacedWorld({ name: "bench", people: { alice: "open", bob: "open" } });
  try {
    const [alice, bob] = await start(world);
    await Promise.all([
      alice.obey({ kind: "befriend", userName: "bob", asks: true }),
      bob.obey({ kind: "befriend", userName: "alice", asks: false }),
    ]);
    return {
      round: async () => ({ ...(await measureLink(alice, bob, LOAD)) }),
      async stop() {
        await alice.close();
        await bob.close();
        await world.close();
      },
    };
  } catch (error) {
    await world.close();
    throw error;
  }
}

function ourEnds(world: PlacedWorld): Promise<Ends> {
  const start = (name: string): Promise<End> =>
    startEnd(
      "person.ts",
      [name, world.homeOf(name), world.url, world.fingerprint()],
      world.siteOf(name).namespace.launcher,
    );
  return bothOf(start);
}

async function bareEnds(world: PlacedWorld): Promise<Ends> {
  const url = Promise.withResolvers<string>();
  const { namespace, address } = world.network.server;
  const program = join(import.meta.dirname, "switchboard.ts");
  startLineProcess({
    command: launched(namespace.launcher, process.execPath, program, address),
    onLine: (line) => url.resolve(line),
  });
  const switchboard = await url.promise;
  return bothOf((name) => startEnd("bareEnd.ts", [switchboard], world.siteOf(name).namespace.launcher));
}

async function bothOf(start: (name: string) => Promise<End>): Promise<Ends> {
  return [await start("alice"), await start("bob")];
}

async function startEngine(): ReturnType<Peer["start"]> {
  const engine = await createEngineAlone(SUITE);
  return {
    async round() {
      const { encryptMs, decryptMs } = await engine.burst(LOAD.messages, LOAD.sizeBytes);
      return { openMs: 0, perSecond: (1000 * LOAD.messages) / (encryptMs + decryptMs), tripMs: 0 };
    },
    stop: async () => {},
  };
}
