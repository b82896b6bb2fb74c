/** Messages of a group: who can write and read what, and which keys are left when they have been read. */
import type { GroupId } from "@sotto/protocol";
import { idOf, toHex, utf8 } from "@sotto/protocol";
import { protectApplicationData } from "ts-mls/messageProtection.js";
import { describe, expect, test } from "vitest";
import { createNobleProvider } from "../provider/noble.ts";
import { seededRandom } from "../provider/seeded.ts";
import { derivableKeys, keyOfMessage } from "../testing/derivableKeys.ts";
import { makeDevice } from "../testing/devices.ts";
import { forgeCommit, insiderContext, stateOfPeer } from "../testing/insider.ts";
import { librarySecretTree } from "../testing/librarySecrets.ts";
import type { Peer } from "../testing/peer.ts";
import { addPeer, createPeer, read, receive, restart, send, take, textOf } from "../testing/peer.ts";
import { createMlsEngine } from "./tsMls.ts";
import { encodeMessage } from "./tsMlsCodec.ts";

const provider = createNobleProvider(seededRandom("message"));

async function trio(): Promise<[Peer, Peer, Peer]> {
  const alice = await createPeer(
    createMlsEngine(provider),
    await makeDevice(provider),
    1,
    idOf<GroupId>(provider.random(16)),
  );
  const bob = await addPeer([alice], await makeDevice(provider));
  return [alice, bob, await addPeer([alice, bob], await makeDevice(provider))];
}

/** A message that carol encrypts with bob's keys and signs with her own. */
async function impersonate(carol: Peer, bob: Peer): Promise<Uint8Array> {
  const { current, keys } = stateOfPeer(carol);
  const { privateMessage } = await protectApplicationData(
    keys?.signaturePrivateKey ?? new Uint8Array(),
    current.senderDataSecret,
    utf8("I am bob"),
    new Uint8Array(),
    current.context,
    librarySecretTree(insiderContext.suite(1).primitives, current.ratchets),
    bob.group.ownLeaf,
    insiderContext.config.paddingConfig,
    insiderContext.suite(1).impl,
  );
  return encodeMessage({ version: "mls10", wireformat: "mls_private_message", privateMessage });
}

function withLastByteAltered(bytes: Uint8Array): Uint8Array {
  return bytes.with(bytes.length - 1, (bytes.at(-1) as number) ^ 1);
}

/** A permutation that is the same in every run. */
function shuffled<T>(items: readonly T[], random: (size: number) => Uint8Array): readonly T[] {
  return items
    .map((item) => ({ item, place: toHex(random(4)) }))
    .toSorted((a, b) => (a.place < b.place ? -1 : 1))
    .map(({ item }) => item);
}

test("a member cannot write as another, and its attempt costs that one no key", async () => {
  const [alice, bob, carol] = await trio();
  const forged = await impersonate(carol, bob);
  const [honest] = (await send(bob, "I really am")) as [Uint8Array];
  expect(await read(alice, forged, honest)).toEqual(["! forged", "I really am"]);
});

test("a member cannot commit as another", async () => {
  const [alice, bob, carol] = await trio();
  const commit = await forgeCommit(bob, {
    signAs: stateOfPeer(carol).keys?.signaturePrivateKey ?? new Uint8Array(),
  });
  const before = alice.group;
  expect(await receive(alice, commit)).toMatchObject({ kind: "refused", reason: "forged" });
  expect(alice.group).toEqual(before);
  expect(await receive(alice, await forgeCommit(bob, {}))).toMatchObject({ kind: "applied" });
});

describe("together or one by one", () => {
  test("the outcome is the same, whatever lies between", { timeout: 60_000 }, async () => {
    const [alice, bob, carol] = await trio();
    const random = seededRandom("together");
    for (let round = 0; round < 8; round++) {
      const good = [...(await send(bob, "b1", "b2", "b3", "b4")), ...(await send(carol, "c1", "c2"))];
      const forged = await impersonate(carol, bob);
      const broken = withLastByteAltered(good[0] as Uint8Array);
      const wire = shuffled([...good, ...good, forged, broken, random(90)], random).slice(0, 12);
      const single: Peer = { ...alice, parts: new Map(alice.parts) };
      const expected: string[] = [];
      for (const bytes of wire) expected.push(...(await read(single, bytes)));
      expect(await read(alice, ...wire)).toEqual(expected);
      expect(alice.parts).toEqual(single.parts);
    }
  });

  test("a hundred messages of one sender write its ratchet once", async () => {
    const [alice, bob] = await trio();
    const texts = Array.from({ length: 100 }, (_, i) => `text ${i}`);
    await send(alice, "first");
    const sent = await alice.engine.encrypt(
      alice.group,
      texts.map((text) => ({ plaintext: utf8(text), authenticatedData: new Uint8Array() })),
    );
    expect([...sent.delta.put.keys()]).toEqual(["ratchet/2/0"]);
    const { delta, results } = await bob.engine.decrypt(bob.group, sent.ciphertexts);
    expect(results.map(textOf)).toEqual(texts);
    expect([...delta.put.keys()]).toEqual(["secrets/2", "ratchet/2/0", "skipped/2/0"]);
  });

  test("nothing to encrypt or decrypt changes nothing", async () => {
    const [alice] = await trio();
    for (const { delta } of [
      await alice.engine.encrypt(alice.group, []),
      await alice.engine.decrypt(alice.group, [], 1),
    ])
      expect(delta).toEqual({ put: new Map(), drop: [] });
  });
});

describe("MLS defect 10: keys that are left", () => {
  const keysOf = (peer: Peer): ReadonlySet<string> => new Set(derivableKeys(peer.parts).keys());

  test(
    "attack 12: of what was read none, in any order; of what has not come every one",
    { timeout: 60_000 },
    async () => {
      const [alice, bob, carol] = await trio();
      const random = seededRandom("left");
      for (let round = 0; round < 6; round++) {
        const sent = [
          ...(await send(alice, "a1", "a2", "a3", "a4")),
          ...(await send(carol, "c1", "c2", "c3")),
        ];
        const open = new Map<Uint8Array, string>();
        for (const bytes of sent) open.set(bytes, (await keyOfMessage(bob.parts, bytes)) as string);
        const used: string[] = [];
        for (const bytes of shuffled(sent, random)) {
          expect((await read(bob, bytes))[0]).not.toContain("!");
          used.push(open.get(bytes) as string);
          open.delete(bytes);
          if (round % 2 === 0) await restart(bob);
          const left = keysOf(bob);
          expect(used.filter((key) => left.has(key))).toEqual([]);
          expect([...open.values()].filter((key) => !left.has(key))).toEqual([]);
        }
        // Who sent it holds its key no more, either.
        for (const { parts, group } of [alice, carol]) {
          const own = derivableKeys(parts, { leaves: [group.ownLeaf] });
          expect(used.filter((key) => own.has(key))).toEqual([]);
        }
      }
    },
  );

  test("a key that comes back is not kept longer for it", async () => {
    const [alice, bob] = await trio();
    const [first, second] = (await send(alice, "first", "second")) as [Uint8Array, Uint8Array];
    const key = (await keyOfMessage(bob.parts, first)) as string;
    await read(bob, second);
    expect(derivableKeys(bob.parts).get(key)).toBe("epoch 2, leaf 0, application, generation 0");
    await read(bob, withLastByteAltered(first));
    expect(keysOf(bob).has(key)).toBe(true);
    expect(await read(bob, first, first)).toEqual(["first", "! replayed"]);
    expect(keysOf(bob).has(key)).toBe(false);
  });

  test("a message that has not come within 30 days is given up, whichever comes next", async () => {
    const [alice, bob, carol] = await trio();
    const dayMs = 24 * 60 * 60 * 1000;
    const readAt = async (nowMs: number, ...bytes: readonly Uint8Array[]): Promise<readonly string[]> => {
      const opened = await bob.engine.decrypt(bob.group, bytes, nowMs);
      take(bob, opened);
      return opened.results.map(textOf);
    };
    const [first, second, third] = (await send(alice, "1", "2", "3")) as [Uint8Array, Uint8Array, Uint8Array];
    expect(await readAt(1000, third)).toEqual(["3"]);
    expect(await readAt(1000 + 30 * dayMs, second)).toEqual(["2"]);
    await restart(bob);
    expect(bob.parts.has("skipped/2/0")).toBe(true);
    expect(await readAt(1001 + 30 * dayMs, ...(await send(carol, "c")))).toEqual(["c"]);
    expect(bob.parts.has("skipped/2/0")).toBe(false);
    expect(await readAt(1001 + 30 * dayMs, first)).toEqual(["! tooOld"]);
    expect(await readAt(1001 + 30 * dayMs, ...(await send(alice, "4")))).toEqual(["4"]);
  });
});

test("no bit of a message can change", { timeout: 60_000 }, async () => {
  const [alice, bob] = await trio();
  const [bytes] = (await send(alice, "hello")) as [Uint8Array];
  const altered = Array.from(bytes).flatMap((byte, i) =>
    [0, 1, 2, 3, 4, 5, 6, 7].map((bit) => bytes.with(i, byte ^ (1 << bit))),
  );
  const { results, delta } = await bob.engine.decrypt(bob.group, altered);
  expect(results.map(textOf).filter((text) => !/^! (malformed|forged|tooOld|future)$/.test(text))).toEqual(
    [],
  );
  expect(delta).toEqual({ put: new Map(), drop: [] });
  expect(await read(bob, bytes)).toEqual(["hello"]);
});
