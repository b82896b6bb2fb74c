import type { GroupId } from "@sotto/protocol";
import { idOf, toHex } from "@sotto/protocol";
import { expect, test } from "vitest";
import { createNobleProvider } from "../provider/noble.ts";
import { seededRandom } from "../provider/seeded.ts";
import { makeDevice } from "../testing/devices.ts";
import { addPeer, commitAll, createPeer, send } from "../testing/peer.ts";
import { createMlsEngine } from "./tsMls.ts";
import { createSuites } from "./tsMlsSuite.ts";

const suites = createSuites(createNobleProvider(seededRandom("suite")));

test.each([1, 83] as const)(
  "suite %d: a seeded provider gives the same bytes again, HPKE included",
  async (suite) => {
    const run = async (): Promise<readonly string[]> => {
      const provider = createNobleProvider(seededRandom(`repeatable ${suite}`));
      const alice = await createPeer(
        createMlsEngine(provider),
        await makeDevice(provider),
        suite,
        idOf<GroupId>(provider.random(16)),
      );
      const bob = await addPeer([alice], await makeDevice(provider));
      const { handshake, pending } = await commitAll(bob, [alice]);
      return [
        handshake,
        pending,
        ...(await send(alice, "x")),
        ...alice.parts.values(),
        ...bob.parts.values(),
      ].map(toHex);
    };
    expect(await run()).toEqual(await run());
  },
);

test.each([
  [1, 32],
  [83, 1216],
] as const)("suite %d: only keys that one can encrypt to are usable", async (id, size) => {
  const suite = suites(id);
  const { publicKey } = await suite.impl.hpke.generateKeyPair();
  const good = await suite.impl.hpke.exportPublicKey(publicKey);
  expect(good).toHaveLength(size);
  expect(await suite.isUsableHpkeKey(good)).toBe(true);
  const bad = [
    good.subarray(1),
    Uint8Array.of(...good, 0),
    new Uint8Array(),
    new Uint8Array(size).fill(0xff),
  ];
  for (const key of bad)
    expect(await suite.isUsableHpkeKey(key), String(key.length)).toBe(id === 1 && key === bad[3]);
  // X25519 points of small order: the shared secret would be zero (RFC 7748 §6.1).
  const smallOrder = new Uint8Array(size);
  smallOrder.set(good.subarray(0, size - 32));
  expect(await suite.isUsableHpkeKey(smallOrder)).toBe(false);
});
