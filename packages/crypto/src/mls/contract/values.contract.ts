/** Groups are values: nothing done with one changes it. */
import { toHex, utf8 } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import { makeDevice } from "../../testing/devices.ts";
import {
  commitAll,
  intent,
  NOW_MS,
  prepare,
  read,
  receive,
  restart,
  send,
  take,
  textOf,
} from "../../testing/peer.ts";
import type { ContractWorld } from "./world.contract.ts";
import { authenticatorOf, devices } from "./world.contract.ts";

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

    test("an external commit that is not adopted leaves the group as it was", async () => {
      const [alice, bob] = await chartered(utf8("before"), 2);
      const expected = { authenticatedData: new Uint8Array() };
      const groupInfo = await alice.engine.groupInfo(alice.group, new Uint8Array());
      const device = await makeDevice(devices);
      const external = await alice.engine.joinExternal(groupInfo, device, expected, NOW_MS);
      const stored = new Map(bob.parts);
      const outcome = await receive(bob, external.handshake);
      if (outcome.kind !== "applied") throw new Error(outcome.kind);
      expect(outcome.change.external).toBe(true);
      Object.assign(bob, { group: await bob.engine.load(stored), parts: stored });
      take(bob, outcome.without);
      await commitAll(alice, [bob]);
      expect(authenticatorOf(bob)).toBe(authenticatorOf(alice));
    });

    test("whoever refuses a commit for what it does stores the group without it: its generation is used up", async () => {
      const [alice, bob, carol] = await chartered(utf8("before"), 3);
      const psk = { id: utf8("psk"), secret: utf8("secret") };
      const unknown = { authenticatedData: new Uint8Array(), psks: [{ ...psk, secret: null }] };
      const { handshake } = await prepare(alice, { psks: [psk], remove: [carol.group.ownLeaf] });
      for (const peer of [bob, carol]) {
        const outcome = await peer.engine.process(peer.group, handshake, unknown);
        // Who is put out reads no secret, the other lacks one.
        expect(outcome.kind).toBe(peer === carol ? "applied" : "undecided");
        const without =
          outcome.kind === "applied"
            ? outcome.without
            : outcome.kind === "undecided" && outcome.effect?.without;
        if (!without) throw new Error(outcome.kind);
        expect(without.group).toMatchObject({
          active: true,
          epoch: peer.group.epoch,
          members: { length: 3 },
        });
        take(peer, without);
        await restart(peer);
        expect(await peer.engine.process(peer.group, handshake, unknown)).toMatchObject({ kind: "refused" });
      }
      await commitAll(alice, [bob, carol], { appData: utf8("after") });
      expect(authenticatorOf(bob)).toBe(authenticatorOf(carol));
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
