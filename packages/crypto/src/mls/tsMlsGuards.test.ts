/** Each defect of the library: what happens with its guard off, and that it does not with the guard on. */
import { readFileSync } from "node:fs";
import type { DeviceId, GroupId, MailboxId } from "@sotto/protocol";
import { encodeCredential, idOf, utf8 } from "@sotto/protocol";
import { deriveSecret } from "ts-mls/crypto/kdf.js";
import { decryptSenderData, encryptSenderData } from "ts-mls/privateMessage.js";
import type { Proposal } from "ts-mls/proposal.js";
import type { ReuseGuard } from "ts-mls/sender.js";
import { describe, expect, test } from "vitest";
import { issueCredential } from "../account/credential.ts";
import { createNobleProvider } from "../provider/noble.ts";
import { seededRandom } from "../provider/seeded.ts";
import { derivableKeys, keyOfMessage } from "../testing/derivableKeys.ts";
import type { TestAccount } from "../testing/devices.ts";
import { makeAccount, makeDevice } from "../testing/devices.ts";
import {
  forgeCommit,
  insiderContext,
  stateOfPeer,
  withWrongSecret,
  WRONG_SECRET_BYTE,
} from "../testing/insider.ts";
import { externalCommit } from "../testing/outsider.ts";
import type { Peer } from "../testing/peer.ts";
import {
  addPeer,
  bundleFor,
  commitAll,
  createPeer,
  intent,
  NOW_MS,
  prepare,
  read,
  receive,
  restart,
  send,
  take,
} from "../testing/peer.ts";
import type { DeviceIdentity } from "./port.ts";
import { MlsInputError } from "./port.ts";
import { createGuardedEngine } from "./tsMls.ts";
import { extensionsWith } from "./tsMlsAppData.ts";
import { decodeMessage, encodeMessage } from "./tsMlsCodec.ts";
import type { GuardId } from "./tsMlsGuards.ts";
import { ALL_GUARDS, withoutGuards } from "./tsMlsGuards.ts";
import { decodeKeyPackageMessage } from "./tsMlsKeyPackage.ts";

const provider = createNobleProvider(seededRandom("guards"));
const NONE = new Uint8Array();

/** Alice, bob and carol in one group, which has app data; every engine lacks the guards. Alice and her account are the insider's. */
async function trio(
  ...off: readonly GuardId[]
): Promise<{ alice: Peer; bob: Peer; carol: Peer; owner: TestAccount }> {
  const engine = createGuardedEngine(provider, withoutGuards(...off));
  const owner = makeAccount(provider);
  const alice = await createPeer(
    engine,
    await makeDevice(provider, owner),
    1,
    idOf<GroupId>(provider.random(16)),
    utf8("app data"),
  );
  const bob = await addPeer([alice], await makeDevice(provider));
  return { alice, bob, carol: await addPeer([alice, bob], await makeDevice(provider)), owner };
}

describe("MLS defect 1: the library's undeclared and exactly pinned dependencies", () => {
  interface Manifest {
    readonly dependencies: Readonly<Record<string, string>>;
    readonly peerDependencies?: Readonly<Record<string, string>>;
  }
  const read = (path: string): Manifest => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
  const own = read("../../package.json").dependencies;
  const library = read("../../../../node_modules/ts-mls/package.json");
  const missing = (dependencies: Readonly<Record<string, string>>): readonly string[] => {
    const pins = { ...library.peerDependencies, ...library.dependencies };
    const used = ["@hpke/core", "@hpke/hybridkem-x-wing", "@noble/ciphers", "@noble/curves"];
    const wrong = used.filter((name) => dependencies[name] !== pins[name]);
    return dependencies["@noble/hashes"] === undefined ? [...wrong, "@noble/hashes"] : wrong;
  };

  test("on: all are declared, with the library's own versions", () => {
    expect(missing(own)).toEqual([]);
    expect(own["ts-mls"]).toBe("1.6.4");
  });

  test("off: a missing hash package or a newer curve package is noticed", () => {
    const { "@noble/hashes": _, ...without } = own;
    expect(missing(without)).toEqual(["@noble/hashes"]);
    expect(missing({ ...own, "@noble/curves": "2.3.0" })).toEqual(["@noble/curves"]);
  });
});

describe("MLS defect 3: commits without a path, and GroupContextExtensions", () => {
  const forged = (proposal: Proposal) => ({ proposals: [proposal], withoutPath: true });
  const extensions: Proposal = {
    proposalType: "group_context_extensions",
    groupContextExtensions: { extensions: extensionsWith(utf8("other app data")) },
  };

  test("off: a commit that heals nobody is accepted", async () => {
    const { alice, bob } = await trio(3);
    expect(await receive(bob, await forgeCommit(alice, forged(extensions)))).toMatchObject({
      kind: "applied",
    });
  });

  test("on: it is refused, and the group goes on", async () => {
    const { alice, bob } = await trio();
    expect(await receive(bob, await forgeCommit(alice, forged(extensions)))).toMatchObject({
      kind: "refused",
      reason: "commit without a path",
    });
  });

  test("on: with a path, together with a Remove and an Add, it is entered by all alike", async () => {
    const { alice, bob, carol } = await trio();
    const dave = await addPeer([alice, bob, carol], await makeDevice(provider));
    const { publicBytes } = await bundleFor(alice.engine, await makeDevice(provider), 1);
    const keyPackage = decodeKeyPackageMessage(publicBytes, insiderContext);
    const proposals: readonly Proposal[] = [
      { proposalType: "remove", remove: { removed: dave.group.ownLeaf } },
      { proposalType: "add", add: { keyPackage } },
      extensions,
    ];
    const commit = await forgeCommit(alice, { proposals });
    for (const peer of [bob, carol, dave])
      expect(await receive(peer, commit)).toMatchObject({
        kind: "applied",
        group: { appData: utf8("other app data") },
      });
    expect(bob.engine.epochAuthenticator(bob.group)).toEqual(carol.engine.epochAuthenticator(carol.group));
    await commitAll(bob, [carol]);
  });

  test("ours carry a path even when they only add", async () => {
    const { alice, bob } = await trio();
    const before = stateOfPeer(bob).current.tree[0];
    const { publicBytes } = await bundleFor(alice.engine, await makeDevice(provider), 1);
    await commitAll(alice, [bob], { add: [publicBytes] });
    expect(stateOfPeer(bob).current.tree[0]).not.toEqual(before);
  });
});

describe("MLS defect 4: pre-shared keys of private commits", () => {
  const psk = (peer: Peer): Proposal => ({
    proposalType: "psk",
    psk: {
      preSharedKeyId: {
        psktype: "resumption",
        usage: "application",
        pskGroupId: stateOfPeer(peer).current.context.groupId,
        pskEpoch: stateOfPeer(peer).current.context.epoch,
        pskNonce: new Uint8Array(32),
      },
    },
  });

  test("off: a key that every member holds is not found", async () => {
    const { alice, bob } = await trio(4);
    expect(await receive(bob, await forgeCommit(alice, { proposals: [psk(alice)] }))).toMatchObject({
      kind: "undecided",
    });
  });

  test("on: it is mixed in", async () => {
    const { alice, bob, carol } = await trio();
    const commit = await forgeCommit(alice, { proposals: [psk(alice)] });
    for (const peer of [bob, carol]) expect(await receive(peer, commit)).toMatchObject({ kind: "applied" });
    expect(bob.engine.epochAuthenticator(bob.group)).toEqual(carol.engine.epochAuthenticator(carol.group));
  });
});

describe("MLS defect 6: lifetimes and credential succession", () => {
  const yearLaterMs = NOW_MS + 365 * 24 * 60 * 60 * 1000;
  /** The insider's own account key signs whatever device it likes, for the leaf key it has. */
  const becoming = async (
    { device }: Peer,
    owner: TestAccount,
    changes: Partial<DeviceIdentity["credential"]>,
  ) => {
    const credential = await issueCredential(
      provider,
      { ...device.credential, ...changes },
      device.leafPublicKey,
      owner.key.privateKey,
    );
    return { credentialType: "basic", identity: encodeCredential(credential) } as const;
  };

  test("off: an expired key package is taken, a leaf turns into another device", async () => {
    const { alice, bob, owner } = await trio(6);
    const { publicBytes } = await bundleFor(alice.engine, await makeDevice(provider), 1);
    await expect(alice.engine.inspectKeyPackage(publicBytes, yearLaterMs)).resolves.toBeDefined();
    const credential = await becoming(alice, owner, { device: idOf<DeviceId>(provider.random(16)) });
    expect(
      await receive(bob, await forgeCommit(alice, { leaf: (leaf) => ({ ...leaf, credential }) })),
    ).toMatchObject({ kind: "applied" });
    expect(bob.group.members[0]?.credential.device).not.toBe(alice.device.credential.device);
  });

  test("on: neither", async () => {
    const { alice, bob, owner } = await trio();
    const { publicBytes } = await bundleFor(alice.engine, await makeDevice(provider), 1);
    await expect(alice.engine.inspectKeyPackage(publicBytes, yearLaterMs)).rejects.toMatchObject({
      code: "expired",
    });
    const other = makeAccount(provider);
    const changes: readonly (readonly [TestAccount, Partial<DeviceIdentity["credential"]>])[] = [
      [owner, { device: idOf<DeviceId>(provider.random(16)) }],
      [owner, { mailbox: idOf<MailboxId>(provider.random(16)) }],
      [owner, { account: other.account }],
      [other, { accountKey: other.key.publicKey }],
    ];
    for (const [signer, change] of changes) {
      const credential = await becoming(alice, signer, change);
      const commit = await forgeCommit(alice, { leaf: (leaf) => ({ ...leaf, credential }) });
      expect(await receive(bob, commit)).toMatchObject({
        kind: "refused",
        reason: "credential of another device",
      });
      await prepare(alice);
    }
  });

  test("on: the list version may change", async () => {
    const { alice, bob, owner } = await trio();
    const credential = await becoming(alice, owner, { listVersion: 2 });
    expect(
      await receive(bob, await forgeCommit(alice, { leaf: (leaf) => ({ ...leaf, credential }) })),
    ).toMatchObject({ kind: "applied" });
    expect(bob.group.members[0]?.credential.listVersion).toBe(2);
  });
});

describe("MLS defect 8: errors of any class for foreign bytes", () => {
  const inputs = Array.from({ length: 200 }, (_, i) => provider.random(i));

  test("off: they come through", async () => {
    const { bob } = await trio(8);
    const errors = await Promise.all(
      inputs.map((bytes) => bob.engine.inspectKeyPackage(bytes, NOW_MS).catch((error: unknown) => error)),
    );
    expect(errors.some((error) => error instanceof Error && !(error instanceof MlsInputError))).toBe(true);
  });

  test("on: every outcome is typed", async () => {
    const { bob } = await trio();
    for (const bytes of inputs) {
      expect(await bob.engine.process(bob.group, bytes, { authenticatedData: NONE })).toMatchObject({
        kind: "refused",
      });
      expect((await bob.engine.decrypt(bob.group, [bytes])).results).toEqual([
        { kind: "failed", reason: "malformed" },
      ]);
      await expect(bob.engine.inspectKeyPackage(bytes, NOW_MS)).rejects.toMatchObject({ code: "malformed" });
      await expect(bob.engine.join(bytes, [], bob.device)).rejects.toMatchObject({ code: "malformed" });
      expect(() => bob.engine.welcomeRefs(bytes)).toThrow(MlsInputError);
    }
  });
});

describe("MLS defect 9: external commits", () => {
  test("off: an outsider takes bob's leaf", async () => {
    const { alice, bob, carol } = await trio(9);
    const commit = await externalCommit(carol.parts, await makeDevice(provider), { evicted: bob.device });
    expect(await receive(alice, commit)).toMatchObject({ kind: "applied" });
    expect(alice.group.members.map(({ credential }) => credential.device)).not.toContain(
      bob.device.credential.device,
    );
  });

  test("on: attack 32: refused by all, bob stays", async () => {
    const { alice, bob, carol } = await trio();
    const commit = await externalCommit(carol.parts, await makeDevice(provider), { evicted: bob.device });
    for (const peer of [alice, bob, carol])
      expect(await receive(peer, commit)).toMatchObject({
        kind: "refused",
        reason: "external commit removes another device",
      });
  });

  test("off: a member with an ExternalInit skips every validation", async () => {
    const { alice, bob } = await trio(9);
    const { impl } = insiderContext.suite(1);
    const state = stateOfPeer(alice);
    const pair = await impl.hpke.deriveKeyPair(state.keys?.schedule.externalSecret ?? NONE);
    const { enc } = await impl.hpke.exportSecret(
      pair.publicKey,
      utf8("MLS 1.0 external init secret"),
      32,
      NONE,
    );
    const proposal: Proposal = { proposalType: "external_init", externalInit: { kemOutput: enc } };
    expect(await receive(bob, await forgeCommit(alice, { proposals: [proposal] }))).toMatchObject({
      kind: "applied",
    });
    const { alice: honest, bob: guarded } = await trio();
    const externalSecret = stateOfPeer(honest).keys?.schedule.externalSecret ?? NONE;
    const honestPair = await impl.hpke.deriveKeyPair(externalSecret);
    const init = await impl.hpke.exportSecret(
      honestPair.publicKey,
      utf8("MLS 1.0 external init secret"),
      32,
      NONE,
    );
    const again: Proposal = { proposalType: "external_init", externalInit: { kemOutput: init.enc } };
    expect(await receive(guarded, await forgeCommit(honest, { proposals: [again] }))).toMatchObject({
      kind: "refused",
      reason: "ExternalInit by a member",
    });
  });

  test("on: a device may take its own former leaf, or join anew", async () => {
    const { alice, bob, carol } = await trio();
    const rejoin = await externalCommit(carol.parts, bob.device, { evicted: bob.device });
    for (const peer of [alice, carol]) {
      const outcome = await receive(peer, rejoin);
      expect(outcome).toMatchObject({
        kind: "applied",
        change: { committer: { credential: bob.device.credential } },
      });
      if (outcome.kind === "applied")
        expect([outcome.change.added.length, outcome.change.removed.length]).toEqual([1, 1]);
    }
    const dave = await makeDevice(provider);
    const joined = await externalCommit(carol.parts, dave);
    for (const peer of [alice, carol]) expect(await receive(peer, joined)).toMatchObject({ kind: "applied" });
    expect(alice.group.members).toHaveLength(4);
    expect(alice.engine.epochAuthenticator(alice.group)).toEqual(
      carol.engine.epochAuthenticator(carol.group),
    );
  });

  test("on: a device that is a member cannot join a second time", async () => {
    const { alice, bob, carol } = await trio();
    expect(await receive(alice, await externalCommit(carol.parts, bob.device))).toMatchObject({
      kind: "refused",
    });
  });

  test("on: a joiner without a proved account is refused", async () => {
    const { alice, carol } = await trio();
    const dave = await makeDevice(provider);
    const forged = { ...dave, credential: { ...dave.credential, account: alice.device.credential.account } };
    expect(await receive(alice, await externalCommit(carol.parts, forged))).toMatchObject({
      kind: "refused",
      reason: "credential",
    });
  });
});

describe("MLS defect 10: what is kept of a skipped generation", () => {
  /** The second message came before the first; whether a thief of bob's state then reads the second. */
  const readsSecond = async (...off: readonly GuardId[]): Promise<boolean> => {
    const { alice, bob } = await trio(...off);
    const [first, second] = (await send(alice, "first", "second")) as [Uint8Array, Uint8Array];
    const key = (await keyOfMessage(bob.parts, second)) as string;
    expect(await read(bob, second)).toEqual(["second"]);
    const stolen = derivableKeys(bob.parts).has(key);
    expect(await read(bob, first, second)).toEqual(["first", "! replayed"]);
    return stolen;
  };

  test("off: the ratchet's secret, from which every later key follows", async () => {
    expect(await readsSecond(10)).toBe(true);
  });

  test("on: its own key and nonce", async () => {
    expect(await readsSecond()).toBe(false);
  });
});

describe("MLS defect 11: sender data that points at no member", () => {
  const misdirected = async (alice: Peer, leafIndex: number): Promise<Uint8Array> => {
    const state = stateOfPeer(alice);
    const { impl } = insiderContext.suite(1);
    const sent = await alice.engine.encrypt(alice.group, [{ plaintext: utf8("x"), authenticatedData: NONE }]);
    const message = decodeMessage(sent.ciphertexts[0] as Uint8Array, ALL_GUARDS);
    if (message.wireformat !== "mls_private_message") throw new Error("not private");
    const encryptedSenderData = await encryptSenderData(
      state.current.senderDataSecret,
      { leafIndex, generation: 0, reuseGuard: new Uint8Array(4) as ReuseGuard },
      message.privateMessage,
      message.privateMessage.ciphertext,
      impl,
    );
    return encodeMessage({ ...message, privateMessage: { ...message.privateMessage, encryptedSenderData } });
  };

  test("off: a leaf outside the tree is asked for its ratchet", async () => {
    const { alice, bob } = await trio(11);
    await expect(bob.engine.decrypt(bob.group, [await misdirected(alice, 77)])).rejects.toThrow(
      "no such leaf",
    );
  });

  test.each([3, 77, 0xffff_ffff])("on: forged (leaf %d)", async (leaf) => {
    const { alice, bob } = await trio();
    expect((await bob.engine.decrypt(bob.group, [await misdirected(alice, leaf)])).results).toEqual([
      { kind: "failed", reason: "forged" },
    ]);
  });
});

describe("MLS defect 12: path secrets and the path's public keys", () => {
  /** Alice's keys fit the path she shows, but the secrets that bob gets are of another path, which her tag confirms. */
  const mismatched = async (...off: readonly GuardId[]) => {
    const { alice, bob } = await trio(...off);
    const { kdf } = insiderContext.suite(1).impl;
    const rootSecret = await deriveSecret(new Uint8Array(kdf.size).fill(WRONG_SECRET_BYTE), "path", kdf);
    const commit = await forgeCommit(alice, {
      path: (path, context) => withWrongSecret(alice, path, context, 0, 2),
      commitSecret: await deriveSecret(rootSecret, "path", kdf),
    });
    return receive(bob, commit);
  };

  test("off: it is entered, and bob's node keys are not those that others encrypt to", async () => {
    expect(await mismatched(12)).toMatchObject({ kind: "applied" });
  });

  test("on: undecided although the tag is right", async () => {
    expect(await mismatched()).toMatchObject({
      kind: "undecided",
      reason: "the own path secret does not match the path",
    });
  });
});

describe("MLS defect 13: the handshake ratchet of a commit that lost", () => {
  /** Bob consumed the key of a commit of alice's that was refused, and gets her next one. */
  const afterRefusal = async (off: readonly GuardId[]) => {
    const { alice, bob } = await trio(...off);
    const bad = await forgeCommit(alice, { tag: () => new Uint8Array(32) });
    expect(await receive(bob, bad)).toMatchObject({ kind: "refused", reason: "confirmation tag" });
    await prepare(alice);
    return receive(bob, (await prepare(alice)).handshake);
  };

  const generationOf = async (peer: Peer, handshake: Uint8Array): Promise<number> => {
    const message = decodeMessage(handshake, ALL_GUARDS);
    if (message.wireformat !== "mls_private_message") throw new Error("not private");
    const { current } = stateOfPeer(peer);
    const senderData = await decryptSenderData(
      message.privateMessage,
      current.senderDataSecret,
      insiderContext.suite(1).impl,
    );
    return senderData?.generation ?? -1;
  };

  test("off: the retry uses key and generation again, and is refused for good", async () => {
    expect(await afterRefusal([13])).toMatchObject({ kind: "refused", reason: "replayed" });
  });

  test("on: it goes through", async () => {
    expect(await afterRefusal([])).toMatchObject({ kind: "applied" });
  });

  test("attack 39: 1,000 losing commits, and the next one is still read", { timeout: 60_000 }, async () => {
    const { alice, bob, carol } = await trio();
    const generations = new Set<number>();
    for (let i = 0; i < 1000; i++) generations.add(await generationOf(bob, (await prepare(alice)).handshake));
    expect(generations.size).toBe(1000);
    await commitAll(alice, [bob, carol]);
    expect(alice.engine.epochAuthenticator(alice.group)).toEqual(bob.engine.epochAuthenticator(bob.group));
  });
});

describe("MLS defect 14: the live init secret of a commit that has not won", () => {
  const loserFollows = async (...off: readonly GuardId[]) => {
    const { alice, bob } = await trio(...off);
    await bob.engine.commit(bob.group, intent(), NOW_MS);
    const winner = await prepare(alice);
    return receive(bob, winner.handshake);
  };

  test("off: the loser cannot follow the winner", async () => {
    expect(await loserFollows(14)).toMatchObject({ kind: "refused", reason: "confirmation tag" });
  });

  test("on: it can, and the winner's epoch is taken from the stored bytes", async () => {
    expect(await loserFollows()).toMatchObject({ kind: "applied" });
    const { alice, bob } = await trio();
    const commit = await prepare(alice);
    await restart(alice);
    take(alice, await alice.engine.adopt(alice.group, commit.pending));
    expect(await receive(bob, commit.handshake)).toMatchObject({ kind: "applied" });
    expect(alice.engine.epochAuthenticator(alice.group)).toEqual(bob.engine.epochAuthenticator(bob.group));
  });
});

describe("MLS defect 15: authenticated data of messages", () => {
  const dataOf = async (...off: readonly GuardId[]): Promise<unknown> => {
    const { alice, bob } = await trio(...off);
    return (await bob.engine.decrypt(bob.group, await send(alice, "x"))).results;
  };

  test("off: the receiver cannot tell which predecessor the sender saw", async () => {
    expect(await dataOf(15)).toMatchObject([{ kind: "message", authenticatedData: NONE }]);
  });

  test("on: it is what the sender authenticated", async () => {
    expect(await dataOf()).toMatchObject([{ kind: "message", authenticatedData: utf8("data of x") }]);
  });
});
