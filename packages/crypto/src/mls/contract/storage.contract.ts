/** Storage: records small enough to write per message, and enough to be the group again. */
import { utf8 } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import { commitAll, read, restart, send } from "../../testing/peer.ts";
import type { ContractWorld } from "./world.contract.ts";
import { authenticatorOf } from "./world.contract.ts";

export function describeStorage(name: string, { pair, trio }: ContractWorld): void {
  describe(`${name}: storage`, () => {
    test("one message rewrites one small part, however large the group", async () => {
      const [alice, bob, carol] = await trio();
      // The first message of a sender in an epoch may take more.
      await read(carol, ...(await send(alice, "first")));
      const sent = await alice.engine.encrypt(alice.group, [
        { plaintext: utf8("a"), authenticatedData: new Uint8Array() },
      ]);
      expect([...sent.delta.put.keys()]).toEqual([`ratchet/${alice.group.epoch}/0`]);
      expect(sent.delta.drop).toEqual([]);
      const received = await carol.engine.decrypt(carol.group, sent.ciphertexts);
      expect([...received.delta.put.keys()]).toEqual([`ratchet/${bob.group.epoch}/0`]);
      for (const bytes of [...sent.delta.put.values(), ...received.delta.put.values()])
        expect(bytes.length).toBeLessThan(300);
    });

    test("a group loaded from its records is the group", async () => {
      const [alice, bob, carol] = await trio();
      const [a, b] = (await send(alice, "a", "b")) as [Uint8Array, Uint8Array];
      await read(bob, b);
      const live = bob.group;
      await restart(bob);
      expect(bob.group).toEqual(live);
      expect(await read(bob, b, a)).toEqual(["! replayed", "a"]);
      await restart(alice);
      await commitAll(alice, [bob, carol]);
      await restart(carol);
      await commitAll(carol, [alice, bob]);
      expect(new Set([alice, bob, carol].map(authenticatorOf)).size).toBe(1);
    });

    test("missing or broken records are damaged state", async () => {
      const [alice, bob] = await pair();
      await commitAll(bob, [alice]);
      for (const name of alice.parts.keys()) {
        const without = new Map(alice.parts);
        without.delete(name);
        const cut = new Map(alice.parts).set(name, (alice.parts.get(name) as Uint8Array).subarray(1));
        await expect(alice.engine.load(without), name).rejects.toMatchObject({ code: "damagedState" });
        await expect(alice.engine.load(cut), name).rejects.toMatchObject({ code: "damagedState" });
      }
      await expect(alice.engine.load(new Map())).rejects.toMatchObject({ code: "damagedState" });
    });
  });
}
