/** Refused or undecided (DESIGN §4): what members make of commits that an insider built. */
import type { GroupId } from "@sotto/protocol";
import { idOf } from "@sotto/protocol";
import type { KeyPackage } from "ts-mls/keyPackage.js";
import { signKeyPackage } from "ts-mls/keyPackage.js";
import { signLeafNodeKeyPackage } from "ts-mls/leafNode.js";
import type { Proposal } from "ts-mls/proposal.js";
import { describe, expect, test } from "vitest";
import { issueCredential } from "../account/credential.ts";
import { createNobleProvider } from "../provider/noble.ts";
import { seededRandom } from "../provider/seeded.ts";
import { makeAccount, makeDevice } from "../testing/devices.ts";
import type { ForgedCommit } from "../testing/insider.ts";
import { forgeCommit, insiderContext, stateOfPeer, withWrongSecret } from "../testing/insider.ts";
import type { Peer } from "../testing/peer.ts";
import { addPeer, commitAll, createPeer, intent, NOW_MS, read, receive, send } from "../testing/peer.ts";
import type { DeviceIdentity } from "./port.ts";
import { encodeMessage } from "./tsMlsCodec.ts";
import { generateKeyPackage } from "./tsMlsKeyPackage.ts";
import { createMlsEngine } from "./tsMls.ts";

const provider = createNobleProvider(seededRandom("process"));

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

/** Whether the group still works after a bad commit of alice's: bob and carol commit and write. */
async function goesOn(bob: Peer, carol: Peer, alice: Peer): Promise<void> {
  await commitAll(bob, [carol], { remove: [alice.group.ownLeaf] });
  expect(await read(carol, ...(await send(bob, "still here")))).toEqual(["still here"]);
}

describe("undecided: only this device's secret fails", () => {
  test("attack 36: a wrong path secret for one member: it is undecided, the other enters the epoch", async () => {
    const [alice, bob, carol] = await trio();
    const commit = await forgeCommit(alice, {
      path: (path, context) => withWrongSecret(alice, path, context, 0, 2),
    });
    const before = bob.group;
    expect(await receive(bob, commit)).toMatchObject({ kind: "undecided" });
    expect(bob.group).toBe(before);
    expect(await receive(carol, commit)).toMatchObject({ kind: "applied" });
  });

  test("an unreadable path secret", async () => {
    const [alice, bob, carol] = await trio();
    const commit = await forgeCommit(alice, {
      path: ({ leafNode, nodes: [first, ...rest] }) => {
        if (first === undefined) throw new Error("no path");
        const broken = first.encryptedPathSecret.map(({ kemOutput }) => ({
          kemOutput,
          ciphertext: provider.random(48),
        }));
        return { leafNode, nodes: [{ ...first, encryptedPathSecret: broken }, ...rest] };
      },
    });
    expect(await receive(bob, commit)).toMatchObject({
      kind: "undecided",
      reason: "the own path secret cannot be read",
    });
    expect(await receive(carol, commit)).toMatchObject({ kind: "applied" });
  });
});

describe("refused: every member sees the same", () => {
  const badKey = new Uint8Array(32);
  const nodes =
    (change: (node: { hpkePublicKey: Uint8Array }, tree: Uint8Array[]) => Uint8Array) => (peer: Peer) => ({
      path: (path: Parameters<NonNullable<ForgedCommit["path"]>>[0]) => ({
        ...path,
        nodes: path.nodes.map((node) => ({ ...node, hpkePublicKey: change(node, treeKeys(peer)) })),
      }),
    });
  const cases: readonly (readonly [
    string,
    string,
    (alice: Peer, bob: Peer) => ForgedCommit | Promise<ForgedCommit>,
  ])[] = [
    [
      "a wrong confirmation tag though all path keys match",
      "confirmation tag",
      () => ({ tag: (tag) => tag.map((byte) => byte ^ 1) }),
    ],
    [
      "a path too short",
      "path does not fit the tree",
      () => ({ path: (path) => ({ ...path, nodes: path.nodes.slice(1) }) }),
    ],
    [
      "a path that leaves a member out",
      "path does not fit the tree",
      () => ({
        path: (path) => ({
          ...path,
          nodes: path.nodes.map((node) => ({ ...node, encryptedPathSecret: [] })),
        }),
      }),
    ],
    ["a path key that nobody can encrypt to", "path key", (alice) => nodes(() => badKey)(alice)],
    ["a path key of a wrong size", "path key", (alice) => nodes(() => provider.random(31))(alice)],
    [
      "a path key that is in the tree",
      "path reuses a key",
      (alice) => nodes((_node, [first]) => first as Uint8Array)(alice),
    ],
    [
      "path keys that do not fit the parent hashes",
      "parent hash",
      (alice) => nodes(() => provider.random(32))(alice),
    ],
    [
      "a leaf that kept its encryption key",
      "path reuses a key",
      (alice) => ({
        path: (path) => ({
          ...path,
          leafNode: { ...path.leafNode, hpkePublicKey: treeKeys(alice)[0] as Uint8Array },
        }),
      }),
    ],
    [
      "a leaf with another's signature",
      "leaf signature",
      () => ({
        path: (path) => ({ ...path, leafNode: { ...path.leafNode, signature: provider.random(64) } }),
      }),
    ],
    [
      "a Remove of the committer",
      "Commit cannot contain a remove proposal removing committer",
      () => ({ claimed: [remove(0)] }),
    ],
    ["a Remove of nobody", "Tried to remove empty leaf node", () => ({ claimed: [remove(9)] })],
    [
      "the same Remove twice",
      "Commit cannot contain multiple update and/or remove proposals that apply to the same leaf",
      () => ({ claimed: [remove(1), remove(1)] }),
    ],
    ["a ReInit", "proposal type is not supported", () => ({ proposals: [reinit], withoutPath: false })],
    [
      "an unknown proposal",
      "proposal type is not supported",
      () => ({ proposals: [{ proposalType: 0xf777, proposalData: provider.random(4) }] }),
    ],
    [
      "an external pre-shared key, which nobody holds",
      "pre-shared key proposal",
      () => ({ proposals: [externalPsk()], psk: provider.random(32) }),
    ],
    [
      "a resumption key of an epoch that is over",
      "pre-shared key proposal",
      (alice) => ({ proposals: [resumption(alice, "application", 32, -1n)], psk: provider.random(32) }),
    ],
    [
      "a branch's pre-shared key",
      "pre-shared key proposal",
      (alice) => ({ proposals: [resumption(alice, "branch")] }),
    ],
    [
      "a pre-shared key with a short nonce",
      "pre-shared key nonce",
      (alice) => ({ proposals: [resumption(alice, "application", 16)] }),
    ],
    [
      "an Add with a forged credential",
      "credential",
      async () => ({ claimed: [await add(await impostor())] }),
    ],
    [
      "an Add of a member's device",
      "Commit cannot contain an Add proposal for someone already in the group",
      async (_alice, bob) => ({ claimed: [await add(bob.device)] }),
    ],
    [
      "an Add of a device under a second key",
      "a device occurs twice",
      async (_alice, bob) => ({ proposals: [await add(await secondKey(bob.device))] }),
    ],
    [
      "an Add whose init key nobody can encrypt to",
      "init key",
      async () => ({ proposals: [await add(await makeDevice(provider), { initKey: badKey })] }),
    ],
    [
      "an Add with an unusable encryption key",
      "encryption key",
      async () => ({ proposals: [await add(await makeDevice(provider), {}, { hpkePublicKey: badKey })] }),
    ],
    [
      "an Add without the group's suite in its capabilities",
      "leaf lacks a required capability",
      async () => ({
        proposals: [
          await add(
            await makeDevice(provider),
            {},
            {
              capabilities: {
                versions: ["mls10"],
                ciphersuites: [],
                extensions: [],
                proposals: [],
                credentials: ["basic"],
              },
            },
          ),
        ],
      }),
    ],
  ];

  test.each(cases)("%s", async (_name, reason, forge) => {
    const [alice, bob, carol] = await trio();
    const forged = await forge(alice, bob);
    const commit = await forgeCommit(alice, forged);
    for (const peer of [bob, carol])
      expect(await receive(peer, commit)).toMatchObject({ kind: "refused", reason });
    await goesOn(bob, carol, alice);
  });

  test("a refused commit consumes its generation, stored with the refusal", async () => {
    const [alice, bob] = await trio();
    const commit = await forgeCommit(alice, { tag: (tag) => tag.map((byte) => byte ^ 1) });
    const outcome = await bob.engine.process(bob.group, commit, { authenticatedData: new Uint8Array() });
    if (outcome.kind !== "refused") throw new Error(outcome.kind);
    expect([...outcome.delta.put.keys()]).toEqual([
      `secrets/${bob.group.epoch}`,
      `ratchet/${bob.group.epoch}/0`,
    ]);
    expect(await receive(bob, commit)).toMatchObject({ kind: "refused", reason: "confirmation tag" });
    expect(await receive(bob, commit)).toMatchObject({ kind: "refused", reason: "replayed" });
  });
});

describe("key packages from outside", () => {
  test.each<readonly [string, () => Promise<Proposal>]>([
    ["a forged credential", async () => add(await impostor())],
    ["an unusable init key", async () => add(await makeDevice(provider), { initKey: new Uint8Array(32) })],
    [
      "an unusable encryption key",
      async () => add(await makeDevice(provider), {}, { hpkePublicKey: new Uint8Array(31) }),
    ],
    ["another's signature", async () => add(await makeDevice(provider), { signature: provider.random(64) })],
    [
      "one key for both purposes",
      async () => {
        const device = await makeDevice(provider);
        const { publicPackage } = await generateKeyPackage(insiderContext, device, 1, NOW_MS, 1);
        return add(device, { initKey: publicPackage.initKey }, { hpkePublicKey: publicPackage.initKey });
      },
    ],
  ])("neither inspected nor committed: %s", async (_name, make) => {
    const [alice] = await trio();
    const proposal = await make();
    if (proposal.proposalType !== "add") throw new Error("not an Add");
    const bytes = encodeMessage({
      version: "mls10",
      wireformat: "mls_key_package",
      keyPackage: proposal.add.keyPackage,
    });
    await expect(alice.engine.inspectKeyPackage(bytes, NOW_MS)).rejects.toMatchObject({ code: "invalid" });
    await expect(alice.engine.commit(alice.group, intent({ add: [bytes] }), NOW_MS)).rejects.toMatchObject({
      code: "invalid",
    });
  });

  test("too long a lifetime", async () => {
    const [alice] = await trio();
    const device = await makeDevice(provider);
    const proposal = await add(device, {}, { lifetime: { notBefore: 0n, notAfter: 1n << 62n } });
    if (proposal.proposalType !== "add") throw new Error("not an Add");
    const bytes = encodeMessage({
      version: "mls10",
      wireformat: "mls_key_package",
      keyPackage: proposal.add.keyPackage,
    });
    await expect(alice.engine.inspectKeyPackage(bytes, NOW_MS)).rejects.toMatchObject({ code: "invalid" });
  });
});

const reinit: Proposal = {
  proposalType: "reinit",
  reinit: {
    groupId: new Uint8Array(16),
    version: "mls10",
    cipherSuite: "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519",
    extensions: [],
  },
};

function remove(removed: number): Proposal {
  return { proposalType: "remove", remove: { removed } };
}

function externalPsk(): Proposal {
  const [pskId, pskNonce] = [provider.random(32), provider.random(32)];
  return { proposalType: "psk", psk: { preSharedKeyId: { psktype: "external", pskId, pskNonce } } };
}

function resumption(
  peer: Peer,
  usage: "branch" | "application",
  nonceBytes = 32,
  epochOffset = 0n,
): Proposal {
  const { groupId, epoch } = stateOfPeer(peer).current.context;
  const preSharedKeyId = {
    psktype: "resumption",
    usage,
    pskGroupId: groupId,
    pskEpoch: epoch + epochOffset,
    pskNonce: provider.random(nonceBytes),
  } as const;
  return { proposalType: "psk", psk: { preSharedKeyId } };
}

/** An Add of a properly signed package with some fields replaced before signing; `signature` is replaced afterwards. */
async function add(
  device: DeviceIdentity,
  changes: Partial<KeyPackage> = {},
  leafChanges: Partial<KeyPackage["leafNode"]> = {},
): Promise<Proposal> {
  const { impl } = insiderContext.suite(1);
  const { publicPackage } = await generateKeyPackage(insiderContext, device, 1, NOW_MS, 1);
  const leaf = { ...publicPackage.leafNode, ...leafChanges } as KeyPackage["leafNode"];
  const leafNode = await signLeafNodeKeyPackage(leaf, device.leafPrivateKey, impl.signature);
  const signed = await signKeyPackage(
    { ...publicPackage, ...changes, leafNode },
    device.leafPrivateKey,
    impl.signature,
  );
  return {
    proposalType: "add",
    add: { keyPackage: changes.signature ? { ...signed, signature: changes.signature } : signed },
  };
}

/** A device that claims an account whose key did not sign for it. */
async function impostor(): Promise<DeviceIdentity> {
  const device = await makeDevice(provider);
  return { ...device, credential: { ...device.credential, account: makeAccount(provider).account } };
}

/** Another leaf key for the same device id, signed by an account key of its own choice. */
async function secondKey({ credential }: DeviceIdentity): Promise<DeviceIdentity> {
  const owner = makeAccount(provider);
  const leafPrivateKey = provider.random(32);
  const leafPublicKey = provider.ed25519PublicKey(leafPrivateKey);
  const claim = { ...credential, accountKey: owner.key.publicKey };
  return {
    credential: await issueCredential(provider, claim, leafPublicKey, owner.key.privateKey),
    leafPrivateKey,
    leafPublicKey,
  };
}

function treeKeys(peer: Peer): Uint8Array[] {
  return stateOfPeer(peer).current.tree.flatMap((node) =>
    node === undefined
      ? []
      : [node.nodeType === "leaf" ? node.leaf.hpkePublicKey : node.parent.hpkePublicKey],
  );
}
