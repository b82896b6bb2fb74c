/** Application messages: order, replay, tampering, retained keys. */
import { utf8 } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import { prepare, read, send } from "../../testing/peer.ts";
import type { ContractWorld } from "./world.contract.ts";
import { devices } from "./world.contract.ts";

export function describeMessages(name: string, { pair }: ContractWorld): void {
  describe(`${name}: messages`, () => {
    test("arrive with sender, epoch and authenticated data", async () => {
      const [alice, bob] = await pair();
      const [ciphertext] = await send(alice, "hello");
      const { results } = await bob.engine.decrypt(bob.group, [ciphertext as Uint8Array]);
      expect(results).toEqual([
        {
          kind: "message",
          plaintext: utf8("hello"),
          authenticatedData: utf8("data of hello"),
          sender: alice.group.members[0],
          epoch: 1,
        },
      ]);
    });

    test("decrypt in any order, each once: MLS replay", async () => {
      const [alice, bob] = await pair();
      const [a, b, c, d] = (await send(alice, "a", "b", "c", "d")) as [
        Uint8Array,
        Uint8Array,
        Uint8Array,
        Uint8Array,
      ];
      expect(await read(bob, c, a, c, d, b, a, b, d)).toEqual([
        "c",
        "a",
        "! replayed",
        "d",
        "b",
        "! replayed",
        "! replayed",
        "! replayed",
      ]);
    });

    test("one that fails changes nothing and does not stop the rest", async () => {
      const [alice, bob] = await pair();
      const [a, b] = (await send(alice, "a", "b")) as [Uint8Array, Uint8Array];
      const broken = a.slice();
      broken[broken.length - 1] = (broken.at(-1) as number) ^ 1;
      expect(await read(bob, broken, devices.random(200), a, new Uint8Array(), b)).toEqual([
        "! forged",
        "! malformed",
        "a",
        "! malformed",
        "b",
      ]);
    });

    test("a sender does not decrypt its own", async () => {
      const [alice] = await pair();
      expect(await read(alice, ...(await send(alice, "a")))).toEqual(["! replayed"]);
    });

    test("a handshake is no message, a message of another group neither", async () => {
      const [alice, bob] = await pair();
      const [carol, dave] = await pair();
      expect(await read(bob, (await prepare(alice)).handshake, ...(await send(carol, "x")))).toEqual([
        "! malformed",
        "! malformed",
      ]);
      expect(dave.group.id).not.toBe(bob.group.id);
    });

    test("up to 1,000 may be missing before one, not more", async () => {
      const [alice, bob] = await pair();
      const texts = Array.from({ length: 1002 }, (_, i) => `m${i}`);
      const ciphertexts = await send(alice, ...texts);
      expect(await read(bob, ciphertexts[1001] as Uint8Array)).toEqual(["! tooOld"]);
      expect(await read(bob, ciphertexts[1000] as Uint8Array, ciphertexts[0] as Uint8Array)).toEqual([
        "m1000",
        "m0",
      ]);
    });

    test("an old state that comes back reuses a generation, and the receiver loses the message: why state is never restored", async () => {
      const [alice, bob] = await pair();
      const backup = new Map(alice.parts);
      expect(await read(bob, ...(await send(alice, "before")))).toEqual(["before"]);
      alice.group = await alice.engine.load(backup);
      expect(await read(bob, ...(await send(alice, "after")))).toEqual(["! replayed"]);
    });
  });
}
