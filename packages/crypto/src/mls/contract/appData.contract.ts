/** App data (MLS-24): one value at every member of an epoch, replaced by commits. */
import { MAX_APP_DATA_BYTES, utf8 } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import { makeDevice } from "../../testing/devices.ts";
import {
  askToLeave,
  bundleFor,
  commitAll,
  deviceIds,
  intent,
  joinOutside,
  joinPeer,
  NOW_MS,
  prepare,
  read,
  receive,
  restart,
  send,
  take,
} from "../../testing/peer.ts";
import type { CommitIntent } from "../port.ts";
import type { ContractWorld } from "./world.contract.ts";
import { authenticatorOf, devices } from "./world.contract.ts";

const NONE = new Uint8Array();
const CHARTER = utf8("a charter");
const NEXT = utf8("the next one");
const LARGEST: Uint8Array = new Uint8Array(MAX_APP_DATA_BYTES).fill(7);
const TOO_LARGE: Uint8Array = new Uint8Array(MAX_APP_DATA_BYTES + 1);
const PSK = { id: utf8("psk"), secret: utf8("secret") };

export function describeAppData(name: string, world: ContractWorld): void {
  const { alone, chartered, makeEngine, pair } = world;

  describe(`${name}: app data (MLS-24)`, () => {
    test("a group has what it was created with, or none for ever", async () => {
      const [alice] = await chartered(CHARTER, 1);
      expect(alice.group.appData).toEqual(CHARTER);
      const [bob] = await chartered(NONE, 1);
      expect(bob.group.appData).toEqual(NONE);
      const without = await alone();
      expect(without.group.appData).toBeNull();
      for (const peer of [alice, bob, without]) {
        const { appData } = peer.group;
        await restart(peer);
        expect(peer.group.appData).toEqual(appData);
      }
      const commit = without.engine.commit(without.group, intent({ appData: CHARTER }), NOW_MS);
      await expect(commit).rejects.toMatchObject({ code: "invalid" });
    });

    test("up to 16 KiB", async () => {
      const [alice, bob] = await chartered(LARGEST, 2);
      expect(bob.group.appData).toEqual(LARGEST);
      await commitAll(alice, [bob], { appData: LARGEST.toReversed().fill(8) });
      expect(bob.group.appData).toEqual(LARGEST.slice().fill(8));
      const commit = alice.engine.commit(alice.group, intent({ appData: TOO_LARGE }), NOW_MS);
      await expect(commit).rejects.toMatchObject({ code: "invalid" });
      await expect(chartered(TOO_LARGE, 1)).rejects.toMatchObject({ code: "invalid" });
    });

    test("a commit replaces it at committer, member and after a restart; a commit that does not leaves it", async () => {
      const [alice, bob, carol] = await chartered(CHARTER, 3);
      const before = bob.group;
      await commitAll(bob, [alice, carol], { appData: NEXT });
      for (const peer of [alice, bob, carol]) {
        expect(peer.group.appData).toEqual(NEXT);
        await restart(peer);
        expect(peer.group.appData).toEqual(NEXT);
      }
      expect(before.appData).toEqual(CHARTER);
      expect(new Set([alice, bob, carol].map(authenticatorOf)).size).toBe(1);
      await commitAll(carol, [alice, bob]);
      expect(alice.group.appData).toEqual(NEXT);
      expect(await read(alice, ...(await send(carol, "hello")))).toEqual(["hello"]);
    });

    test("together with an Add, a Remove, a leave and a pre-shared key", async () => {
      const [alice, bob, carol, dave] = await chartered(CHARTER, 4);
      await askToLeave(dave, [alice, bob, carol]);
      const device = await makeDevice(devices);
      const bundle = await bundleFor(alice.engine, device, alice.suite);
      const changes: Partial<CommitIntent> = {
        add: [bundle.publicBytes],
        remove: [carol.group.ownLeaf],
        psks: [PSK],
        appData: NEXT,
      };
      const { welcome, handshake } = await commitAll(alice, [bob], changes);
      const erin = await joinPeer(alice.engine, device, alice.suite, welcome, bundle, [PSK]);
      for (const gone of [carol, dave]) {
        const outcome = await receive(gone, handshake, NONE, [PSK]);
        expect(outcome).toMatchObject({ kind: "applied", group: { active: false, appData: NEXT } });
        expect(outcome).toMatchObject({ change: { left: [{ leaf: dave.group.ownLeaf }], external: false } });
        await restart(gone);
        expect(gone.group.appData).toEqual(NEXT);
      }
      for (const peer of [alice, bob, erin]) expect(peer.group.appData).toEqual(NEXT);
      expect(new Set([alice, bob, erin].map(authenticatorOf)).size).toBe(1);
      await commitAll(erin, [alice, bob], { appData: CHARTER });
      expect(await read(erin, ...(await send(bob, "hello")))).toEqual(["hello"]);
    });

    test("who joins from outside has it, and cannot change it", async () => {
      const [alice, bob] = await chartered(CHARTER, 2);
      const info = await alice.engine.groupInfo(alice.group, NONE);
      expect(await bob.engine.inspectGroupInfo(info)).toMatchObject({ appData: CHARTER });
      const carol = await joinOutside(makeEngine(), await makeDevice(devices), alice, [alice, bob]);
      for (const peer of [alice, bob, carol]) expect(peer.group.appData).toEqual(CHARTER);
      await commitAll(carol, [alice, bob], { appData: NEXT });
      expect(authenticatorOf(alice)).toBe(authenticatorOf(carol));
    });

    test("a pair's group info has none", async () => {
      const [alice] = await pair();
      const info = await alice.engine.groupInfo(alice.group, NONE);
      expect(await alice.engine.inspectGroupInfo(info)).toMatchObject({ appData: null });
    });

    test("an own commit that wins tells the same change and value as at others", async () => {
      const [alice, bob, carol] = await chartered(CHARTER, 3);
      await askToLeave(carol, [alice, bob]);
      const commit = await prepare(bob, { appData: NEXT });
      expect(bob.group.appData).toEqual(CHARTER);
      await restart(bob);
      const adopted = await bob.engine.adopt(bob.group, commit.pending);
      const outcome = await receive(alice, commit.handshake);
      expect(outcome).toMatchObject({ kind: "applied", change: adopted.change });
      expect(deviceIds(adopted.change.left)).toEqual([carol.device.credential.device]);
      expect(adopted.group.appData).toEqual(NEXT);
    });

    test("an undecided commit tells what it would do", async () => {
      const [alice, bob, carol] = await chartered(CHARTER, 3);
      const changes = { psks: [PSK], appData: NEXT, remove: [carol.group.ownLeaf] };
      const commit = await prepare(alice, changes);
      const adopted = await alice.engine.adopt(alice.group, commit.pending);
      const { members, appData } = adopted.group;
      const effect = { change: adopted.change, members, appData };
      const outcome = await receive(bob, commit.handshake, NONE, [{ ...PSK, secret: null }]);
      expect(outcome).toMatchObject({ kind: "undecided", effect });
    });

    test("bytes that were handed in are the caller's again", async () => {
      const [first, second] = [CHARTER.slice(), NEXT.slice()];
      const [alice, bob] = await chartered(first, 2);
      first.fill(0);
      const commit = await prepare(alice, { appData: second });
      second.fill(0);
      take(alice, await alice.engine.adopt(alice.group, commit.pending));
      await receive(bob, commit.handshake);
      for (const peer of [alice, bob]) expect(peer.group.appData).toEqual(NEXT);
    });

    test("it is stored once per epoch: a message or handshake rewrites none of it", async () => {
      const [alice, bob] = await chartered(LARGEST, 2);
      const sent = await alice.engine.encrypt(alice.group, [
        { plaintext: utf8("x"), authenticatedData: NONE },
      ]);
      const received = await bob.engine.decrypt(bob.group, sent.ciphertexts);
      const commit = await prepare(alice);
      for (const { delta } of [sent, received, commit])
        expect(Math.max(...[...delta.put.values()].map(({ length }) => length))).toBeLessThan(8192);
      const outcome = await receive(bob, commit.handshake);
      if (outcome.kind !== "applied") throw new Error(outcome.kind);
      const holding = [...outcome.delta.put.values()].filter(({ length }) => length > MAX_APP_DATA_BYTES);
      expect(holding).toHaveLength(1);
    });
  });
}
