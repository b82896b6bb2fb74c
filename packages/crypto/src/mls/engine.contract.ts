/** What every {@link MlsEngine} must do: the rules that the client engine builds on. Runs on the real engine and on the stand-in. */
import type { GroupId } from "@sotto/protocol";
import { idOf, toHex, utf8 } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import { createNobleProvider } from "../provider/noble.ts";
import { seededRandom } from "../provider/seeded.ts";
import { makeDevice } from "../testing/devices.ts";
import type { Peer } from "../testing/peer.ts";
import {
  addPeer,
  bundleFor,
  commitAll,
  createPeer,
  deviceIds,
  intent,
  joinPeer,
  NOW_MS,
  prepare,
  read,
  receive,
  restart,
  send,
  take,
  textOf,
} from "../testing/peer.ts";
import type { MlsEngine, SuiteId } from "./port.ts";
import { MlsInputError } from "./port.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const devices = createNobleProvider(seededRandom("devices of the contract"));
const newGroupId = (): GroupId => idOf<GroupId>(devices.random(16));

export function describeMlsEngine(name: string, suite: SuiteId, makeEngine: () => MlsEngine): void {
  const alone = async (engine = makeEngine()): Promise<Peer> =>
    createPeer(engine, await makeDevice(devices), suite, newGroupId());
  const pair = async (): Promise<[Peer, Peer]> => {
    const alice = await alone();
    return [alice, await addPeer([alice], await makeDevice(devices))];
  };
  const trio = async (): Promise<[Peer, Peer, Peer]> => {
    const [alice, bob] = await pair();
    return [alice, bob, await addPeer([alice, bob], await makeDevice(devices))];
  };
  const authenticator = ({ engine, group }: Peer): string => toHex(engine.epochAuthenticator(group));

  describe(`${name}: entering a group`, () => {
    test("a new group holds its creator alone, in epoch 0", async () => {
      const { group, device } = await alone();
      expect(group).toMatchObject({ suite, epoch: 0, ownLeaf: 0, active: true });
      expect(group.members).toEqual([
        { leaf: 0, credential: device.credential, leafKey: device.leafPublicKey },
      ]);
    });

    test("a Welcome names its package, its adder and carries the joiner's bytes", async () => {
      const alice = await alone();
      const device = await makeDevice(devices);
      const { engine } = alice;
      const [unused, bundle] = [
        await bundleFor(engine, device, suite),
        await bundleFor(engine, device, suite),
      ];
      const commit = await commitAll(alice, [], { add: [bundle.publicBytes], joinerInfo: utf8("for bob") });
      const welcome = commit.welcome as Uint8Array;
      expect(engine.welcomeRefs(welcome)).toEqual([bundle.ref]);
      const joined = await engine.join(welcome, [unused, bundle], device);
      expect(joined).toMatchObject({
        keyPackageRef: bundle.ref,
        adder: { leaf: 0, credential: alice.device.credential },
      });
      expect(joined.joinerInfo).toEqual(utf8("for bob"));
      expect(joined.group).toMatchObject({ id: alice.group.id, suite, epoch: 1, ownLeaf: 1, active: true });
      expect(joined.group.members).toEqual(alice.group.members);
    });

    test("a Welcome opens with its package alone", async () => {
      const alice = await alone();
      const device = await makeDevice(devices);
      const bundle = await bundleFor(alice.engine, device, suite);
      const other = await bundleFor(alice.engine, device, suite);
      const { welcome } = await commitAll(alice, [], { add: [bundle.publicBytes] });
      const join = alice.engine.join(welcome as Uint8Array, [other], device);
      await expect(join).rejects.toMatchObject({ code: "noKeyPackage" });
      const mixedUp = { ...bundle, privateBytes: other.privateBytes };
      await expect(alice.engine.join(welcome as Uint8Array, [mixedUp], device)).rejects.toBeInstanceOf(
        MlsInputError,
      );
    });

    test("a commit of two Adds has one Welcome for both", async () => {
      const alice = await alone();
      const joiners = [await makeDevice(devices), await makeDevice(devices)];
      const bundles = await Promise.all(joiners.map((device) => bundleFor(alice.engine, device, suite)));
      const { welcome } = await commitAll(alice, [], { add: bundles.map(({ publicBytes }) => publicBytes) });
      const [bob, carol] = await Promise.all(
        joiners.map((device, i) =>
          joinPeer(alice.engine, device, suite, welcome, bundles[i] as (typeof bundles)[number]),
        ),
      );
      expect(new Set([alice, bob as Peer, carol as Peer].map(authenticator)).size).toBe(1);
      expect(await read(carol as Peer, ...(await send(bob as Peer, "hello")))).toEqual(["hello"]);
    });
  });

  describe(`${name}: key packages`, () => {
    test("inspecting tells credential, leaf key and suite", async () => {
      const engine = makeEngine();
      const device = await makeDevice(devices);
      const { publicBytes } = await bundleFor(engine, device, suite);
      expect(await engine.inspectKeyPackage(publicBytes, NOW_MS)).toMatchObject({
        credential: device.credential,
        leafKey: device.leafPublicKey,
        suite,
      });
    });

    test("they are valid from a day before until their lifetime ends, and not beyond", async () => {
      const engine = makeEngine();
      const { publicBytes } = await bundleFor(engine, await makeDevice(devices), suite);
      for (const at of [NOW_MS - DAY_MS + 2000, NOW_MS, NOW_MS + 30 * DAY_MS - 2000])
        await expect(engine.inspectKeyPackage(publicBytes, at)).resolves.toBeDefined();
      for (const at of [NOW_MS - DAY_MS - 2000, NOW_MS + 30 * DAY_MS + 2000])
        await expect(engine.inspectKeyPackage(publicBytes, at)).rejects.toMatchObject({ code: "expired" });
    });

    test("an expired one cannot be committed; whoever receives the commit later does not mind", async () => {
      const [alice, bob] = await pair();
      const { publicBytes } = await bundleFor(alice.engine, await makeDevice(devices), suite);
      const late = alice.engine.commit(alice.group, intent({ add: [publicBytes] }), NOW_MS + 31 * DAY_MS);
      await expect(late).rejects.toMatchObject({ code: "expired" });
      await commitAll(alice, [bob], { add: [publicBytes] });
    });

    test("bytes that are none are malformed", async () => {
      const engine = makeEngine();
      const { publicBytes } = await bundleFor(engine, await makeDevice(devices), suite);
      for (const bytes of [
        new Uint8Array(),
        devices.random(300),
        publicBytes.subarray(1),
        Uint8Array.of(...publicBytes, 0),
      ])
        await expect(engine.inspectKeyPackage(bytes, NOW_MS)).rejects.toMatchObject({ code: "malformed" });
    });

    test("one of another suite, of a member, or twice in a commit is refused", async () => {
      const [alice, bob] = await pair();
      const carol = await makeDevice(devices);
      const [otherSuite] = await alice.engine.keyPackages(carol, suite === 1 ? 83 : 1, 1, NOW_MS, 30);
      const commit = (...add: Uint8Array[]) => alice.engine.commit(alice.group, intent({ add }), NOW_MS);
      await expect(commit(otherSuite?.publicBytes ?? new Uint8Array())).rejects.toMatchObject({
        code: "unsupported",
      });
      const again = await bundleFor(alice.engine, bob.device, suite);
      await expect(commit(again.publicBytes)).rejects.toMatchObject({ code: "invalid" });
      const [first, second] = [
        await bundleFor(alice.engine, carol, suite),
        await bundleFor(alice.engine, carol, suite),
      ];
      await expect(commit(first.publicBytes, second.publicBytes)).rejects.toMatchObject({ code: "invalid" });
    });
  });

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

    test("members of one epoch agree on authenticator and exports, and on no other", async () => {
      const [alice, bob] = await pair();
      const secret = (peer: Peer, label: string, context: string) =>
        peer.engine.exportSecret(peer.group, label, utf8(context), 40);
      expect(authenticator(alice)).toBe(authenticator(bob));
      expect(await secret(alice, "a", "x")).toEqual(await secret(bob, "a", "x"));
      expect(await secret(alice, "a", "x")).toHaveLength(40);
      const seen = [
        await secret(alice, "a", "x"),
        await secret(alice, "b", "x"),
        await secret(alice, "a", "y"),
      ];
      const before = authenticator(alice);
      await commitAll(bob, [alice]);
      seen.push(await secret(alice, "a", "x"));
      expect(new Set(seen.map(toHex)).size).toBe(4);
      expect(authenticator(alice)).toBe(authenticator(bob));
      expect(authenticator(alice)).not.toBe(before);
    });
  });

  describe(`${name}: handshakes`, () => {
    test("the roster change is told exactly, to committer and members alike", async () => {
      const [alice, bob, carol] = await trio();
      const dave = await makeDevice(devices);
      const { publicBytes } = await bundleFor(alice.engine, dave, suite);
      const commit = await prepare(alice, { add: [publicBytes], remove: [carol.group.ownLeaf] });
      const adopted = await alice.engine.adopt(alice.group, commit.pending);
      const outcome = await receive(bob, commit.handshake);
      if (outcome.kind !== "applied") throw new Error(outcome.reason);
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
      expect(await read(bob, ...(await send(alice, "secret")))).not.toContain("secret");
      await expect(bob.engine.encrypt(bob.group, [])).rejects.toBeInstanceOf(TypeError);
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
      expect(authenticator(alice)).toBe(authenticator(bob));
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
      await alice.engine.encrypt(alice.group, [
        { plaintext: utf8("x"), authenticatedData: new Uint8Array() },
      ]);
      await alice.engine.commit(alice.group, intent(), NOW_MS);
    });

    test("nothing secret can be seen on a group", async () => {
      const { group } = await alone();
      expect(Object.keys(group).toSorted()).toEqual(["active", "epoch", "id", "members", "ownLeaf", "suite"]);
    });

    test("a group of another engine is a bug", async () => {
      const { group } = await alone();
      await expect(makeEngine().forgetPast({ ...group })).rejects.toBeInstanceOf(TypeError);
    });
  });

  describe(`${name}: storage`, () => {
    test("one message rewrites one small part, however large the group", async () => {
      const [alice, bob, carol] = await trio();
      const sent = await alice.engine.encrypt(alice.group, [
        { plaintext: utf8("a"), authenticatedData: new Uint8Array() },
      ]);
      expect([...sent.delta.put.keys()]).toEqual([`ratchet/${alice.group.epoch}/0`]);
      expect(sent.delta.drop).toEqual([]);
      const received = await carol.engine.decrypt(carol.group, sent.ciphertexts);
      expect([...received.delta.put.keys()]).toEqual([`ratchet/${bob.group.epoch}/0`]);
      for (const bytes of [...sent.delta.put.values(), ...received.delta.put.values()])
        expect(bytes.length).toBeLessThan(300);
    });

    test("a group loaded from its records is the group", async () => {
      const [alice, bob, carol] = await trio();
      const [a, b] = (await send(alice, "a", "b")) as [Uint8Array, Uint8Array];
      await read(bob, b);
      const live = bob.group;
      await restart(bob);
      expect(bob.group).toEqual(live);
      expect(await read(bob, b, a)).toEqual(["! replayed", "a"]);
      await restart(alice);
      await commitAll(alice, [bob, carol]);
      await restart(carol);
      await commitAll(carol, [alice, bob]);
      expect(new Set([alice, bob, carol].map(authenticator)).size).toBe(1);
    });

    test("missing or broken records are damaged state", async () => {
      const [alice, bob] = await pair();
      await commitAll(bob, [alice]);
      for (const name of alice.parts.keys()) {
        const without = new Map(alice.parts);
        without.delete(name);
        const cut = new Map(alice.parts).set(name, (alice.parts.get(name) as Uint8Array).subarray(1));
        await expect(alice.engine.load(without), name).rejects.toMatchObject({ code: "damagedState" });
        await expect(alice.engine.load(cut), name).rejects.toMatchObject({ code: "damagedState" });
      }
      await expect(alice.engine.load(new Map())).rejects.toMatchObject({ code: "damagedState" });
    });
  });
}
