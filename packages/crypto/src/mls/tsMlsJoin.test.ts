/** What a joiner refuses of an adder who does not keep the rules. */
import type { GroupId } from "@sotto/protocol";
import { idOf } from "@sotto/protocol";
import type { GroupContext } from "ts-mls/groupContext.js";
import type { Welcome } from "ts-mls/welcome.js";
import { expect, test } from "vitest";
import { createNobleProvider } from "../provider/noble.ts";
import { seededRandom } from "../provider/seeded.ts";
import { makeAccount, makeDevice } from "../testing/devices.ts";
import { insiderContext, stateOfPeer } from "../testing/insider.ts";
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
