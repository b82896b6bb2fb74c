/** Key packages: what they tell, how long they hold, when they are refused. */
import { describe, expect, test } from "vitest";
import { makeDevice } from "../../testing/devices.ts";
import { bundleFor, commitAll, intent, NOW_MS } from "../../testing/peer.ts";
import type { ContractWorld } from "./world.contract.ts";
import { devices } from "./world.contract.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

export function describeKeyPackages(name: string, { suite, makeEngine, pair }: ContractWorld): void {
  describe(`${name}: key packages`, () => {
    test("inspecting tells credential, leaf key and suite", async () => {
      const engine = makeEngine();
      const device = await makeDevice(devices);
      const { publicBytes } = await bundleFor(engine, device, suite);
      expect(await engine.inspectKeyPackage(publicBytes, NOW_MS)).toMatchObject({
        credential: device.credential,
        leafKey: device.leafPublicKey,
        suite,
      });
    });

    test("they are valid from a day before until their lifetime ends, and not beyond", async () => {
      const engine = makeEngine();
      const { publicBytes } = await bundleFor(engine, await makeDevice(devices), suite);
      for (const at of [NOW_MS - DAY_MS + 2000, NOW_MS, NOW_MS + 30 * DAY_MS - 2000])
        await expect(engine.inspectKeyPackage(publicBytes, at)).resolves.toBeDefined();
      for (const at of [NOW_MS - DAY_MS - 2000, NOW_MS + 30 * DAY_MS + 2000])
        await expect(engine.inspectKeyPackage(publicBytes, at)).rejects.toMatchObject({ code: "expired" });
    });

    test("an expired one cannot be committed; whoever receives the commit later does not mind", async () => {
      const [alice, bob] = await pair();
      const { publicBytes } = await bundleFor(alice.engine, await makeDevice(devices), suite);
      const late = alice.engine.commit(alice.group, intent({ add: [publicBytes] }), NOW_MS + 31 * DAY_MS);
      await expect(late).rejects.toMatchObject({ code: "expired" });
      await commitAll(alice, [bob], { add: [publicBytes] });
    });

    test("bytes that are none are malformed", async () => {
      const engine = makeEngine();
      const { publicBytes } = await bundleFor(engine, await makeDevice(devices), suite);
      for (const bytes of [
        new Uint8Array(),
        devices.random(300),
        publicBytes.subarray(1),
        Uint8Array.of(...publicBytes, 0),
      ])
        await expect(engine.inspectKeyPackage(bytes, NOW_MS)).rejects.toMatchObject({ code: "malformed" });
    });

    test("one of another suite, of a member, or twice in a commit is refused", async () => {
      const [alice, bob] = await pair();
      const carol = await makeDevice(devices);
      const [otherSuite] = await alice.engine.keyPackages(carol, suite === 1 ? 83 : 1, 1, NOW_MS, 30);
      const commit = (...add: Uint8Array[]) => alice.engine.commit(alice.group, intent({ add }), NOW_MS);
      await expect(commit(otherSuite?.publicBytes ?? new Uint8Array())).rejects.toMatchObject({
        code: "unsupported",
      });
      const again = await bundleFor(alice.engine, bob.device, suite);
      await expect(commit(again.publicBytes)).rejects.toMatchObject({ code: "invalid" });
      const [first, second] = [
        await bundleFor(alice.engine, carol, suite),
        await bundleFor(alice.engine, carol, suite),
      ];
      await expect(commit(first.publicBytes, second.publicBytes)).rejects.toMatchObject({ code: "invalid" });
    });
  });
}
