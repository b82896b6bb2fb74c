/** Handshakes: applied, refused, undecided, lost and adopted. */
import { utf8 } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import { makeDevice } from "../../testing/devices.ts";
import {
  addPeer,
  bundleFor,
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

export function describeHandshakes(name: string, { suite, pair, trio }: ContractWorld): void {
  describe(`${name}: handshakes`, () => {
    test("the roster change is told exactly, to committer and members alike", async () => {
      const [alice, bob, carol] = await trio();
      const dave = await makeDevice(devices);
      const { publicBytes } = await bundleFor(alice.engine, dave, suite);
      const commit = await prepare(alice, { add: [publicBytes], remove: [carol.group.ownLeaf] });
      const adopted = await alice.engine.adopt(alice.group, commit.pending);
      const outcome = await receive(bob, commit.handshake);
      if (outcome.kind !== "applied") throw new Error(outcome.kind);
      expect(outcome.change).toEqual(adopted.change);
      expect(outcome.change.committer?.credential).toEqual(alice.device.credential);
      expect(deviceIds(outcome.change.added)).toEqual([dave.credential.device]);
      expect(deviceIds(outcome.change.removed)).toEqual([carol.device.credential.device]);
      expect(outcome.group.members).toEqual(adopted.group.members);
      expect(outcome.group.members).toHaveLength(3);
    });

    test("a removed member learns it and can do nothing more; it may come back as new", async () => {
      const [alice, bob, carol] = await trio();
      const { handshake } = await commitAll(alice, [carol], { remove: [bob.group.ownLeaf] });
      const outcome = await receive(bob, handshake);
      expect(outcome).toMatchObject({ kind: "applied", group: { active: false } });
      expect(deviceIds(bob.group.members)).toEqual(deviceIds([alice, carol].map(({ device }) => device)));
      expect(await read(bob, ...(await send(alice, "secret")))).toEqual(["! tooOld"]);
      await expect(bob.engine.encrypt(bob.group, [])).rejects.toBeInstanceOf(TypeError);
      expect(await receive(bob, (await prepare(alice)).handshake)).toMatchObject({ kind: "refused" });
      await restart(bob);
      expect(bob.group.active).toBe(false);
      const again = await addPeer([alice, carol], bob.device);
      expect(await read(again, ...(await send(carol, "welcome back")))).toEqual(["welcome back"]);
    });

    test.each(["wrong data", "garbage", "a message", "nothing"])(
      "refused, and nothing changes: %s",
      async (kind) => {
        const [alice, bob] = await pair();
        const commit = await alice.engine.commit(
          alice.group,
          intent({ authenticatedData: utf8("right") }),
          NOW_MS,
        );
        const [message] = await send(alice, "m");
        const bytes =
          { garbage: devices.random(400), "a message": message, nothing: new Uint8Array() }[kind] ??
          commit.handshake;
        const expected = { authenticatedData: utf8(kind === "wrong data" ? "wrong" : "right") };
        const outcome = await bob.engine.process(bob.group, bytes, expected);
        expect(outcome).toMatchObject({ kind: "refused", group: { epoch: 1 } });
        if (outcome.kind === "refused")
          expect([...outcome.delta.put.keys(), ...outcome.delta.drop]).toEqual([]);
        expect(await receive(bob, commit.handshake, utf8("right"))).toMatchObject({ kind: "applied" });
      },
    );

    test("refused: a handshake of another epoch, another group, or twice", async () => {
      const [alice, bob] = await pair();
      const [carol] = await pair();
      const first = await commitAll(alice, [bob]);
      expect(await receive(bob, first.handshake)).toMatchObject({ kind: "refused" });
      expect(await receive(bob, (await prepare(carol)).handshake)).toMatchObject({ kind: "refused" });
      const next = await prepare(alice);
      take(alice, await alice.engine.adopt(alice.group, next.pending));
      const after = await prepare(alice);
      expect(await receive(bob, after.handshake)).toMatchObject({ kind: "refused" });
      expect(await receive(bob, next.handshake)).toMatchObject({ kind: "applied" });
    });

    test("of two commits one wins; the loser drops its own, follows, and tries again", async () => {
      const [alice, bob] = await pair();
      const [winner, loser] = [await prepare(alice), await prepare(bob)];
      take(alice, await alice.engine.adopt(alice.group, winner.pending));
      expect(await receive(bob, winner.handshake)).toMatchObject({ kind: "applied" });
      await expect(bob.engine.adopt(bob.group, loser.pending)).rejects.toMatchObject({ code: "wrongGroup" });
      expect(await receive(alice, loser.handshake)).toMatchObject({ kind: "refused" });
      await commitAll(bob, [alice]);
      expect(authenticatorOf(alice)).toBe(authenticatorOf(bob));
    });

    test("messages that arrive between commit and adoption stay decrypted, and are not decrypted twice", async () => {
      const [alice, bob] = await pair();
      const commit = await prepare(alice);
      const [a, b] = (await send(bob, "a", "b")) as [Uint8Array, Uint8Array];
      expect(await read(alice, a)).toEqual(["a"]);
      take(alice, await alice.engine.adopt(alice.group, commit.pending));
      expect(await read(alice, a, b)).toEqual(["! replayed", "b"]);
    });

    test("MLS defect 13: commits of one epoch use different generations, also after a restart", async () => {
      const [alice, bob] = await pair();
      await prepare(alice);
      await restart(alice);
      await prepare(alice);
      const third = await prepare(alice);
      expect(await receive(bob, third.handshake)).toMatchObject({ kind: "applied" });
    });

    test("an own commit whose pending state is lost is undecided: others may have entered its epoch", async () => {
      const [alice] = await pair();
      const { handshake } = await prepare(alice);
      expect(await receive(alice, handshake)).toMatchObject({ kind: "undecided" });
      expect(alice.group.epoch).toBe(1);
    });

    test("only other members' leaves can be removed", async () => {
      const [alice] = await pair();
      for (const leaf of [0, 2, 77])
        await expect(
          alice.engine.commit(alice.group, intent({ remove: [leaf] }), NOW_MS),
        ).rejects.toMatchObject({ code: "invalid" });
    });

    test("damaged pending bytes are damaged state", async () => {
      const [alice] = await pair();
      const { pending } = await prepare(alice);
      for (const bytes of [new Uint8Array(), pending.subarray(0, 100), devices.random(300)])
        await expect(alice.engine.adopt(alice.group, bytes)).rejects.toMatchObject({ code: "damagedState" });
    });
  });
}
