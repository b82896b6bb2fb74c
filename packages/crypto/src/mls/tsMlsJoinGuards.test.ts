/** Defects 2 and 12 of the library where a device joins: what happens with the guard off, and that it does not with the guard on. */
import type { GroupId } from "@sotto/protocol";
import { idOf } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import { createNobleProvider } from "../provider/noble.ts";
import { seededRandom } from "../provider/seeded.ts";
import { makeDevice } from "../testing/devices.ts";
import type { ForgedWelcome } from "../testing/forgedWelcome.ts";
import { forgeWelcome } from "../testing/forgedWelcome.ts";
import { stateOfPeer } from "../testing/insider.ts";
import { mergedBelow } from "../testing/mergedBelow.ts";
import type { Peer } from "../testing/peer.ts";
import { bundleFor, commitAll, createPeer, joinPeer, receive, prepare } from "../testing/peer.ts";
import { createGuardedEngine } from "./tsMls.ts";
import type { GuardId } from "./tsMlsGuards.ts";
import { withoutGuards } from "./tsMlsGuards.ts";

const provider = createNobleProvider(seededRandom("join guards"));

async function founder(...off: readonly GuardId[]): Promise<Peer> {
  const engine = createGuardedEngine(provider, withoutGuards(...off));
  return createPeer(engine, await makeDevice(provider), 1, idOf<GroupId>(provider.random(16)));
}

describe("MLS defect 2: a valid tree in which a leaf was merged at one parent and not below it", () => {
  const joinMerged = (...off: readonly GuardId[]) =>
    mergedBelow(createGuardedEngine(provider, withoutGuards(...off)), provider);

  test("off: it is rejected", async () => {
    await expect(joinMerged(2)).rejects.toMatchObject({
      code: "invalid",
      message: "non-blank intermediate node must list leaf node in its unmerged_leaves",
    });
  });

  test("on: it is joined, and the tree is the one in question", async () => {
    const [alice, frank] = await joinMerged();
    const { tree } = stateOfPeer(frank).current;
    const unmerged = [3, 7].map((index) => {
      const node = tree[index];
      return node?.nodeType === "parent" ? node.parent.unmergedLeaves : undefined;
    });
    expect(unmerged).toEqual([[1], []]);
    expect(alice.engine.epochAuthenticator(alice.group)).toEqual(
      frank.engine.epochAuthenticator(frank.group),
    );
    await commitAll(frank, [alice]);
    await commitAll(alice, [frank]);
  });
});

describe("MLS defect 12: the path secret of a Welcome and the tree's public keys", () => {
  /** Alice adds bob and carol; bob gets what she made of the Welcome. */
  const joinForged = async (forged: ForgedWelcome, ...off: readonly GuardId[]) => {
    const alice = await founder(...off);
    const devices = [await makeDevice(provider), await makeDevice(provider)] as const;
    const bundles = [
      await bundleFor(alice.engine, devices[0], 1),
      await bundleFor(alice.engine, devices[1], 1),
    ] as const;
    const { welcome } = await commitAll(alice, [], { add: bundles.map(({ publicBytes }) => publicBytes) });
    const altered = await forgeWelcome(1, welcome, bundles[0], forged);
    const bob = await joinPeer(alice.engine, devices[0], 1, altered, bundles[0]);
    return { bob, carol: await joinPeer(alice.engine, devices[1], 1, welcome, bundles[1]) };
  };
  const other: ForgedWelcome = {
    secrets: (secrets) => ({ ...secrets, pathSecret: new Uint8Array(32).fill(7) }),
  };
  const none: ForgedWelcome = { secrets: (secrets) => ({ ...secrets, pathSecret: undefined }) };
  test.each([
    ["another secret", other],
    ["no secret", none],
  ] as const)(
    "off: %s: joined, and carol's commit, to the parent of alice and bob, cannot be read",
    async (_name, forged) => {
      const { bob, carol } = await joinForged(forged, 12);
      expect(await receive(bob, (await prepare(carol)).handshake)).toMatchObject({ kind: "undecided" });
    },
  );

  test.each([
    ["another secret", other, "the path secret does not match the tree"],
    ["no secret", none, "a path secret is missing"],
    [
      "a secret of another size",
      { secrets: (secrets) => ({ ...secrets, pathSecret: new Uint8Array(31) }) } satisfies ForgedWelcome,
      "path secret",
    ],
  ] as const)("on: %s: not joined", async (_name, forged, message) => {
    await expect(joinForged(forged)).rejects.toMatchObject({ code: "invalid", message });
  });
});
