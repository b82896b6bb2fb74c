/** What a joiner refuses of an adder who does not keep the rules. */
import type { GroupId } from "@sotto/protocol";
import { idOf, utf8 } from "@sotto/protocol";
import type { GroupContext } from "ts-mls/groupContext.js";
import type { GroupInfo } from "ts-mls/groupInfo.js";
import type { RatchetTree } from "ts-mls/ratchetTree.js";
import { decodeRatchetTree, encodeRatchetTree } from "ts-mls/ratchetTree.js";
import type { Welcome } from "ts-mls/welcome.js";
import { describe, expect, test } from "vitest";
import { createNobleProvider } from "../provider/noble.ts";
import { seededRandom } from "../provider/seeded.ts";
import { makeAccount, makeDevice } from "../testing/devices.ts";
import type { ForgedWelcome } from "../testing/forgedWelcome.ts";
import { forgeWelcome } from "../testing/forgedWelcome.ts";
import { insiderContext, stateOfPeer } from "../testing/insider.ts";
import type { Peer } from "../testing/peer.ts";
import { bundleFor, createPeer, intent, NOW_MS } from "../testing/peer.ts";
import { createMlsEngine } from "./tsMls.ts";
import { decodeMessage, encodeMessage } from "./tsMlsCodec.ts";
import { prepareCommit } from "./tsMlsCommit.ts";
import { ALL_GUARDS } from "./tsMlsGuards.ts";
import type { EpochState, GroupState } from "./tsMlsState.ts";

const provider = createNobleProvider(seededRandom("join"));
const engine = createMlsEngine(provider);

/** The Welcome that alice makes from a state of her own making, and how bob's joining ends. */
async function joinAfter(change: (state: GroupState) => GroupState, welcome = (bytes: Uint8Array) => bytes) {
  const alice = await createPeer(engine, await makeDevice(provider), 1, idOf<GroupId>(provider.random(16)));
  const bob = await makeDevice(provider);
  const bundle = await bundleFor(engine, bob, 1);
  const state = change(stateOfPeer(alice));
  if (state.keys === undefined) throw new Error("not a member");
  const add = intent({ add: [bundle.publicBytes] });
  const commit = await prepareCommit(insiderContext, state, state.keys, add, NOW_MS);
  return engine.join(welcome(commit.welcome ?? new Uint8Array()), [bundle], bob);
}

const withContext = (changes: Partial<GroupContext>) => (state: GroupState) => ({
  ...state,
  current: { ...state.current, context: { ...state.current.context, ...changes } },
});
const withLeaf = (change: (epoch: EpochState) => EpochState) => (state: GroupState) => ({
  ...state,
  current: change(state.current),
});

test("an honest adder", async () => {
  await expect(joinAfter((state) => state)).resolves.toBeDefined();
});

test.each<readonly [string, (state: GroupState) => GroupState]>([
  ["an epoch beyond what numbers hold", withContext({ epoch: 2n ** 60n })],
  ["a group id of another size", withContext({ groupId: new Uint8Array(17) })],
  [
    "extensions of the group context",
    withContext({ extensions: [{ extensionType: 0xf001, extensionData: new Uint8Array(1) }] }),
  ],
  [
    "a cipher suite that the key package does not have",
    withContext({ cipherSuite: "MLS_256_XWING_AES256GCM_SHA512_Ed25519" }),
  ],
  [
    "an adder whose credential is forged",
    withLeaf((epoch) => ({
      ...epoch,
      tree: epoch.tree.map((node) =>
        node?.nodeType === "leaf"
          ? {
              ...node,
              leaf: {
                ...node.leaf,
                credential: { credentialType: "basic", identity: makeAccount(provider).key.publicKey },
              },
            }
          : node,
      ),
      members: [],
    })),
  ],
])("refused: %s", async (_name, change) => {
  await expect(joinAfter(change)).rejects.toMatchObject({ name: "MlsInputError" });
});

test("refused: a Welcome that names another cipher suite than its package", async () => {
  const relabel = (bytes: Uint8Array): Uint8Array => {
    const message = decodeMessage(bytes, ALL_GUARDS);
    if (message.wireformat !== "mls_welcome") throw new Error("not a Welcome");
    const welcome: Welcome = { ...message.welcome, cipherSuite: "MLS_256_XWING_AES256GCM_SHA512_Ed25519" };
    return encodeMessage({ ...message, welcome });
  };
  await expect(joinAfter((state) => state, relabel)).rejects.toMatchObject({ code: "unsupported" });
});

test("refused: a bundle of a device that has renewed its leaf key", async () => {
  const alice = await createPeer(engine, await makeDevice(provider), 1, idOf<GroupId>(provider.random(16)));
  const owner = makeAccount(provider);
  const [old, renewed] = [await makeDevice(provider, owner), await makeDevice(provider, owner)];
  const bundle = await bundleFor(engine, old, 1);
  const { welcome } = await engine.commit(alice.group, intent({ add: [bundle.publicBytes] }), NOW_MS);
  const device = { ...renewed, credential: old.credential };
  await expect(engine.join(welcome ?? new Uint8Array(), [bundle], device)).rejects.toMatchObject({
    code: "invalid",
  });
});

describe("what an adder makes of an honest Welcome", () => {
  const EXTERNAL = { psktype: "external", pskId: utf8("agreed"), pskNonce: new Uint8Array(32) } as const;
  const REINIT = {
    psktype: "resumption",
    usage: "reinit",
    pskGroupId: new Uint8Array(16),
    pskEpoch: 0n,
    pskNonce: new Uint8Array(32),
  } as const;
  const join = async (forged: (alice: Peer) => ForgedWelcome) => {
    const alice = await createPeer(engine, await makeDevice(provider), 1, idOf<GroupId>(provider.random(16)));
    const bob = await makeDevice(provider);
    const bundle = await bundleFor(engine, bob, 1);
    const { welcome } = await engine.commit(alice.group, intent({ add: [bundle.publicBytes] }), NOW_MS);
    return engine.join(await forgeWelcome(1, welcome, bundle, forged(alice)), [bundle], bob);
  };
  const treeOf = (info: GroupInfo, change: (tree: RatchetTree) => RatchetTree): GroupInfo => ({
    ...info,
    extensions: info.extensions.map((extension) =>
      extension.extensionType === "ratchet_tree"
        ? {
            ...extension,
            extensionData: encodeRatchetTree(
              change(decodeRatchetTree(extension.extensionData, 0)?.[0] ?? []),
            ),
          }
        : extension,
    ),
  });
  const signed =
    (info: (info: GroupInfo) => GroupInfo) =>
    ({ device }: Peer): ForgedWelcome => ({ info, signAs: device.leafPrivateKey });

  test("unchanged", async () => {
    await expect(join(() => ({}))).resolves.toBeDefined();
    await expect(join(signed((info) => info))).resolves.toBeDefined();
  });

  test.each<readonly [string, (alice: Peer) => ForgedWelcome, string]>([
    [
      "another's signature",
      () => ({ info: (info) => info, signAs: new Uint8Array(32) }),
      "group info signature",
    ],
    ["a signer who is no member", signed((info) => ({ ...info, signer: 5 })), "the signer is no member"],
    ["another tag", signed((info) => ({ ...info, confirmationTag: new Uint8Array(32) })), "confirmation tag"],
    [
      "another epoch's context",
      signed((info) => ({ ...info, groupContext: { ...info.groupContext, epoch: 9n } })),
      "confirmation tag",
    ],
    ["no tree", signed((info) => ({ ...info, extensions: [] })), "no ratchet tree"],
    [
      "a tree with bytes behind it",
      signed((info) => ({
        ...info,
        extensions: info.extensions.map((extension) => ({
          ...extension,
          extensionData: Uint8Array.of(...extension.extensionData, 0),
        })),
      })),
      "no ratchet tree",
    ],
    [
      "an extension that occurs twice",
      signed((info) => ({ ...info, extensions: [...info.extensions, ...info.extensions] })),
      "an extension occurs twice",
    ],
    ["a tree without the joiner", signed((info) => treeOf(info, (tree) => tree.slice(0, 1))), "tree hash"],
    [
      "another tree than the context's",
      signed((info) => treeOf(info, (tree) => tree.with(1, undefined))),
      "tree hash",
    ],
    [
      "a pre-shared key that the joiner does not hold",
      () => ({ secrets: (secrets) => ({ ...secrets, psks: [EXTERNAL] }) }),
      "a pre-shared key is missing",
    ],
    [
      "a group made from another one",
      () => ({ secrets: (secrets) => ({ ...secrets, psks: [REINIT] }) }),
      "a group made from another one",
    ],
  ])("refused: %s", async (_name, forged, message) => {
    await expect(join(forged)).rejects.toMatchObject({ name: "MlsInputError", code: "invalid", message });
  });
});
