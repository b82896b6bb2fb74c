/** Group infos, and joining by external commit: nobody needs to be there. */
import { utf8 } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import { makeDevice } from "../../testing/devices.ts";
import type { Peer } from "../../testing/peer.ts";
import {
  askToLeave,
  commitAll,
  deviceIds,
  joinOutside,
  NOW_MS,
  prepare,
  read,
  receive,
  restart,
  send,
  take,
} from "../../testing/peer.ts";
import type { KnownPsk } from "../port.ts";
import { MlsInputError } from "../port.ts";
import type { ContractWorld } from "./world.contract.ts";
import { authenticatorOf, devices } from "./world.contract.ts";

const NONE: Uint8Array = new Uint8Array();
const PSK: KnownPsk = { id: utf8("agreed"), secret: utf8("a secret of thirty-two bytes ....") };

export function describeExternal(
  name: string,
  { suite, makeEngine, alone, pair, trio }: ContractWorld,
): void {
  const external = async (inside: Peer, device = makeDevice(devices), authenticatedData = NONE) => {
    const groupInfo = await inside.engine.groupInfo(inside.group, NONE);
    return inside.engine.joinExternal(groupInfo, await device, { authenticatedData }, NOW_MS);
  };

  describe(`${name}: group info`, () => {
    test("says group, epoch, members, signer and the joiner's bytes", async () => {
      const [alice, bob] = await pair();
      const groupInfo = await bob.engine.groupInfo(bob.group, utf8("for who comes"));
      expect(await makeEngine().inspectGroupInfo(groupInfo)).toEqual({
        id: alice.group.id,
        suite,
        epoch: 1,
        members: alice.group.members,
        signer: alice.group.members[1],
        appData: null,
        joinerInfo: utf8("for who comes"),
      });
    });

    test("of a group of one, in epoch 0", async () => {
      const alice = await alone();
      expect(
        await alice.engine.inspectGroupInfo(await alice.engine.groupInfo(alice.group, NONE)),
      ).toMatchObject({
        epoch: 0,
        joinerInfo: NONE,
      });
    });

    test("bytes that are none are malformed, altered ones never taken", async () => {
      const [alice, bob] = await pair();
      const groupInfo = await alice.engine.groupInfo(alice.group, utf8("info"));
      const [message] = (await send(alice, "m")) as [Uint8Array];
      for (const bytes of [NONE, devices.random(300), message, Uint8Array.of(...groupInfo, 0)])
        await expect(bob.engine.inspectGroupInfo(bytes)).rejects.toMatchObject({ code: "malformed" });
      const step = Math.ceil(groupInfo.length / 30);
      for (let i = 0; i < groupInfo.length; i += step) {
        const altered = groupInfo.slice();
        altered[i] = (altered[i] as number) ^ 4;
        await expect(bob.engine.inspectGroupInfo(altered), `byte ${i}`).rejects.toBeInstanceOf(MlsInputError);
      }
    });

    test("only a member has one to give", async () => {
      const [alice, bob, carol] = await trio();
      await commitAll(alice, [bob, carol], { remove: [carol.group.ownLeaf] });
      await expect(carol.engine.groupInfo(carol.group, NONE)).rejects.toBeInstanceOf(TypeError);
    });
  });

  describe(`${name}: external join`, () => {
    test("a new device is in the next epoch by itself; all tell the same change", async () => {
      const [alice, bob] = await pair();
      const dave = await makeDevice(devices);
      const commit = await external(bob, Promise.resolve(dave), utf8("place"));
      expect(commit.id).toBe(bob.group.id);
      const adopted = await bob.engine.adoptExternal(commit.pending);
      expect(adopted.group).toMatchObject({ id: bob.group.id, suite, epoch: 2, ownLeaf: 2, active: true });
      expect(deviceIds(adopted.change.added)).toEqual([dave.credential.device]);
      expect(adopted.change).toMatchObject({ committer: adopted.change.added[0], removed: [] });
      for (const peer of [alice, bob]) {
        const outcome = await receive(peer, commit.handshake, utf8("place"));
        expect(outcome).toMatchObject({ kind: "applied", change: adopted.change });
        expect(peer.group.members).toEqual(adopted.group.members);
      }
      const peer: Peer = { ...bob, device: dave, parts: new Map(), group: adopted.group };
      take(peer, adopted);
      await restart(peer);
      expect(new Set([alice, bob, peer].map(authenticatorOf)).size).toBe(1);
      expect(await read(peer, ...(await send(alice, "hello")))).toEqual(["hello"]);
      expect(await read(bob, ...(await send(peer, "hi")))).toEqual(["hi"]);
      await commitAll(peer, [alice, bob]);
      await commitAll(alice, [peer, bob], { remove: [peer.group.ownLeaf] });
      expect(peer.group.active).toBe(false);
    });

    test("to a group of one", async () => {
      const alice = await alone();
      const bob = await joinOutside(makeEngine(), await makeDevice(devices), alice, [alice]);
      await commitAll(bob, [alice]);
      expect(authenticatorOf(alice)).toBe(authenticatorOf(bob));
    });

    test("a device that lost its state takes the place of its former leaf", async () => {
      const [alice, bob, carol] = await trio();
      const [before] = (await send(alice, "before")) as [Uint8Array];
      const again = await joinOutside(makeEngine(), bob.device, alice, [alice, carol]);
      expect(again.group.members).toHaveLength(3);
      expect(deviceIds(again.group.members)).toContain(bob.device.credential.device);
      expect(new Set([alice, carol, again].map(authenticatorOf)).size).toBe(1);
      expect(await read(again, before, ...(await send(carol, "after")))).toEqual(["! tooOld", "after"]);
      await commitAll(again, [alice, carol]);
    });

    test("the change names the former leaf as removed and the new one as added", async () => {
      const [alice, bob, carol] = await trio();
      const commit = await external(alice, Promise.resolve(bob.device));
      const adopted = await alice.engine.adoptExternal(commit.pending);
      const outcome = await receive(carol, commit.handshake);
      expect(outcome).toMatchObject({ kind: "applied", change: adopted.change });
      const changed = [...adopted.change.removed, ...adopted.change.added];
      expect(deviceIds(changed)).toEqual([bob.device.credential.device, bob.device.credential.device]);
      expect(await receive(bob, commit.handshake)).toMatchObject({
        kind: "applied",
        group: { active: false },
      });
    });

    test("a device that was removed, and one that is undecided, come back", async () => {
      const [alice, bob, carol] = await trio();
      await commitAll(alice, [bob, carol], { remove: [bob.group.ownLeaf] });
      const again = await joinOutside(bob.engine, bob.device, carol, [alice, carol]);
      const commit = await prepare(alice, { psks: [PSK] });
      take(alice, await alice.engine.adopt(alice.group, commit.pending));
      await receive(carol, commit.handshake, NONE, [PSK]);
      expect(await receive(again, commit.handshake, NONE, [{ ...PSK, secret: null }])).toMatchObject({
        kind: "undecided",
      });
      const third = await joinOutside(bob.engine, bob.device, carol, [alice, carol]);
      expect(await read(third, ...(await send(alice, "in again")))).toEqual(["in again"]);
    });

    test("a device that was alone and lost its state is alone again, in the next epoch", async () => {
      const alice = await alone();
      const again = await joinOutside(makeEngine(), alice.device, alice, []);
      expect(again.group).toMatchObject({ epoch: 1, ownLeaf: 0, members: { length: 1 } });
      await restart(again);
      const bob = await joinOutside(makeEngine(), await makeDevice(devices), again, [again]);
      expect(authenticatorOf(again)).toBe(authenticatorOf(bob));
    });

    test("one that lost: the next group info is another, and so is the commit", async () => {
      const [alice, bob] = await pair();
      const device = await makeDevice(devices);
      const lost = await external(alice, Promise.resolve(device));
      await commitAll(alice, [bob]);
      for (const peer of [alice, bob])
        expect(await receive(peer, lost.handshake)).toMatchObject({
          kind: "refused",
          reason: "another epoch",
        });
      const joined = await joinOutside(makeEngine(), device, bob, [alice, bob]);
      expect(authenticatorOf(joined)).toBe(authenticatorOf(alice));
    });

    test("a commit of a member that an external one overtook is made again", async () => {
      const [alice, bob] = await pair();
      const early = await prepare(alice);
      const joined = await joinOutside(makeEngine(), await makeDevice(devices), bob, [alice, bob]);
      await expect(alice.engine.adopt(alice.group, early.pending)).rejects.toMatchObject({
        code: "wrongGroup",
      });
      await commitAll(alice, [bob, joined]);
    });

    test("another predecessor is refused", async () => {
      const [alice, bob] = await pair();
      const { handshake } = await external(alice, undefined, utf8("place 1"));
      expect(await receive(bob, handshake, utf8("place 2"))).toMatchObject({ kind: "refused" });
      expect(await receive(bob, handshake, utf8("place 1"))).toMatchObject({ kind: "applied" });
    });

    test("with pre-shared keys: known, unknown, not held", async () => {
      const [alice, bob, carol] = await trio();
      const groupInfo = await alice.engine.groupInfo(alice.group, NONE);
      const device = await makeDevice(devices);
      const intent = { authenticatedData: NONE, psks: [PSK] };
      const join = alice.engine.joinExternal(groupInfo, device, intent, NOW_MS);
      const { handshake, pending } = await join;
      expect(await receive(alice, handshake)).toMatchObject({ kind: "refused" });
      expect(await receive(bob, handshake, NONE, [{ ...PSK, secret: null }])).toMatchObject({
        kind: "undecided",
      });
      expect(await receive(bob, handshake, NONE, [{ ...PSK, secret: utf8("wrong") }])).toMatchObject({
        kind: "refused",
      });
      expect(await receive(carol, handshake, NONE, [PSK])).toMatchObject({ kind: "applied" });
      const adopted = await alice.engine.adoptExternal(pending);
      expect(authenticatorOf(carol)).toBe(authenticatorOf({ ...alice, group: adopted.group }));
      const without = { authenticatedData: NONE, psks: [{ ...PSK, secret: null }] };
      await expect(alice.engine.joinExternal(groupInfo, device, without, NOW_MS)).rejects.toMatchObject({
        code: "invalid",
      });
    });

    test("who asked to leave is still a member after it, and asks again", async () => {
      const [alice, bob, carol] = await trio();
      await askToLeave(carol, [alice, bob]);
      const joined = await joinOutside(makeEngine(), await makeDevice(devices), bob, [alice, bob, carol]);
      expect(joined.group.members).toHaveLength(4);
      await askToLeave(carol, [alice, bob, joined]);
      await commitAll(joined, [alice, bob, carol]);
      expect(carol.group.active).toBe(false);
    });

    test("a device whose account or keys do not fit its former leaf cannot take it", async () => {
      const [alice, bob] = await pair();
      const groupInfo = await alice.engine.groupInfo(alice.group, NONE);
      const other = await makeDevice(devices);
      const credential = { ...other.credential, device: bob.device.credential.device };
      await expect(
        alice.engine.joinExternal(groupInfo, { ...other, credential }, { authenticatedData: NONE }, NOW_MS),
      ).rejects.toMatchObject({ code: "invalid" });
    });

    test("damaged pending bytes are damaged state", async () => {
      const [alice] = await pair();
      const { pending } = await external(alice);
      for (const bytes of [
        NONE,
        pending.subarray(0, 100),
        devices.random(300),
        (await prepare(alice)).pending,
      ])
        await expect(alice.engine.adoptExternal(bytes)).rejects.toMatchObject({ code: "damagedState" });
    });
  });
}
