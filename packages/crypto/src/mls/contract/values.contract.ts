/** Groups are values: nothing done with one changes it. */
import { toHex, utf8 } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import { intent, NOW_MS, prepare, read, receive, send, take, textOf } from "../../testing/peer.ts";
import type { ContractWorld } from "./world.contract.ts";
import { authenticatorOf } from "./world.contract.ts";

export function describeValues(name: string, { makeEngine, alone, pair, chartered }: ContractWorld): void {
  describe(`${name}: groups are values`, () => {
    test("an operation repeated on the old group works as if the first had never been", async () => {
      const [alice, bob] = await pair();
      const before = bob.group;
      const [a] = (await send(alice, "a")) as [Uint8Array];
      for (let i = 0; i < 2; i++)
        expect((await bob.engine.decrypt(before, [a])).results.map(textOf)).toEqual(["a"]);
      const commit = await prepare(alice);
      const applied = [];
      for (let i = 0; i < 2; i++)
        applied.push(
          await bob.engine.process(before, commit.handshake, { authenticatedData: new Uint8Array() }),
        );
      const authenticators = applied.map(
        (outcome) => outcome.kind === "applied" && toHex(bob.engine.epochAuthenticator(outcome.group)),
      );
      const adopted = [];
      for (let i = 0; i < 2; i++) adopted.push((await alice.engine.adopt(alice.group, commit.pending)).group);
      authenticators.push(...adopted.map((group) => toHex(alice.engine.epochAuthenticator(group))));
      expect(new Set(authenticators).size).toBe(1);
      expect((await bob.engine.decrypt(before, [a])).results.map(textOf)).toEqual(["a"]);
    });

    test("an applied commit that is not adopted leaves the group as it was: the next handshake and all messages are read", async () => {
      const [alice, bob, carol] = await chartered(utf8("before"), 3);
      const expected = { authenticatedData: new Uint8Array() };
      const leave = await carol.engine.leave(carol.group, expected.authenticatedData);
      await receive(bob, leave.handshake);
      take(carol, leave);
      take(carol, await carol.engine.adopt(carol.group, leave.pending));
      await receive(alice, leave.handshake);
      const stored = new Map(bob.parts);
      // Two of one sender and one of another, each right by the rules of MLS, and none of them entered.
      const skipped = [
        await prepare(alice, { appData: utf8("after") }),
        await prepare(alice, { remove: [bob.group.ownLeaf] }),
      ];
      const [late] = (await send(carol, "late")) as [Uint8Array];
      for (const { handshake } of skipped) {
        const outcome = await bob.engine.process(bob.group, handshake, expected);
        expect(outcome).toMatchObject({ kind: "applied" });
      }
      expect(bob.group.appData).toEqual(utf8("before"));
      const own = await bob.engine.commit(bob.group, intent(), NOW_MS);
      expect(await alice.engine.process(alice.group, own.handshake, expected)).toMatchObject({
        kind: "applied",
        change: { left: [{ leaf: carol.group.ownLeaf }] },
      });
      expect(bob.parts).toEqual(stored);
      const fresh = { ...bob, group: await bob.engine.load(stored) };
      const good = await prepare(alice, { appData: utf8("good") });
      for (const peer of [bob, fresh]) {
        expect(await read(peer, late, ...(await send(alice, "hello")))).toEqual(["late", "hello"]);
        const outcome = await receive(peer, good.handshake);
        expect(outcome).toMatchObject({ kind: "applied", group: { appData: utf8("good"), epoch: 3 } });
      }
      expect(authenticatorOf(bob)).toBe(authenticatorOf(fresh));
    });

    test("what is encrypted or committed again on the old group can be read: the store failed, nothing was sent", async () => {
      const [alice, bob] = await pair();
      const message = { plaintext: utf8("x"), authenticatedData: new Uint8Array() };
      const first = await alice.engine.encrypt(alice.group, [message]);
      const again = await alice.engine.encrypt(alice.group, [message]);
      for (const { ciphertexts } of [first, again])
        expect((await bob.engine.decrypt(bob.group, ciphertexts)).results.map(textOf)).toEqual(["x"]);
      await alice.engine.commit(alice.group, intent(), NOW_MS);
      const commit = await alice.engine.commit(alice.group, intent(), NOW_MS);
      const expected = { authenticatedData: new Uint8Array() };
      const outcome = await bob.engine.process(bob.group, commit.handshake, expected);
      expect(outcome).toMatchObject({ kind: "applied", group: { epoch: 2 } });
    });

    test("nothing secret can be seen on a group", async () => {
      const { group } = await alone();
      expect(Object.keys(group).toSorted()).toEqual([
        "active",
        "appData",
        "epoch",
        "id",
        "members",
        "ownLeaf",
        "suite",
      ]);
    });

    test("a group of another engine is a bug", async () => {
      const { group } = await alone();
      await expect(makeEngine().forgetPast({ ...group })).rejects.toBeInstanceOf(TypeError);
    });
  });
}
