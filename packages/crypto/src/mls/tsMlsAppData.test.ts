/** MLS-24 against members, adders and joiners who do not keep it. What honest devices do with app data is in contract/appData.contract.ts. */
import type { GroupId } from "@sotto/protocol";
import { idOf, MAX_APP_DATA_BYTES, utf8 } from "@sotto/protocol";
import type { ClientState } from "ts-mls/clientState.js";
import { createCommit } from "ts-mls/createCommit.js";
import type { Extension } from "ts-mls/extension.js";
import { signFramedContentTBS, toTbs } from "ts-mls/framedContent.js";
import { signGroupInfo } from "ts-mls/groupInfo.js";
import type { LeafNode } from "ts-mls/leafNode.js";
import { signLeafNodeKeyPackage } from "ts-mls/leafNode.js";
import { signKeyPackage } from "ts-mls/keyPackage.js";
import { processPrivateMessage } from "ts-mls/processMessages.js";
import type { Proposal } from "ts-mls/proposal.js";
import { emptyPskIndex } from "ts-mls/pskIndex.js";
import { describe, expect, test } from "vitest";
import { createNobleProvider } from "../provider/noble.ts";
import { seededRandom } from "../provider/seeded.ts";
import { makeDevice } from "../testing/devices.ts";
import { forgeWelcome } from "../testing/forgedWelcome.ts";
import type { ForgedCommit } from "../testing/insider.ts";
import { forgeCommit, insiderContext, stateOfPeer } from "../testing/insider.ts";
import { librarySecretTree } from "../testing/librarySecrets.ts";
import type { ForgedExternal } from "../testing/outsider.ts";
import { forgeExternal } from "../testing/outsider.ts";
import type { Peer } from "../testing/peer.ts";
import { addPeer, bundleFor, commitAll, createPeer, intent, NOW_MS, receive } from "../testing/peer.ts";
import type { DeviceIdentity } from "./port.ts";
import { createMlsEngine } from "./tsMls.ts";
import { APP_DATA_EXTENSION, extensionsWith } from "./tsMlsAppData.ts";
import { decodeMessage, encodeMessage } from "./tsMlsCodec.ts";
import { prepareCommit } from "./tsMlsCommit.ts";
import { createContext } from "./tsMlsContext.ts";
import { ALL_GUARDS } from "./tsMlsGuards.ts";
import { PRIVATE, sealHandshake } from "./tsMlsHandshake.ts";
import { generateKeyPackage, JOINER_INFO_EXTENSION } from "./tsMlsKeyPackage.ts";
import { processHandshake } from "./tsMlsProcess.ts";
import { clientStateOf } from "./tsMlsState.ts";

const provider = createNobleProvider(seededRandom("app data"));
const engine = createMlsEngine(provider);
const NONE = new Uint8Array();
const APP_DATA = utf8("app data");
const TOO_LARGE: Extension = {
  extensionType: APP_DATA_EXTENSION,
  extensionData: new Uint8Array(MAX_APP_DATA_BYTES + 1),
};
/** One that all leaves support. */
const OTHER: Extension = { extensionType: JOINER_INFO_EXTENSION, extensionData: NONE };
const [GOOD] = extensionsWith(utf8("other app data"));

const founder = async (appData?: Uint8Array): Promise<Peer> =>
  createPeer(engine, await makeDevice(provider), 1, idOf<GroupId>(provider.random(16)), appData);

/** Alice, who is the insider, bob and carol. */
async function trio(appData?: Uint8Array): Promise<[Peer, Peer, Peer]> {
  const alice = await founder(appData);
  const bob = await addPeer([alice], await makeDevice(provider));
  return [alice, bob, await addPeer([alice, bob], await makeDevice(provider))];
}

const replace = (...extensions: Extension[]): Proposal => ({
  proposalType: "group_context_extensions",
  groupContextExtensions: { extensions },
});

const incapable = (leaf: LeafNode): LeafNode => ({
  ...leaf,
  capabilities: { ...leaf.capabilities, extensions: [JOINER_INFO_EXTENSION] },
});

/** A key package, right but for its leaf's capabilities. */
async function incapablePackage(device: DeviceIdentity) {
  const { impl } = insiderContext.suite(1);
  const { publicPackage } = await generateKeyPackage(insiderContext, device, 1, NOW_MS, 1);
  const { leafNode } = publicPackage;
  if (leafNode.leafNodeSource !== "key_package") throw new Error("a leaf of a key package");
  const { capabilities } = incapable(leafNode);
  const signed = await signLeafNodeKeyPackage(
    { ...leafNode, capabilities },
    device.leafPrivateKey,
    impl.signature,
  );
  const { signature: _, ...unsigned } = { ...publicPackage, leafNode: signed };
  return signKeyPackage(unsigned, device.leafPrivateKey, impl.signature);
}

describe("MLS-24: a member's commit that all others refuse alike", () => {
  test.each<readonly [string, ForgedCommit, string]>([
    ["two of them", { claimed: [replace(GOOD), replace(GOOD)] }, "several GroupContextExtensions"],
    ["another extension", { proposals: [replace(OTHER)] }, "group context extensions"],
    ["another one beside", { proposals: [replace(GOOD, OTHER)] }, "group context extensions"],
    ["app data twice", { proposals: [replace(GOOD, GOOD)] }, "group context extensions"],
    ["more than 16 KiB", { proposals: [replace(TOO_LARGE)] }, "app data is too large"],
    ["no app data any more", { claimed: [replace()] }, "commit drops the app data"],
    [
      "an epoch that keeps the app data which it replaces",
      { claimed: [replace(GOOD)], context: (context) => ({ ...context, extensions: [GOOD] }) },
      "confirmation tag",
    ],
    ["a path that takes back the support", { leaf: incapable }, "leaf lacks a required capability"],
    [
      "secrets encrypted under the context before",
      {
        proposals: [replace(GOOD)],
        context: (context) => ({ ...context, extensions: extensionsWith(APP_DATA) }),
      },
      "undecided",
    ],
  ])("%s", async (_name, forged, reason) => {
    const [alice, bob, carol] = await trio(APP_DATA);
    const handshake = await forgeCommit(alice, forged);
    for (const peer of [bob, carol]) {
      const outcome = await receive(peer, handshake);
      expect("reason" in outcome && (outcome.kind === "refused" ? outcome.reason : outcome.kind)).toBe(
        reason,
      );
      expect(peer.group.appData).toEqual(APP_DATA);
    }
    await commitAll(bob, [carol], { appData: utf8("on") });
  });

  test("any of it in a group that was created without", async () => {
    const [alice, bob, carol] = await trio();
    for (const extensions of [[GOOD], [OTHER], []]) {
      const handshake = await forgeCommit(alice, { proposals: [replace(...extensions)] });
      for (const peer of [bob, carol])
        expect(await peer.engine.process(peer.group, handshake, { authenticatedData: NONE })).toMatchObject({
          kind: "refused",
          reason: "GroupContextExtensions in a group without app data",
        });
    }
  });

  test("what is refused above is the change: it is taken without", async () => {
    const [alice, bob, carol] = await trio(APP_DATA);
    const handshake = await forgeCommit(alice, { proposals: [replace(GOOD)] });
    for (const peer of [bob, carol])
      expect(await receive(peer, handshake)).toMatchObject({
        kind: "applied",
        group: { appData: GOOD.extensionData },
      });
  });
});

describe("MLS-24: an external commit", () => {
  test.each<readonly [string, ForgedExternal, string]>([
    ["with app data of its own", { proposals: [replace(GOOD)] }, "GroupContextExtensions from outside"],
    [
      "with the same as before",
      { proposals: [replace(...extensionsWith(APP_DATA))] },
      "GroupContextExtensions from outside",
    ],
    ["by a leaf without support", { leaf: incapable }, "leaf lacks a required capability"],
    ["unchanged", {}, "applied"],
  ])("%s", async (_name, forged, reason) => {
    const [alice, bob] = await trio(APP_DATA);
    const groupInfo = await bob.engine.groupInfo(bob.group, NONE);
    const handshake = await forgeExternal(groupInfo, await makeDevice(provider), forged);
    for (const peer of [alice, bob]) {
      const outcome = await receive(peer, handshake);
      expect("reason" in outcome ? outcome.reason : outcome.kind).toBe(reason);
    }
  });

  /** Who signs a group info may say in it what it likes; members then find the joiner's signature to be over another context. */
  test.each<readonly [string, readonly Extension[], boolean]>([
    ["other app data", [GOOD], true],
    ["none", [], true],
    ["too much", [TOO_LARGE], false],
    ["another extension", [OTHER], false],
    ["two", [GOOD, OTHER], false],
  ])(
    "made from a group info whose context has %s: no member enters it",
    async (_name, extensions, readable) => {
      const [alice, bob] = await trio(APP_DATA);
      const message = decodeMessage(await alice.engine.groupInfo(alice.group, NONE), ALL_GUARDS);
      if (message.wireformat !== "mls_group_info") throw new Error("not a group info");
      const { groupInfo } = message;
      const altered = {
        ...groupInfo,
        groupContext: { ...groupInfo.groupContext, extensions: [...extensions] },
      };
      const { impl } = insiderContext.suite(1);
      const unsigned = encodeMessage({ ...message, groupInfo: altered });
      await expect(engine.inspectGroupInfo(unsigned)).rejects.toMatchObject({ code: "invalid" });
      const signed = await signGroupInfo(altered, alice.device.leafPrivateKey, impl.signature);
      const bytes = encodeMessage({ ...message, groupInfo: signed });
      const joining = engine.joinExternal(
        bytes,
        await makeDevice(provider),
        { authenticatedData: NONE },
        NOW_MS,
      );
      if (!readable) return expect(joining).rejects.toMatchObject({ code: "invalid" });
      const { handshake } = await joining;
      for (const peer of [alice, bob])
        expect(await receive(peer, handshake)).toMatchObject({ kind: "refused" });
    },
  );
});

describe("MLS-24: a Welcome", () => {
  test.each<readonly [string, Uint8Array | undefined, readonly Extension[], string]>([
    ["other app data than the epoch's", APP_DATA, [GOOD], "confirmation tag"],
    ["none in a group that has some", APP_DATA, [], "confirmation tag"],
    ["some in a group that has none", undefined, [GOOD], "confirmation tag"],
    ["too much", APP_DATA, [TOO_LARGE], "app data is too large"],
    ["another extension", APP_DATA, [OTHER], "group context extensions"],
    ["two", APP_DATA, [GOOD, OTHER], "group context extensions"],
  ])("%s: not joined", async (_name, appData, extensions, message) => {
    const alice = await founder(appData);
    const bob = await makeDevice(provider);
    const bundle = await bundleFor(engine, bob, 1);
    const { welcome } = await engine.commit(alice.group, intent({ add: [bundle.publicBytes] }), NOW_MS);
    const forged = await forgeWelcome(1, welcome, bundle, {
      info: (info) => ({ ...info, groupContext: { ...info.groupContext, extensions: [...extensions] } }),
      signAs: alice.device.leafPrivateKey,
    });
    await expect(engine.join(forged, [bundle], bob)).rejects.toMatchObject({ code: "invalid", message });
  });

  test("to a tree with a leaf that does not support app data: not joined", async () => {
    const alice = await founder(APP_DATA);
    const bob = await makeDevice(provider);
    const bundle = await bundleFor(engine, bob, 1);
    const state = stateOfPeer(alice);
    if (state.keys === undefined) throw new Error("not a member");
    const tree = state.current.tree.map((node) =>
      node?.nodeType === "leaf" ? { ...node, leaf: incapable(node.leaf) } : node,
    );
    const before = { ...state, current: { ...state.current, tree } };
    const add = intent({ add: [bundle.publicBytes] });
    const { welcome } = await prepareCommit(insiderContext, before, state.keys, add, NOW_MS);
    await expect(engine.join(welcome ?? NONE, [bundle], bob)).rejects.toMatchObject({
      code: "invalid",
      message: "leaf lacks a required capability",
    });
  });
});

describe("MLS-24: a key package without support", () => {
  test("is added by nobody, and let in by nobody", async () => {
    const [alice, bob] = await trio(APP_DATA);
    const keyPackage = await incapablePackage(await makeDevice(provider));
    const bytes = encodeMessage({ version: "mls10", wireformat: "mls_key_package", keyPackage });
    await expect(engine.inspectKeyPackage(bytes, NOW_MS)).rejects.toMatchObject({ code: "invalid" });
    const commit = engine.commit(alice.group, intent({ add: [bytes] }), NOW_MS);
    await expect(commit).rejects.toMatchObject({ code: "invalid" });
    const add: Proposal = { proposalType: "add", add: { keyPackage } };
    expect(await receive(bob, await forgeCommit(alice, { claimed: [add] }))).toMatchObject({
      kind: "refused",
      reason: "leaf lacks a required capability",
    });
  });
});

describe("RFC 9420 §12.1.7 alone: a leaf of the new tree without support", () => {
  const rfc = createContext(provider, ALL_GUARDS, "rfc");
  const judge = async (peer: Peer, handshake: Uint8Array): Promise<string> => {
    const state = stateOfPeer(peer);
    if (state.keys === undefined) throw new Error("not a member");
    const outcome = await processHandshake(rfc, state, state.keys, handshake, { authenticatedData: NONE });
    return outcome.kind === "refused" ? outcome.reason : outcome.kind;
  };

  test("the committer's, by its path", async () => {
    const [alice, bob] = await trio(APP_DATA);
    expect(await judge(bob, await forgeCommit(alice, { leaf: incapable }))).toBe(
      "group context extension is not supported",
    );
  });

  test("the joiner's, by an external commit", async () => {
    const [, bob] = await trio(APP_DATA);
    const groupInfo = await bob.engine.groupInfo(bob.group, NONE);
    const handshake = await forgeExternal(groupInfo, await makeDevice(provider), { leaf: incapable });
    expect(await judge(bob, handshake)).toBe("group context extension is not supported");
  });
});

test("MLS-24: a standalone proposal is refused, and no commit can refer to it", async () => {
  const [alice, bob] = await trio(APP_DATA);
  const state = stateOfPeer(alice);
  if (state.keys === undefined) throw new Error("not a member");
  const { impl } = insiderContext.suite(1);
  const content = {
    groupId: state.current.context.groupId,
    epoch: state.current.context.epoch,
    sender: { senderType: "member", leafIndex: state.ownLeaf },
    authenticatedData: NONE,
    contentType: "proposal",
    proposal: replace(GOOD),
  } as const;
  const tbs = toTbs(content, PRIVATE, state.current.context);
  const signature = await signFramedContentTBS(alice.device.leafPrivateKey, tbs, impl.signature);
  const signed = { ...content, auth: { contentType: "proposal", signature } } as const;
  const { handshake } = await sealHandshake(insiderContext, state, signed, NONE);
  expect(await receive(bob, handshake)).toMatchObject({
    kind: "refused",
    reason: "a standalone proposal other than to leave",
  });
});

describe("the library as the other side", () => {
  const bareStateOf = (peer: Peer): ClientState => {
    const state = stateOfPeer(peer);
    if (state.keys === undefined) throw new Error("not a member");
    const { primitives } = insiderContext.suite(1);
    const secretTree = librarySecretTree(primitives, state.current.ratchets);
    return { ...clientStateOf(state, state.keys, insiderContext), secretTree };
  };
  const processBare = async (peer: Peer, handshake: Uint8Array): Promise<Uint8Array> => {
    const { impl } = insiderContext.suite(1);
    const message = decodeMessage(handshake, ALL_GUARDS);
    if (message.wireformat !== "mls_private_message") throw new Error("no commit");
    const state = bareStateOf(peer);
    const { newState } = await processPrivateMessage(state, message.privateMessage, emptyPskIndex, impl);
    expect(newState.groupContext.extensions).toEqual([GOOD]);
    return newState.keySchedule.epochAuthenticator;
  };

  test("a bare member enters the epoch of our commit, with an Add and a Remove beside", async () => {
    const [alice, bob, carol] = await trio(APP_DATA);
    const { publicBytes } = await bundleFor(engine, await makeDevice(provider), 1);
    const remove = [carol.group.ownLeaf];
    const changes = intent({ add: [publicBytes], remove, appData: GOOD.extensionData });
    const commit = await engine.commit(alice.group, changes, NOW_MS);
    const { group } = await engine.adopt(alice.group, commit.pending);
    expect(await processBare(bob, commit.handshake)).toEqual(engine.epochAuthenticator(group));
  });

  test("MLS defect 3: its own commit of a Remove beside is one that nobody can read", async () => {
    const [alice, bob, carol] = await trio(APP_DATA);
    const { impl } = insiderContext.suite(1);
    const proposals: Proposal[] = [
      { proposalType: "remove", remove: { removed: carol.group.ownLeaf } },
      replace(GOOD),
    ];
    const state = bareStateOf(alice);
    const { commit } = await createCommit({ state, cipherSuite: impl }, { extraProposals: proposals });
    if (commit.wireformat !== "mls_private_message") throw new Error("no commit");
    expect(await receive(bob, encodeMessage({ ...commit, version: "mls10" }))).toMatchObject({
      kind: "undecided",
    });
  });
});
