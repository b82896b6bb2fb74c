/** Entering a group: creating it, and joining by Welcome. */
import { utf8 } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import { makeDevice } from "../../testing/devices.ts";
import type { Peer } from "../../testing/peer.ts";
import { bundleFor, commitAll, joinPeer, read, send } from "../../testing/peer.ts";
import { MlsInputError } from "../port.ts";
import type { ContractWorld } from "./world.contract.ts";
import { authenticatorOf, devices } from "./world.contract.ts";

export function describeEntering(name: string, { suite, alone }: ContractWorld): void {
  describe(`${name}: entering a group`, () => {
    test("a new group holds its creator alone, in epoch 0", async () => {
      const { group, device } = await alone();
      expect(group).toMatchObject({ suite, epoch: 0, ownLeaf: 0, active: true });
      expect(group.members).toEqual([
        { leaf: 0, credential: device.credential, leafKey: device.leafPublicKey },
      ]);
    });

    test("a Welcome names its package, its adder and carries the joiner's bytes", async () => {
      const alice = await alone();
      const device = await makeDevice(devices);
      const { engine } = alice;
      const [unused, bundle] = [
        await bundleFor(engine, device, suite),
        await bundleFor(engine, device, suite),
      ];
      const commit = await commitAll(alice, [], { add: [bundle.publicBytes], joinerInfo: utf8("for bob") });
      const welcome = commit.welcome as Uint8Array;
      expect(engine.welcomeRefs(welcome)).toEqual([bundle.ref]);
      const joined = await engine.join(welcome, [unused, bundle], device);
      expect(joined).toMatchObject({
        keyPackageRef: bundle.ref,
        adder: { leaf: 0, credential: alice.device.credential },
      });
      expect(joined.joinerInfo).toEqual(utf8("for bob"));
      expect(joined.group).toMatchObject({ id: alice.group.id, suite, epoch: 1, ownLeaf: 1, active: true });
      expect(joined.group.members).toEqual(alice.group.members);
    });

    test("a Welcome opens with its package alone", async () => {
      const alice = await alone();
      const device = await makeDevice(devices);
      const bundle = await bundleFor(alice.engine, device, suite);
      const other = await bundleFor(alice.engine, device, suite);
      const { welcome } = await commitAll(alice, [], { add: [bundle.publicBytes] });
      const join = alice.engine.join(welcome as Uint8Array, [other], device);
      await expect(join).rejects.toMatchObject({ code: "noKeyPackage" });
      const mixedUp = { ...bundle, privateBytes: other.privateBytes };
      await expect(alice.engine.join(welcome as Uint8Array, [mixedUp], device)).rejects.toBeInstanceOf(
        MlsInputError,
      );
    });

    test("a commit of two Adds has one Welcome for both", async () => {
      const alice = await alone();
      const joiners = [await makeDevice(devices), await makeDevice(devices)];
      const bundles = await Promise.all(joiners.map((device) => bundleFor(alice.engine, device, suite)));
      const { welcome } = await commitAll(alice, [], { add: bundles.map(({ publicBytes }) => publicBytes) });
      const [bob, carol] = await Promise.all(
        joiners.map((device, i) =>
          joinPeer(alice.engine, device, suite, welcome, bundles[i] as (typeof bundles)[number]),
        ),
      );
      expect(new Set([alice, bob as Peer, carol as Peer].map(authenticatorOf)).size).toBe(1);
      expect(await read(carol as Peer, ...(await send(bob as Peer, "hello")))).toEqual(["hello"]);
    });
  });
}
