/** After any sequence of operations a group loaded from the records it put is the live group: both engines, random walks. */
import * as fc from "fast-check";
import type { GroupId } from "@sotto/protocol";
import { idOf, toHex } from "@sotto/protocol";
import { expect, test } from "vitest";
import { createNobleProvider } from "../provider/noble.ts";
import { seededRandom } from "../provider/seeded.ts";
import { makeDevice } from "../testing/devices.ts";
import type { Peer } from "../testing/peer.ts";
import { addPeer, commitAll, createPeer, read, restart, send, take } from "../testing/peer.ts";
import { createStandInEngine } from "../testing/standIn.ts";
import type { MlsEngine, MlsGroup } from "./port.ts";
import { createMlsEngine } from "./tsMls.ts";

const devices = createNobleProvider(seededRandom("devices of the walk"));

const step = fc.record({
  operation: fc.constantFrom("send", "sendMany", "readBack", "update", "add", "remove", "lose", "forget"),
  actor: fc.nat(5),
  restarted: fc.nat(5),
});

interface World {
  readonly peers: Peer[];
  /** Sent and not yet read, by whom. */
  readonly wire: {
    readonly from: Peer;
    readonly bytes: Uint8Array;
    readonly text: string;
    readonly epoch: number;
  }[];
  texts: number;
}

test.each<readonly [string, number, () => MlsEngine]>([
  ["ts-mls", 12, () => createMlsEngine(createNobleProvider(seededRandom("walk")))],
  ["stand-in", 60, () => createStandInEngine({ random: seededRandom("walk") })],
])("%s", { timeout: 60_000 }, async (_name, numRuns, makeEngine) => {
  const walk = async (
    steps: readonly { operation: string; actor: number; restarted: number }[],
  ): Promise<void> => {
    const engine = makeEngine();
    const creator = await createPeer(engine, await makeDevice(devices), 1, idOf<GroupId>(devices.random(16)));
    const world: World = {
      peers: [creator, await addPeer([creator], await makeDevice(devices))],
      wire: [],
      texts: 0,
    };
    for (const { operation, actor, restarted } of steps) {
      await perform(world, operation, world.peers[actor % world.peers.length] as Peer);
      await checkAndRestart(world.peers[restarted % world.peers.length] as Peer);
    }
  };
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 14 }), walk), { numRuns, seed: 7 });
});

async function perform(world: World, operation: string, actor: Peer): Promise<void> {
  const others = world.peers.filter((peer) => peer !== actor);
  switch (operation) {
    case "send":
    case "sendMany": {
      const texts = Array.from({ length: operation === "send" ? 1 : 7 }, () => `text ${world.texts++}`);
      const sent = await send(actor, ...texts);
      sent.forEach((bytes, i) =>
        world.wire.push({ from: actor, bytes, text: texts[i] as string, epoch: actor.group.epoch }),
      );
      return;
    }
    case "readBack":
      // Newest first, so that keys are skipped and kept.
      for (const { from, bytes, text, epoch } of world.wire.splice(0).toReversed()) {
        for (const peer of world.peers) {
          if (peer === from || epoch !== peer.group.epoch) continue;
          expect(await read(peer, bytes, bytes)).toEqual([text, "! replayed"]);
        }
      }
      return;
    case "update":
      await commitAll(actor, others);
      return;
    case "add":
      if (world.peers.length < 6)
        world.peers.push(await addPeer([actor, ...others], await makeDevice(devices)));
      return;
    case "remove": {
      const target = others.at(-1);
      if (target === undefined || world.peers.length < 3) return;
      await commitAll(actor, others, { remove: [target.group.ownLeaf] });
      world.peers.splice(world.peers.indexOf(target), 1);
      await checkAndRestart(target);
      expect(target.group.active).toBe(false);
      return;
    }
    case "lose": {
      // A commit that is made and never wins, and one that was made twice because storing failed.
      const before = actor.group;
      const commit = {
        add: [],
        remove: [],
        authenticatedData: new Uint8Array(),
        joinerInfo: new Uint8Array(),
      };
      await actor.engine.commit(before, commit, 0);
      take(actor, await actor.engine.commit(before, commit, 0));
      return;
    }
    default:
      take(actor, await actor.engine.forgetPast(actor.group));
  }
}

async function checkAndRestart(peer: Peer): Promise<void> {
  const live = peer.group;
  await restart(peer);
  expect(peer.group).toEqual(live);
  if (live.active) expect(await secretsOf(peer, peer.group)).toEqual(await secretsOf(peer, live));
}

async function secretsOf({ engine }: Peer, group: MlsGroup): Promise<readonly string[]> {
  const exported = await engine.exportSecret(group, "check", new Uint8Array(), 32);
  return [toHex(engine.epochAuthenticator(group)), toHex(exported)];
}
