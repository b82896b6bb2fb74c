/**
 * Somebody outside a group who has its group info - stolen from a member, or made up - and what he can make of it: external commits
 * (RFC 9420 §12.4.3.2).
 */
import { toHex } from "@sotto/protocol";
import { exportSecret } from "ts-mls/clientState.js";
import { createGroupInfoWithExternalPubAndRatchetTree, joinGroupExternal } from "ts-mls/createCommit.js";
import type { LeafNode } from "ts-mls/leafNode.js";
import type { Proposal } from "ts-mls/proposal.js";
import { addLeafNode } from "ts-mls/ratchetTree.js";
import { encodeMessage } from "../mls/tsMlsCodec.ts";
import type { CommitBase } from "../mls/tsMlsCommit.ts";
import { renewPath, signCommit } from "../mls/tsMlsCommit.ts";
import { checkGroupInfo } from "../mls/tsMlsGroupInfo.ts";
import { generateKeyPackage } from "../mls/tsMlsKeyPackage.ts";
import type { DeviceIdentity } from "../mls/port.ts";
import { clientStateOf, decodeState } from "../mls/tsMlsState.ts";
import { insiderContext } from "./insider.ts";
import { NOW_MS } from "./peer.ts";

export interface ExternalCommitOptions {
  /** The device whose leaf the commit removes. */
  readonly evicted?: Pick<DeviceIdentity, "leafPublicKey">;
  readonly authenticatedData?: Uint8Array;
}

/** Brings `joiner` into the group of a device's stored records, as the public message that everybody may send. */
export async function externalCommit(
  records: ReadonlyMap<string, Uint8Array>,
  joiner: DeviceIdentity,
  { evicted, authenticatedData }: ExternalCommitOptions = {},
): Promise<Uint8Array> {
  const state = decodeState(records);
  if (state.keys === undefined) throw new Error("not a member");
  const { impl } = insiderContext.suite(state.suite);
  const client = clientStateOf(state, state.keys, insiderContext);
  const info = await createGroupInfoWithExternalPubAndRatchetTree(client, [], impl);
  const { publicPackage, privatePackage } = await generateKeyPackage(
    insiderContext,
    joiner,
    state.suite,
    NOW_MS,
    1,
  );
  const isEvicted = (key: Uint8Array): boolean =>
    evicted !== undefined && toHex(key) === toHex(evicted.leafPublicKey);
  const { publicMessage } = await joinGroupExternal(
    info,
    publicPackage,
    privatePackage,
    evicted !== undefined,
    impl,
    undefined,
    {
      ...insiderContext.config,
      keyPackageEqualityConfig: {
        compareKeyPackages: () => false,
        compareKeyPackageToLeafNode: (_keyPackage, leaf) => isEvicted(leaf.signaturePublicKey),
      },
    },
    authenticatedData,
  );
  return encodeMessage({ version: "mls10", wireformat: "mls_public_message", publicMessage });
}

export interface ForgedExternal {
  /** Beside ExternalInit. */
  readonly proposals?: readonly Proposal[];
  readonly leaf?: (leaf: LeafNode) => LeafNode;
}

/** An external commit that no honest device makes; it is right in everything but what is asked for. */
export async function forgeExternal(
  groupInfo: Uint8Array,
  joiner: DeviceIdentity,
  { proposals = [], leaf = (honest) => honest }: ForgedExternal,
): Promise<Uint8Array> {
  const info = await checkGroupInfo(insiderContext, groupInfo);
  const { suite, context } = info;
  const { impl } = suite;
  const { publicPackage } = await generateKeyPackage(insiderContext, joiner, suite.id, NOW_MS, 1);
  const [tree, node] = addLeafNode(info.tree, leaf(publicPackage.leafNode));
  const { enc, secret: initSecret } = await exportSecret(info.externalPub, impl);
  const replaced = proposals.find((proposal) => proposal.proposalType === "group_context_extensions");
  const { extensions } = replaced?.groupContextExtensions ?? context;
  const base: CommitBase = { ...info, extensions, initSecret, signaturePrivateKey: joiner.leafPrivateKey };
  const renewed = await renewPath(suite, base, { leafIndex: node / 2, privateKeys: {} }, tree, []);
  const all: readonly Proposal[] = [
    { proposalType: "external_init", externalInit: { kemOutput: enc } },
    ...proposals,
  ];
  const frame = {
    wireformat: "mls_public_message",
    sender: { senderType: "new_member_commit" },
    authenticatedData: new Uint8Array(),
  } as const;
  const byValue = all.map((proposal) => ({ proposalOrRefType: "proposal", proposal }) as const);
  const { content, signature, confirmationTag } = await signCommit(
    suite,
    base,
    frame,
    byValue,
    renewed,
    new Uint8Array(impl.kdf.size),
  );
  return encodeMessage({
    version: "mls10",
    wireformat: "mls_public_message",
    publicMessage: {
      senderType: "new_member_commit",
      content,
      auth: { contentType: "commit", signature, confirmationTag },
    },
  });
}
