/**
 * What a member can make others work on, and what they would take only where the stack is deep enough: refused by all, at once. Without
 * these bounds 400 proposals of the epoch's own pre-shared key took seconds, and time grew with their square; a leaf with some ten
 * thousand capabilities could be taken on one platform and not on another.
 */
import type { GroupId } from "@sotto/protocol";
import { idOf, utf8 } from "@sotto/protocol";
import { signGroupInfo } from "ts-mls/groupInfo.js";
import type { KeyPackage } from "ts-mls/keyPackage.js";
import { signKeyPackage } from "ts-mls/keyPackage.js";
import type { LeafNode } from "ts-mls/leafNode.js";
import { signLeafNodeKeyPackage } from "ts-mls/leafNode.js";
import type { Proposal } from "ts-mls/proposal.js";
import { encodeRatchetTree } from "ts-mls/ratchetTree.js";
import { describe, expect, test } from "vitest";
import { createNobleProvider } from "../provider/noble.ts";
import { seededRandom } from "../provider/seeded.ts";
import { makeDevice } from "../testing/devices.ts";
import { forgeCommit, insiderContext, stateOfPeer } from "../testing/insider.ts";
import type { Peer } from "../testing/peer.ts";
import { addPeer, commitAll, createPeer, NOW_MS, receive } from "../testing/peer.ts";
import { createMlsEngine } from "./tsMls.ts";
import { decodeMessage, encodeMessage } from "./tsMlsCodec.ts";
import { ALL_GUARDS } from "./tsMlsGuards.ts";
import { generateKeyPackage } from "./tsMlsKeyPackage.ts";

const provider = createNobleProvider(seededRandom("bounds"));
const NONE = new Uint8Array();

async function trio(): Promise<[Peer, Peer, Peer]> {
  const id = idOf<GroupId>(provider.random(16));
  const alice = await createPeer(createMlsEngine(provider), await makeDevice(provider), 1, id);
  const bob = await addPeer([alice], await makeDevice(provider));
  return [alice, bob, await addPeer([alice, bob], await makeDevice(provider))];
}

/** Refused by bob and carol for this reason, and their group goes on. */
async function isRefused([, bob, carol]: readonly Peer[], commit: Uint8Array, reason: string): Promise<void> {
  for (const peer of [bob, carol] as [Peer, Peer])
    expect(await receive(peer, commit, NONE, [KNOWN])).toMatchObject({ kind: "refused", reason });
  await commitAll(bob as Peer, [carol as Peer]);
}

const KNOWN = { id: utf8("agreed"), secret: utf8("a secret of thirty-two bytes ....") };
const numbers = Array.from({ length: 300 }, (_, i) => 0xf100 + i);

const LEAVES: readonly (readonly [
  string,
  string,
  (leaf: LeafNode) => Pick<LeafNode, "capabilities" | "extensions">,
])[] = [
  [
    "extension types",
    "too many capabilities",
    ({ capabilities, extensions }) => ({
      extensions,
      capabilities: { ...capabilities, extensions: numbers },
    }),
  ],
  [
    "proposal types",
    "too many capabilities",
    ({ capabilities, extensions }) => ({ extensions, capabilities: { ...capabilities, proposals: numbers } }),
  ],
  [
    "one suite again and again",
    "too many capabilities",
    ({ capabilities, extensions }) => ({
      extensions,
      capabilities: { ...capabilities, ciphersuites: numbers.flatMap(() => capabilities.ciphersuites) },
    }),
  ],
  [
    "extensions",
    "too many extensions",
    ({ capabilities }) => ({
      capabilities: { ...capabilities, extensions: [0xf100] },
      extensions: numbers.map(() => ({ extensionType: 0xf100, extensionData: NONE })),
    }),
  ],
  [
    "bytes of an extension",
    "too many extensions",
    ({ capabilities }) => ({
      capabilities: { ...capabilities, extensions: [0xf100] },
      extensions: [{ extensionType: 0xf100, extensionData: new Uint8Array(5000) }],
    }),
  ],
];

describe("a leaf with too many", () => {
  test("even to be read: by everyone alike, so that nobody's ratchet moves", async () => {
    const peers = await trio();
    const extensions = Array.from({ length: 1025 }, (_, i) => i);
    const commit = await forgeCommit(peers[0], {
      leaf: (leaf) => ({ ...leaf, capabilities: { ...leaf.capabilities, extensions } }),
    });
    await isRefused(peers, commit, "malformed");
  });

  test.each(LEAVES)("%s: of a committer", async (_name, reason, change) => {
    const peers = await trio();
    const commit = await forgeCommit(peers[0], { leaf: (leaf) => ({ ...leaf, ...change(leaf) }) });
    await isRefused(peers, commit, reason);
  });

  test.each(LEAVES)("%s: of a key package", async (_name, reason, change) => {
    const peers = await trio();
    const keyPackage = await packageWith(change);
    const commit = await forgeCommit(peers[0], { proposals: [{ proposalType: "add", add: { keyPackage } }] });
    await isRefused(peers, commit, reason);
    const bytes = encodeMessage({ version: "mls10", wireformat: "mls_key_package", keyPackage });
    await expect(peers[1].engine.inspectKeyPackage(bytes, NOW_MS)).rejects.toMatchObject({ code: "invalid" });
  });
});

test("a tree with too many blank leaves: nobody joins it", async () => {
  const [alice, bob] = await trio();
  const { impl } = insiderContext.suite(1);
  const message = decodeMessage(await alice.engine.groupInfo(alice.group, NONE), ALL_GUARDS);
  if (message.wireformat !== "mls_group_info") throw new Error("not a group info");
  const { tree } = stateOfPeer(alice).current;
  const wide = [tree[0], ...Array.from({ length: 1023 }, () => undefined), tree[4]];
  const extensions = message.groupInfo.extensions.map((extension) =>
    extension.extensionType === "ratchet_tree"
      ? { ...extension, extensionData: encodeRatchetTree(wide) }
      : extension,
  );
  const forged = { ...message.groupInfo, extensions };
  const groupInfo = await signGroupInfo(forged, alice.device.leafPrivateKey, impl.signature);
  const bytes = encodeMessage({ version: "mls10", wireformat: "mls_group_info", groupInfo });
  await expect(bob.engine.inspectGroupInfo(bytes)).rejects.toThrow("a tree wider than its members make it");
});

async function packageWith(
  change: (leaf: LeafNode) => Pick<LeafNode, "capabilities" | "extensions">,
): Promise<KeyPackage> {
  const { impl } = insiderContext.suite(1);
  const device = await makeDevice(provider);
  const { publicPackage } = await generateKeyPackage(insiderContext, device, 1, NOW_MS, 1);
  const leafNode = await signLeafNodeKeyPackage(
    { ...publicPackage.leafNode, ...change(publicPackage.leafNode) },
    device.leafPrivateKey,
    impl.signature,
  );
  return signKeyPackage({ ...publicPackage, leafNode }, device.leafPrivateKey, impl.signature);
}

describe("a commit with too many", () => {
  const external = (): Proposal => ({
    proposalType: "psk",
    psk: { preSharedKeyId: { psktype: "external", pskId: KNOWN.id, pskNonce: provider.random(32) } },
  });
  const own = (peer: Peer): Proposal => {
    const { groupId: pskGroupId, epoch: pskEpoch } = stateOfPeer(peer).current.context;
    const pskNonce = provider.random(32);
    const key = { psktype: "resumption", usage: "application", pskGroupId, pskEpoch, pskNonce } as const;
    return { proposalType: "psk", psk: { preSharedKeyId: key } };
  };

  test.each<readonly [string, (peer: Peer) => readonly Proposal[]]>([
    ["the epoch's own", (peer) => [own(peer), own(peer)]],
    ["an agreed one", () => [external(), external()]],
  ])("pre-shared keys: %s twice", async (_name, make) => {
    const peers = await trio();
    const commit = await forgeCommit(peers[0], { proposals: make(peers[0]), psk: KNOWN.secret });
    await isRefused(peers, commit, "a pre-shared key occurs twice");
  });

  test("each once is fine", async () => {
    const [alice, bob, carol] = await trio();
    const commit = await forgeCommit(alice, { proposals: [own(alice), external()], psk: KNOWN.secret });
    for (const peer of [bob, carol])
      expect(await receive(peer, commit, NONE, [KNOWN])).toMatchObject({ kind: "applied" });
  });

  test("proposals", async () => {
    const peers = await trio();
    const claimed = Array.from({ length: 600 }, (_, removed): Proposal => ({
      proposalType: "remove",
      remove: { removed },
    }));
    await isRefused(peers, await forgeCommit(peers[0], { claimed }), "too many proposals");
  });

  test("nodes of its path: they are counted before their keys are looked at", async () => {
    const peers = await trio();
    const unusable = { hpkePublicKey: NONE, encryptedPathSecret: [] };
    const path = <P extends object>(made: P) => ({ ...made, nodes: numbers.map(() => unusable) });
    await isRefused(peers, await forgeCommit(peers[0], { path }), "path does not fit the tree");
  });
});
