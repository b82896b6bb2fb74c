/** Group infos and external commits: defects 5 and 7 of the library, and the library as the other side. */
import type { GroupId } from "@sotto/protocol";
import { idOf, utf8 } from "@sotto/protocol";
import { makePskIndex } from "ts-mls/clientState.js";
import { createGroupInfoWithExternalPubAndRatchetTree, joinGroupExternal } from "ts-mls/createCommit.js";
import type { Extension } from "ts-mls/extension.js";
import type { GroupInfo } from "ts-mls/groupInfo.js";
import { signGroupInfo } from "ts-mls/groupInfo.js";
import { processPublicMessage } from "ts-mls/processMessages.js";
import { bytesToBase64 } from "ts-mls/util/byteArray.js";
import { describe, expect, test } from "vitest";
import { createNobleProvider } from "../provider/noble.ts";
import { seededRandom } from "../provider/seeded.ts";
import { makeAccount, makeDevice } from "../testing/devices.ts";
import { insiderContext, stateOfPeer } from "../testing/insider.ts";
import type { Peer } from "../testing/peer.ts";
import { addPeer, createPeer, NOW_MS, receive } from "../testing/peer.ts";
import type { KnownPsk, SuiteId } from "./port.ts";
import { createGuardedEngine } from "./tsMls.ts";
import { decodeMessage, encodeMessage } from "./tsMlsCodec.ts";
import type { GuardId } from "./tsMlsGuards.ts";
import { ALL_GUARDS, withoutGuards } from "./tsMlsGuards.ts";
import { generateKeyPackage } from "./tsMlsKeyPackage.ts";
import { clientStateOf } from "./tsMlsState.ts";

const provider = createNobleProvider(seededRandom("external"));
const NONE = new Uint8Array();
const PSK: KnownPsk = { id: utf8("agreed"), secret: utf8("a secret of thirty-two bytes ....") };

async function pair(suite: SuiteId, ...off: readonly GuardId[]): Promise<[Peer, Peer]> {
  const engine = createGuardedEngine(provider, withoutGuards(...off));
  const alice = await createPeer(
    engine,
    await makeDevice(provider),
    suite,
    idOf<GroupId>(provider.random(16)),
  );
  return [alice, await addPeer([alice], await makeDevice(provider))];
}

async function infoOf({ engine, group }: Peer): Promise<GroupInfo> {
  const message = decodeMessage(await engine.groupInfo(group, NONE), ALL_GUARDS);
  if (message.wireformat !== "mls_group_info") throw new Error("not a group info");
  return message.groupInfo;
}

function dataOf({ extensions }: GroupInfo, type: Extension["extensionType"]): Uint8Array {
  return extensions.find(({ extensionType }) => extensionType === type)?.extensionData ?? NONE;
}

/** The group info with some parts replaced, signed by its peer. */
async function forgeInfo(peer: Peer, change: (info: GroupInfo) => Partial<GroupInfo>): Promise<Uint8Array> {
  const info = await infoOf(peer);
  const { impl } = insiderContext.suite(peer.suite);
  const forged = { ...info, ...change(info) };
  const groupInfo = await signGroupInfo(forged, peer.device.leafPrivateKey, impl.signature);
  return encodeMessage({ version: "mls10", wireformat: "mls_group_info", groupInfo });
}

describe("MLS defect 5: the encoding of external_pub", () => {
  const keyOf = async (peer: Peer): Promise<Uint8Array> => {
    const { impl } = insiderContext.suite(peer.suite);
    const pair = await impl.hpke.deriveKeyPair(stateOfPeer(peer).keys?.schedule.externalSecret ?? NONE);
    return impl.hpke.exportPublicKey(pair.publicKey);
  };

  test("off: the key without its length, which nobody else can read", async () => {
    const [alice, bob] = await pair(1, 5);
    const key = await keyOf(alice);
    expect(dataOf(await infoOf(alice), "external_pub")).toEqual(key);
    const [guarded] = await pair(1);
    const groupInfo = await bob.engine.groupInfo(bob.group, NONE);
    await expect(guarded.engine.inspectGroupInfo(groupInfo)).rejects.toMatchObject({ code: "invalid" });
  });

  test("on: a vector with its length, in one byte or two", async () => {
    const [alice] = await pair(1);
    const key = await keyOf(alice);
    expect(dataOf(await infoOf(alice), "external_pub")).toEqual(Uint8Array.of(32, ...key));
    const [xwing] = await pair(83);
    const long = await keyOf(xwing);
    expect(long).toHaveLength(1216);
    expect(dataOf(await infoOf(xwing), "external_pub")).toEqual(Uint8Array.of(0x44, 0xc0, ...long));
  });
});

describe("MLS defect 7: pre-shared keys of external commits", () => {
  const joinWithPsk = async (...off: readonly GuardId[]) => {
    const [alice, bob] = await pair(1, ...off);
    const groupInfo = await alice.engine.groupInfo(alice.group, NONE);
    const intent = { authenticatedData: NONE, psks: [PSK] };
    const device = await makeDevice(provider);
    const { handshake } = await alice.engine.joinExternal(groupInfo, device, intent, NOW_MS);
    const withKey = await receive(alice, handshake, NONE, [PSK]);
    return [withKey.kind, (await receive(bob, handshake, NONE, [{ ...PSK, secret: null }])).kind];
  };

  test("off: an epoch that the key does not protect", async () => {
    expect(await joinWithPsk(7)).toEqual(["applied", "applied"]);
  });

  test("on: who lacks it does not enter", async () => {
    expect(await joinWithPsk()).toEqual(["applied", "undecided"]);
  });
});

describe("the library as the other side", () => {
  test.each([1, 83] as const)(
    "a bare member enters the epoch of our external commit (suite %d)",
    async (suite) => {
      const [alice, bob] = await pair(suite);
      const { impl } = insiderContext.suite(suite);
      for (const device of [await makeDevice(provider), bob.device]) {
        const groupInfo = await bob.engine.groupInfo(bob.group, NONE);
        const intent = { authenticatedData: NONE, psks: [PSK] };
        const { handshake, pending } = await bob.engine.joinExternal(groupInfo, device, intent, NOW_MS);
        const state = stateOfPeer(alice);
        const message = decodeMessage(handshake, ALL_GUARDS);
        if (state.keys === undefined || message.wireformat !== "mls_public_message")
          throw new Error("no commit");
        const client = clientStateOf(state, state.keys, insiderContext);
        const psks = makePskIndex(client, { [bytesToBase64(PSK.id)]: PSK.secret as Uint8Array });
        const entered = await processPublicMessage(client, message.publicMessage, psks, impl);
        const joined = await bob.engine.adoptExternal(pending);
        expect(entered.newState.keySchedule.epochAuthenticator).toEqual(
          bob.engine.epochAuthenticator(joined.group),
        );
      }
    },
  );

  test.each([1, 83] as const)("we enter the epoch of a bare joiner (suite %d)", async (suite) => {
    const [alice] = await pair(suite);
    const { impl } = insiderContext.suite(suite);
    const state = stateOfPeer(alice);
    if (state.keys === undefined) throw new Error("not a member");
    const client = clientStateOf(state, state.keys, insiderContext);
    // Its own group info: it reads the key of ours wrongly.
    const info = await createGroupInfoWithExternalPubAndRatchetTree(client, [], impl);
    const device = await makeDevice(provider);
    const made = await generateKeyPackage(insiderContext, device, suite, NOW_MS, 1);
    const { publicMessage, newState } = await joinGroupExternal(
      info,
      made.publicPackage,
      made.privatePackage,
      false,
      impl,
      undefined,
      insiderContext.config,
    );
    const handshake = encodeMessage({ version: "mls10", wireformat: "mls_public_message", publicMessage });
    expect(await receive(alice, handshake)).toMatchObject({ kind: "applied" });
    expect(alice.engine.epochAuthenticator(alice.group)).toEqual(newState.keySchedule.epochAuthenticator);
  });
});

describe("a group info that a member signed and that is wrong", () => {
  const withExtension = (
    info: GroupInfo,
    type: Extension["extensionType"],
    data: Uint8Array | undefined,
  ) => ({
    extensions: [
      ...info.extensions.filter(({ extensionType }) => extensionType !== type),
      ...(data === undefined ? [] : [{ extensionType: type, extensionData: data }]),
    ],
  });
  const inContext = (info: GroupInfo, change: Partial<GroupInfo["groupContext"]>) => ({
    groupContext: { ...info.groupContext, ...change },
  });
  test.each<readonly [string, (info: GroupInfo) => Partial<GroupInfo>]>([
    ["no tree", (info) => withExtension(info, "ratchet_tree", undefined)],
    ["no tree that can be read", (info) => withExtension(info, "ratchet_tree", provider.random(50))],
    [
      "a byte after the tree",
      (info) => withExtension(info, "ratchet_tree", Uint8Array.of(...dataOf(info, "ratchet_tree"), 0)),
    ],
    ["no external key", (info) => withExtension(info, "external_pub", undefined)],
    [
      "an external key that nobody can encrypt to",
      (info) => withExtension(info, "external_pub", Uint8Array.of(32, ...new Uint8Array(32))),
    ],
    [
      "an external key of a wrong size",
      (info) => withExtension(info, "external_pub", Uint8Array.of(2, 1, 1)),
    ],
    ["an extension twice", (info) => ({ extensions: [...info.extensions, ...info.extensions.slice(0, 1)] })],
    ["another tree hash", (info) => inContext(info, { treeHash: provider.random(32) })],
    ["a tree hash of a wrong size", (info) => inContext(info, { treeHash: NONE })],
    ["an epoch beyond numbers", (info) => inContext(info, { epoch: 2n ** 60n })],
    ["another group id", (info) => inContext(info, { groupId: provider.random(16) })],
    ["a group id of a wrong size", (info) => inContext(info, { groupId: provider.random(15) })],
    [
      "another extension of the group context",
      (info) => inContext(info, { extensions: [{ extensionType: 0xf001, extensionData: NONE }] }),
    ],
    ["a signer outside", () => ({ signer: 7 })],
    ["another signer", () => ({ signer: 1 })],
    ["a short confirmation tag", () => ({ confirmationTag: provider.random(16) })],
    ["a long transcript", (info) => inContext(info, { confirmedTranscriptHash: provider.random(33) })],
  ])("%s", async (_name, change) => {
    const [alice, bob] = await pair(1);
    const forged = await forgeInfo(alice, change);
    await expect(bob.engine.inspectGroupInfo(forged)).rejects.toMatchObject({ code: "invalid" });
    const join = bob.engine.joinExternal(
      forged,
      await makeDevice(provider),
      { authenticatedData: NONE },
      NOW_MS,
    );
    await expect(join).rejects.toMatchObject({ code: "invalid" });
  });

  test("unchanged it is taken: what is refused above is the change", async () => {
    const [alice, bob] = await pair(1);
    await expect(bob.engine.inspectGroupInfo(await forgeInfo(alice, () => ({})))).resolves.toBeDefined();
  });

  test("of a suite that this build does not speak", async () => {
    const [alice, bob] = await pair(1);
    const forged = await forgeInfo(alice, (info) =>
      inContext(info, { cipherSuite: "MLS_128_DHKEMP256_AES128GCM_SHA256_P256" }),
    );
    await expect(bob.engine.inspectGroupInfo(forged)).rejects.toMatchObject({ code: "unsupported" });
  });

  test("a credential that its account did not sign lets nobody in", async () => {
    const [alice, bob] = await pair(1);
    const device = await makeDevice(provider);
    const credential = { ...device.credential, account: makeAccount(provider).account };
    const groupInfo = await alice.engine.groupInfo(alice.group, NONE);
    const join = bob.engine.joinExternal(
      groupInfo,
      { ...device, credential },
      { authenticatedData: NONE },
      NOW_MS,
    );
    await expect(join).rejects.toMatchObject({ code: "invalid" });
  });
});
