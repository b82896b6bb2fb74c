/** Leaving: a request that waits for the commit of another member. */
import { utf8 } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import { makeDevice } from "../../testing/devices.ts";
import {
  addPeer,
  askToLeave,
  commitAll,
  deviceIds,
  intent,
  NOW_MS,
  prepare,
  read,
  receive,
  restart,
  send,
  take,
} from "../../testing/peer.ts";
import type { ContractWorld } from "./world.contract.ts";
import { authenticatorOf, devices } from "./world.contract.ts";

const NO_CHANGE = { committer: null, added: [], removed: [], left: [], external: false };

export function describeLeaving(name: string, { pair, trio }: ContractWorld): void {
  describe(`${name}: leaving`, () => {
    test("a request is noted in its place and changes neither epoch nor roster", async () => {
      const [alice, bob, carol] = await trio();
      const { handshake, pending, ...sent } = await carol.engine.leave(carol.group, utf8("place"));
      take(carol, sent);
      const adopted = await carol.engine.adopt(carol.group, pending);
      expect(adopted.change).toEqual(NO_CHANGE);
      for (const peer of [alice, bob])
        expect(await receive(peer, handshake, utf8("place"))).toMatchObject({
          kind: "proposed",
          leaver: { credential: carol.device.credential },
          group: { epoch: alice.group.epoch, members: { length: 3 } },
        });
      expect(await read(bob, ...(await send(alice, "still three")))).toEqual(["still three"]);
      expect(await read(alice, ...(await send(carol, "bye")))).toEqual(["bye"]);
    });

    test("whoever commits next removes the leaver, who learns it", async () => {
      const [alice, bob, carol] = await trio();
      await askToLeave(carol, [alice, bob]);
      const commit = await prepare(bob);
      const adopted = await bob.engine.adopt(bob.group, commit.pending);
      expect(deviceIds(adopted.change.removed)).toEqual([carol.device.credential.device]);
      take(bob, adopted);
      const outcome = await receive(alice, commit.handshake);
      expect(outcome).toMatchObject({ kind: "applied", change: adopted.change });
      expect(await receive(carol, commit.handshake)).toMatchObject({
        kind: "applied",
        group: { active: false },
      });
      expect(alice.group.members).toHaveLength(2);
      expect(authenticatorOf(alice)).toBe(authenticatorOf(bob));
      expect(await read(bob, ...(await send(alice, "without carol")))).toEqual(["without carol"]);
    });

    test("two leave at once, and one is added by the same commit", async () => {
      const [alice, bob, carol] = await trio();
      const dave = await addPeer([alice, bob, carol], await makeDevice(devices));
      await askToLeave(bob, [alice, carol, dave]);
      await askToLeave(dave, [alice, carol, bob]);
      const erin = await addPeer([alice, carol, bob, dave], await makeDevice(devices));
      expect([bob.group.active, dave.group.active]).toEqual([false, false]);
      expect(erin.group.members).toHaveLength(3);
      expect(await read(erin, ...(await send(carol, "hello")))).toEqual(["hello"]);
    });

    test("a commit from before the request is refused, and cannot be adopted", async () => {
      const [alice, bob, carol] = await trio();
      const early = await prepare(bob);
      await askToLeave(carol, [alice, bob]);
      await expect(bob.engine.adopt(bob.group, early.pending)).rejects.toMatchObject({ code: "wrongGroup" });
      for (const peer of [alice, carol])
        expect(await receive(peer, early.handshake)).toMatchObject({ kind: "refused" });
      await commitAll(bob, [alice, carol]);
      expect(carol.group.active).toBe(false);
    });

    test("a commit is refused by who has not seen the request that it includes", async () => {
      const [alice, bob, carol] = await trio();
      await askToLeave(carol, [bob]);
      expect(await receive(alice, (await prepare(bob)).handshake)).toMatchObject({ kind: "refused" });
    });

    test("removing a leaver by name as well changes nothing", async () => {
      const [alice, bob, carol] = await trio();
      await askToLeave(carol, [alice, bob]);
      await commitAll(alice, [bob, carol], { remove: [carol.group.ownLeaf] });
      expect(bob.group.members).toHaveLength(2);
    });

    test("a leaver neither commits nor asks again, and a second request of its own is refused", async () => {
      const [alice, bob] = await pair();
      const first = await bob.engine.leave(bob.group, new Uint8Array());
      take(bob, first);
      const second = await bob.engine.leave(bob.group, new Uint8Array());
      take(bob, second);
      take(bob, await bob.engine.adopt(bob.group, first.pending));
      expect(await receive(alice, first.handshake)).toMatchObject({ kind: "proposed" });
      expect(await receive(alice, second.handshake)).toMatchObject({
        kind: "refused",
        reason: "the leave has been noted",
      });
      await expect(bob.engine.adopt(bob.group, second.pending)).rejects.toMatchObject({ code: "wrongGroup" });
      await expect(bob.engine.commit(bob.group, intent(), NOW_MS)).rejects.toBeInstanceOf(TypeError);
      await expect(bob.engine.leave(bob.group, utf8("again"))).rejects.toBeInstanceOf(TypeError);
      await commitAll(alice, [bob]);
      expect(bob.group.active).toBe(false);
    });

    test("it lives through a restart of everyone, and is gone from storage with its epoch", async () => {
      const [alice, bob, carol] = await trio();
      const { handshake, pending, ...sent } = await carol.engine.leave(carol.group, new Uint8Array());
      take(carol, sent);
      await restart(carol);
      take(carol, await carol.engine.adopt(carol.group, pending));
      for (const peer of [alice, bob]) await receive(peer, handshake);
      for (const peer of [alice, bob, carol]) await restart(peer);
      await expect(carol.engine.commit(carol.group, intent(), NOW_MS)).rejects.toBeInstanceOf(TypeError);
      await commitAll(bob, [alice, carol]);
      expect(carol.group.active).toBe(false);
      for (const peer of [alice, bob, carol]) {
        expect(
          [...peer.parts.keys()].filter((part) => !/^(head|keys|secrets|epoch|ratchet)\b/.test(part)),
        ).toEqual([]);
        await restart(peer);
      }
      expect(await read(alice, ...(await send(bob, "two")))).toEqual(["two"]);
    });

    test("a request that another handshake overtook, or of an epoch before, is refused", async () => {
      const [alice, bob] = await pair();
      const { handshake, pending, ...sent } = await bob.engine.leave(bob.group, utf8("place 1"));
      take(bob, sent);
      expect(await receive(alice, handshake, utf8("place 2"))).toMatchObject({ kind: "refused" });
      await commitAll(alice, [bob], { authenticatedData: utf8("place 1") });
      await expect(bob.engine.adopt(bob.group, pending)).rejects.toMatchObject({ code: "wrongGroup" });
      expect(await receive(alice, handshake, utf8("place 1"))).toMatchObject({ kind: "refused" });
      await askToLeave(bob, [alice]);
      await commitAll(alice, [bob]);
      expect(bob.group.active).toBe(false);
    });

    test("damaged pending bytes are damaged state", async () => {
      const [, bob] = await pair();
      const { pending, ...sent } = await bob.engine.leave(bob.group, new Uint8Array());
      take(bob, sent);
      await expect(bob.engine.adopt(bob.group, pending.subarray(1))).rejects.toMatchObject({
        code: "damagedState",
      });
    });

    test("broken or missing records of it are damaged state", async () => {
      const [alice, bob] = await pair();
      await askToLeave(bob, [alice]);
      for (const { engine, parts } of [alice, bob]) {
        const without = new Map(parts);
        expect(without.delete("handshakes")).toBe(true);
        const cut = new Map(parts).set("handshakes", (parts.get("handshakes") as Uint8Array).subarray(1));
        for (const bad of [without, cut])
          await expect(engine.load(bad)).rejects.toMatchObject({ code: "damagedState" });
      }
    });
  });
}
