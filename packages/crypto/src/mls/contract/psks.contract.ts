/** Pre-shared keys that the group agreed on outside of MLS. */
import { utf8 } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import { makeDevice } from "../../testing/devices.ts";
import {
  bundleFor,
  commitAll,
  intent,
  joinPeer,
  NOW_MS,
  prepare,
  read,
  receive,
  send,
  take,
} from "../../testing/peer.ts";
import type { KnownPsk } from "../port.ts";
import type { ContractWorld } from "./world.contract.ts";
import { authenticatorOf, devices } from "./world.contract.ts";

const PSK: KnownPsk = { id: utf8("agreed"), secret: utf8("a secret of thirty-two bytes ....") };
const OTHER: KnownPsk = { id: utf8("another"), secret: utf8("and its secret") };
const NO_BYTES = new Uint8Array();
const NOT_HELD: KnownPsk = { ...PSK, secret: null };

export function describePsks(name: string, { suite, pair, trio }: ContractWorld): void {
  describe(`${name}: pre-shared keys`, () => {
    test("a commit mixes in those that all hold", async () => {
      const [alice, bob, carol] = await trio();
      await commitAll(alice, [bob, carol], { psks: [PSK, OTHER] });
      expect(new Set([alice, bob, carol].map(authenticatorOf)).size).toBe(1);
      await commitAll(bob, [alice, carol], { psks: [PSK] });
      expect(await read(carol, ...(await send(alice, "hello")))).toEqual(["hello"]);
    });

    test("who lacks the secret is undecided, and its state is as before", async () => {
      const [alice, bob, carol] = await trio();
      const commit = await prepare(alice, { psks: [OTHER, PSK] });
      const before = bob.group;
      expect(await receive(bob, commit.handshake, undefined, [NOT_HELD, OTHER])).toMatchObject({
        kind: "undecided",
      });
      expect(bob.group).toBe(before);
      expect(await receive(carol, commit.handshake, undefined, [PSK, OTHER])).toMatchObject({
        kind: "applied",
      });
      expect(await receive(bob, commit.handshake, undefined, [PSK, OTHER])).toMatchObject({
        kind: "applied",
      });
      expect(authenticatorOf(bob)).toBe(authenticatorOf(carol));
    });

    test("an id that the conversation does not know is refused, held or not", async () => {
      const [alice, bob, carol] = await trio();
      const commit = await prepare(alice, { psks: [PSK, OTHER] });
      expect(await receive(bob, commit.handshake, undefined, [PSK])).toMatchObject({ kind: "refused" });
      expect(await receive(carol, commit.handshake)).toMatchObject({ kind: "refused" });
      await commitAll(alice, [bob, carol]);
    });

    test("another secret under the same id does not reach the epoch", async () => {
      const [alice, bob] = await pair();
      const commit = await prepare(alice, { psks: [PSK] });
      const wrong = { ...PSK, secret: utf8("not this one") };
      expect(await receive(bob, commit.handshake, undefined, [wrong])).toMatchObject({ kind: "refused" });
    });

    test("one that is not held, is named twice or has no proper id cannot be committed", async () => {
      const [alice] = await pair();
      const bad = [
        [NOT_HELD],
        [PSK, PSK],
        [{ ...PSK, id: new Uint8Array() }],
        [{ ...PSK, id: new Uint8Array(256) }],
      ];
      for (const psks of bad)
        await expect(alice.engine.commit(alice.group, intent({ psks }), NOW_MS)).rejects.toMatchObject({
          code: "invalid",
        });
      await expect(
        alice.engine.commit(alice.group, intent({ psks: [{ ...PSK, id: new Uint8Array(255) }] }), NOW_MS),
      ).resolves.toBeDefined();
    });

    test("a member that the commit removes needs none", async () => {
      const [alice, bob, carol] = await trio();
      const commit = await prepare(alice, { psks: [PSK], remove: [bob.group.ownLeaf] });
      expect(await receive(bob, commit.handshake, undefined, [NOT_HELD])).toMatchObject({
        kind: "applied",
        group: { active: false },
      });
      expect(await receive(carol, commit.handshake, undefined, [PSK])).toMatchObject({ kind: "applied" });
    });

    test("a Welcome takes the keys of its commit, and is invalid without", async () => {
      const [alice, bob] = await pair();
      const carol = await makeDevice(devices);
      const bundle = await bundleFor(alice.engine, carol, suite);
      const { welcome } = await commitAll(alice, [bob], { add: [bundle.publicBytes], psks: [PSK, OTHER] });
      for (const psks of [undefined, [PSK], [NOT_HELD, OTHER], [{ ...PSK, secret: utf8("wrong") }, OTHER]])
        await expect(alice.engine.join(welcome as Uint8Array, [bundle], carol, psks)).rejects.toMatchObject({
          code: "invalid",
        });
      const joined = await joinPeer(alice.engine, carol, suite, welcome, bundle, [OTHER, PSK]);
      expect(authenticatorOf(joined)).toBe(authenticatorOf(bob));
      await commitAll(joined, [alice, bob], { psks: [PSK] });
    });

    test("what a Welcome names is told to who lacks it", async () => {
      const [alice, bob] = await pair();
      const carol = await makeDevice(devices);
      const bundle = await bundleFor(alice.engine, carol, suite);
      const another = await bundleFor(alice.engine, carol, suite);
      const { welcome } = await commitAll(alice, [bob], { add: [bundle.publicBytes], psks: [PSK] });
      const bytes = welcome as Uint8Array;
      expect(await alice.engine.welcomePsks(bytes, [another, bundle])).toEqual([PSK.id]);
      await expect(alice.engine.welcomePsks(bytes, [another])).rejects.toMatchObject({
        code: "noKeyPackage",
      });
      await expect(alice.engine.welcomePsks(bytes.slice(1), [bundle])).rejects.toMatchObject({
        code: "malformed",
      });
      // Asking has used nothing up.
      const joined = await joinPeer(alice.engine, carol, suite, welcome, bundle, [PSK]);
      expect(authenticatorOf(joined)).toBe(authenticatorOf(bob));
    });

    test("PSK-3: a commit without a key that is required is refused, held or not, whatever it does", async () => {
      const [alice, bob, carol] = await trio();
      const dave = await makeDevice(devices);
      const bundle = await bundleFor(alice.engine, dave, suite);
      const required = { ...PSK, required: true };
      for (const changes of [
        { add: [bundle.publicBytes], psks: [OTHER] },
        { remove: [carol.group.ownLeaf] },
        {},
      ]) {
        const without = await prepare(alice, changes);
        for (const known of [
          [required, OTHER],
          [{ ...required, secret: null }, OTHER],
        ])
          expect(await receive(bob, without.handshake, undefined, known)).toMatchObject({ kind: "refused" });
      }
      const { welcome } = await commitAll(alice, [bob, carol], {
        add: [bundle.publicBytes],
        psks: [required],
      });
      const joined = await joinPeer(alice.engine, dave, suite, welcome, bundle, [PSK]);
      expect(authenticatorOf(joined)).toBe(authenticatorOf(bob));
    });

    test("PSK-3: nor from outside", async () => {
      const [alice, bob] = await pair();
      const required = { ...PSK, required: true };
      const info = await alice.engine.groupInfo(alice.group, new Uint8Array());
      const carol = await makeDevice(devices);
      const enter = async (psks: readonly KnownPsk[]): Promise<Uint8Array> =>
        (await alice.engine.joinExternal(info, carol, { authenticatedData: NO_BYTES, psks }, NOW_MS))
          .handshake;
      const refused = await enter([]);
      expect(await receive(bob, refused, NO_BYTES, [required])).toMatchObject({ kind: "refused" });
      expect(await receive(bob, refused, NO_BYTES, [{ ...required, secret: null }])).toMatchObject({
        kind: "refused",
      });
      const taken = await enter([PSK]);
      expect(await receive(bob, taken, NO_BYTES, [{ ...required, secret: null }])).toMatchObject({
        kind: "undecided",
      });
      expect(await receive(bob, taken, NO_BYTES, [required])).toMatchObject({ kind: "applied" });
    });

    test("the keys are the intent's alone: a commit without them is applied by who has them", async () => {
      const [alice, bob] = await pair();
      const commit = await prepare(alice);
      take(alice, await alice.engine.adopt(alice.group, commit.pending));
      expect(await receive(bob, commit.handshake, undefined, [PSK])).toMatchObject({ kind: "applied" });
    });
  });
}
