/** What our own groups refuse and RFC 9420 does not, and what both refuse: one commit or proposal, judged by both rules. */
import type { GroupId } from "@sotto/protocol";
import { idOf, utf8 } from "@sotto/protocol";
import type { Proposal } from "ts-mls/proposal.js";
import { describe, expect, test } from "vitest";
import { createNobleProvider } from "../provider/noble.ts";
import { seededRandom } from "../provider/seeded.ts";
import { makeDevice } from "../testing/devices.ts";
import type { ForgedCommit } from "../testing/insider.ts";
import { forgeCommit, stateOfPeer } from "../testing/insider.ts";
import type { Peer } from "../testing/peer.ts";
import { addPeer, askToLeave, createPeer } from "../testing/peer.ts";
import { createContext } from "./tsMlsContext.ts";
import { ALL_GUARDS } from "./tsMlsGuards.ts";
import { generateKeyPackage } from "./tsMlsKeyPackage.ts";
import type { Processed } from "./tsMlsProcess.ts";
import { processHandshake } from "./tsMlsProcess.ts";
import { createMlsEngine } from "./tsMls.ts";

const provider = createNobleProvider(seededRandom("rules"));
const house = createContext(provider, ALL_GUARDS);
const rfc = createContext(provider, ALL_GUARDS, "rfc");
const AD = utf8("data");

async function pair(): Promise<[Peer, Peer]> {
  const id = idOf<GroupId>(provider.random(16));
  const alice = await createPeer(createMlsEngine(provider), await makeDevice(provider), 1, id);
  return [alice, await addPeer([alice], await makeDevice(provider))];
}

async function judge(context: typeof house, peer: Peer, handshake: Uint8Array): Promise<Processed> {
  const state = stateOfPeer(peer);
  if (state.keys === undefined) throw new Error("not a member");
  return processHandshake(context, state, state.keys, handshake, { authenticatedData: AD });
}

const outcome = (processed: Processed): string =>
  processed.kind === "refused" ? processed.reason : processed.kind;

/** Verdict of our own rules, then of the RFC's. */
async function verdicts(forged: ForgedCommit): Promise<readonly string[]> {
  const [alice, bob] = await pair();
  const commit = await forgeCommit(alice, { authenticatedData: AD, ...forged });
  return [outcome(await judge(house, bob, commit)), outcome(await judge(rfc, bob, commit))];
}

const add = async (): Promise<Proposal> => {
  const { publicPackage } = await generateKeyPackage(house, await makeDevice(provider), 1, 1e12, 1);
  return { proposalType: "add", add: { keyPackage: publicPackage } };
};
const psk: Proposal = {
  proposalType: "psk",
  psk: { preSharedKeyId: { psktype: "external", pskId: utf8("x"), pskNonce: new Uint8Array(32) } },
};
const extensions = (type?: number): Proposal => ({
  proposalType: "group_context_extensions",
  groupContextExtensions: {
    extensions: type === undefined ? [] : [{ extensionType: type, extensionData: new Uint8Array() }],
  },
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

describe("the RFC allows it, our groups do not", () => {
  test.each<readonly [string, ForgedCommit | (() => Promise<ForgedCommit>), string, string]>([
    [
      "a commit of Adds without a path",
      async () => ({ proposals: [await add()], withoutPath: true }),
      "commit without a path",
      "applied",
    ],
    ["a place in the order", { authenticatedData: utf8("elsewhere") }, "another predecessor", "applied"],
    [
      "a pre-shared key that the conversation does not know",
      { proposals: [psk], psk: provider.random(32) },
      "pre-shared key proposal",
      "undecided",
    ],
    [
      "group context extensions in a group without app data",
      { proposals: [extensions()] },
      "GroupContextExtensions in a group without app data",
      "applied",
    ],
    ["a ReInit", { proposals: [reinit], withoutPath: true }, "commit without a path", "applied"],
  ])("%s", async (_name, forged, ours, theirs) => {
    expect(await verdicts(typeof forged === "function" ? await forged() : forged)).toEqual([ours, theirs]);
  });

  test("a leaf whose credential is none of ours", async () => {
    const leaf: ForgedCommit["leaf"] = (node) => ({
      ...node,
      credential: { credentialType: "basic", identity: utf8("somebody") },
    });
    expect(await verdicts({ leaf })).toEqual(["credential", "applied"]);
  });

  test("a commit that omits a standalone proposal", async () => {
    const [alice, bob] = await pair();
    const carol = await addPeer([alice, bob], await makeDevice(provider));
    await askToLeave(carol, [bob]);
    const commit = await forgeCommit(alice, { authenticatedData: AD });
    expect(outcome(await judge(house, bob, commit))).toBe("commit omits a leave");
    expect(outcome(await judge(rfc, bob, commit))).toBe("applied");
  });
});

describe("neither allows it", () => {
  test.each<readonly [string, ForgedCommit, string]>([
    ["extensions without a path", { proposals: [extensions()], withoutPath: true }, "commit without a path"],
    [
      "extensions that a member does not support",
      { proposals: [extensions(0xf777)] },
      "group context extension is not supported",
    ],
    [
      "a custom proposal that a member does not support",
      { proposals: [{ proposalType: 0xf777, proposalData: AD }] },
      "proposal type is not supported",
    ],
    ["a commit of nothing without a path", { withoutPath: true }, "commit without a path"],
  ])("%s", async (_name, forged, reason) => {
    const [ours, theirs] = await verdicts(forged);
    expect(theirs).toBe(reason);
    expect(ours).not.toBe("applied");
  });
});

test("new extensions are those of the next epoch", async () => {
  const [alice, bob] = await pair();
  const commit = await forgeCommit(alice, { authenticatedData: AD, proposals: [extensions(0xf001)] });
  const processed = await judge(rfc, bob, commit);
  if (processed.kind !== "applied") throw new Error(outcome(processed));
  expect(processed.state.current.context.extensions).toEqual([
    { extensionType: 0xf001, extensionData: new Uint8Array() },
  ]);
});
