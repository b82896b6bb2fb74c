/** Epochs: which past messages can be read, and what members of one epoch share. */
import { toHex, utf8 } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import type { Peer } from "../../testing/peer.ts";
import { commitAll, prepare, read, receive, restart, send, take } from "../../testing/peer.ts";
import type { ContractWorld } from "./world.contract.ts";
import { authenticatorOf } from "./world.contract.ts";

export function describeEpochs(name: string, { pair, trio }: ContractWorld): void {
  describe(`${name}: epochs`, () => {
    test("a message of the past epoch still decrypts, one of an epoch before is too old, of a later one from the future", async () => {
      const [alice, bob] = await pair();
      const [early] = (await send(alice, "early")) as [Uint8Array];
      await commitAll(alice, [bob]);
      const [past] = (await send(alice, "past")) as [Uint8Array];
      const ahead = await prepare(alice);
      take(alice, await alice.engine.adopt(alice.group, ahead.pending));
      const [future] = (await send(alice, "future")) as [Uint8Array];
      expect(await read(bob, future)).toEqual(["! future"]);
      await receive(bob, ahead.handshake);
      expect(await read(bob, early, past, past, future)).toEqual([
        "! tooOld",
        "past",
        "! replayed",
        "future",
      ]);
    });

    test("forgetPast drops the past epoch and its records", async () => {
      const [alice, bob] = await pair();
      const [past] = (await send(alice, "past")) as [Uint8Array];
      await commitAll(alice, [bob]);
      const before = bob.parts.size;
      take(bob, await bob.engine.forgetPast(bob.group));
      expect(bob.parts.size).toBeLessThan(before);
      expect(await read(bob, past)).toEqual(["! tooOld"]);
      await restart(bob);
      expect(await read(bob, past, ...(await send(alice, "now")))).toEqual(["! tooOld", "now"]);
    });

    test("a Remove keeps no past epoch at anyone", async () => {
      const [alice, bob, carol] = await trio();
      const [past] = (await send(alice, "past")) as [Uint8Array];
      await commitAll(alice, [bob, carol], { remove: [carol.group.ownLeaf] });
      expect(await read(bob, past)).toEqual(["! tooOld"]);
    });

    test("attack 12: a stolen state reads neither what came before it nor what comes after the victim's next update", async () => {
      const [alice, bob] = await pair();
      const [before] = (await send(alice, "before")) as [Uint8Array];
      await commitAll(alice, [bob]);
      take(bob, await bob.engine.forgetPast(bob.group));
      const thief: Peer = { ...bob, parts: new Map(bob.parts) };
      const update = await prepare(bob);
      take(bob, await bob.engine.adopt(bob.group, update.pending));
      await receive(alice, update.handshake);
      expect((await receive(thief, update.handshake)).kind).not.toBe("applied");
      const [after] = (await send(alice, "after")) as [Uint8Array];
      expect(await read(thief, before, after)).toEqual(["! tooOld", "! future"]);
      expect(await read(bob, after)).toEqual(["after"]);
    });

    test("members of one epoch agree on authenticator and exports, and on no other", async () => {
      const [alice, bob] = await pair();
      const secret = (peer: Peer, label: string, context: string) =>
        peer.engine.exportSecret(peer.group, label, utf8(context), 40);
      expect(authenticatorOf(alice)).toBe(authenticatorOf(bob));
      expect(await secret(alice, "a", "x")).toEqual(await secret(bob, "a", "x"));
      expect(await secret(alice, "a", "x")).toHaveLength(40);
      const seen = [
        await secret(alice, "a", "x"),
        await secret(alice, "b", "x"),
        await secret(alice, "a", "y"),
      ];
      const before = authenticatorOf(alice);
      await commitAll(bob, [alice]);
      seen.push(await secret(alice, "a", "x"));
      expect(new Set(seen.map(toHex)).size).toBe(4);
      expect(authenticatorOf(alice)).toBe(authenticatorOf(bob));
      expect(authenticatorOf(alice)).not.toBe(before);
    });
  });
}
