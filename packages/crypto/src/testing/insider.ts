/**
 * A member that does not keep the rules: builds commits and messages that our engine never would, with the keys that a member has. What
 * honest members make of them is what the tests are about.
 */
import { encode } from "ts-mls/codec/tlsEncoder.js";
import { applyProposals, makePskIndex, nextEpochContext } from "ts-mls/clientState.js";
import { encryptWithLabel } from "ts-mls/crypto/hpke.js";
import { createConfirmationTag, createContentCommitSignature } from "ts-mls/framedContent.js";
import type { GroupContext } from "ts-mls/groupContext.js";
import { groupContextEncoder } from "ts-mls/groupContext.js";
import { initializeEpoch } from "ts-mls/keySchedule.js";
import type { LeafNode } from "ts-mls/leafNode.js";
import { protect } from "ts-mls/messageProtection.js";
import { getCommitSecret } from "ts-mls/pathSecrets.js";
import type { Proposal } from "ts-mls/proposal.js";
import type { ProposalOrRef } from "ts-mls/proposalOrRefType.js";
import type { RatchetTree } from "ts-mls/ratchetTree.js";
import { getHpkePublicKey } from "ts-mls/ratchetTree.js";
import { treeHashRoot } from "ts-mls/treeHash.js";
import { leafToNodeIndex, toLeafIndex, toNodeIndex } from "ts-mls/treemath.js";
import type { UpdatePath } from "ts-mls/updatePath.js";
import { createUpdatePath } from "ts-mls/updatePath.js";
import { encodeMessage } from "../mls/tsMlsCodec.ts";
import type { MlsContext } from "../mls/tsMlsContext.ts";
import { createContext } from "../mls/tsMlsContext.ts";
import { ALL_GUARDS } from "../mls/tsMlsGuards.ts";
import type { GroupState } from "../mls/tsMlsState.ts";
import { clientStateOf, decodeState } from "../mls/tsMlsState.ts";
import { createNobleProvider } from "../provider/noble.ts";
import { seededRandom } from "../provider/seeded.ts";
import { librarySecretTree } from "./librarySecrets.ts";
import type { Peer } from "./peer.ts";

/** The insider's tools. */
export const insiderContext: MlsContext = createContext(
  createNobleProvider(seededRandom("insider")),
  ALL_GUARDS,
);

/** What a peer's records tell whoever holds them. */
export function stateOfPeer({ parts }: Peer): GroupState {
  return decodeState(parts);
}

export interface ForgedCommit {
  /** What the commit does. */
  readonly proposals?: readonly Proposal[];
  /** What it says instead, for proposals that the library itself would not apply. */
  readonly claimed?: readonly Proposal[];
  readonly authenticatedData?: Uint8Array;
  readonly withoutPath?: boolean;
  /** Changes the own leaf before the path is made from it. */
  readonly leaf?: (leaf: LeafNode) => LeafNode;
  /** Changes the finished path; `context` is what path secrets are encrypted under. */
  readonly path?: (path: UpdatePath, context: GroupContext) => UpdatePath | Promise<UpdatePath>;
  /** Changes what path secrets are encrypted under. */
  readonly context?: (context: GroupContext) => GroupContext;
  /** What the next epoch is made of instead of the path's own commit secret. */
  readonly commitSecret?: Uint8Array;
  readonly tag?: (tag: Uint8Array) => Uint8Array;
  /** Signs the commit with another key than the leaf's. */
  readonly signAs?: Uint8Array;
  /** Pre-shared keys that honest members may not hold. */
  readonly psk?: Uint8Array;
}

/** A commit that is right in everything but what is asked for. */
export async function forgeCommit(peer: Peer, forged: ForgedCommit): Promise<Uint8Array> {
  const state = stateOfPeer(peer);
  const { keys, current } = state;
  if (keys === undefined) throw new Error("not a member");
  const { impl } = insiderContext.suite(state.suite);
  const client = clientStateOf(state, keys, insiderContext);
  const own = toLeafIndex(state.ownLeaf);
  const proposals = byValue(forged.proposals ?? []);
  const held = makePskIndex(client, {});
  const psks = { findPsk: (id: Parameters<typeof held.findPsk>[0]) => held.findPsk(id) ?? forged.psk };
  const applied = await applyProposals(client, proposals, own, psks, false, impl);
  const { additionalResult } = applied;
  const added =
    additionalResult.kind === "memberCommit"
      ? additionalResult.addedLeafNodes.map(([leaf]) => leafToNodeIndex(leaf))
      : [];
  const tree: RatchetTree = applied.tree.map((node, index) =>
    index === 2 * own && node?.nodeType === "leaf"
      ? { nodeType: "leaf", leaf: forged.leaf?.(node.leaf) ?? node.leaf }
      : node,
  );

  const extensions = additionalResult.kind === "memberCommit" ? additionalResult.extensions : [];
  const base = extensions.length > 0 ? { ...current.context, extensions } : current.context;
  const [newTree, honestPath, pathSecrets] = forged.withoutPath
    ? ([applied.tree, undefined, []] as const)
    : await createUpdatePath(
        tree,
        own,
        forged.context?.(base) ?? base,
        keys.signaturePrivateKey,
        impl,
        added,
      );
  const provisional = {
    ...base,
    epoch: base.epoch + 1n,
    treeHash: await treeHashRoot([...newTree], impl.hash),
  };
  const path = honestPath && forged.path ? await forged.path(honestPath, provisional) : honestPath;
  const top = pathSecrets.at(-1);
  const ownCommitSecret = top
    ? await getCommitSecret([...newTree], toNodeIndex(top.nodeIndex), top.secret, impl.kdf)
    : new Uint8Array(impl.kdf.size);
  const commitSecret = forged.commitSecret ?? ownCommitSecret;
  const authenticatedData = forged.authenticatedData ?? new Uint8Array();
  const { framedContent, signature } = await createContentCommitSignature(
    current.context,
    "mls_private_message",
    { proposals: forged.claimed === undefined ? proposals : byValue(forged.claimed), path },
    { senderType: "member", leafIndex: own },
    authenticatedData,
    forged.signAs ?? keys.signaturePrivateKey,
    impl.signature,
  );
  const next = await nextEpochContext(
    base,
    "mls_private_message",
    framedContent,
    signature,
    provisional.treeHash,
    keys.confirmationTag,
    impl.hash,
  );
  const initSecret =
    additionalResult.kind === "externalCommit"
      ? additionalResult.externalInitSecret
      : keys.schedule.initSecret;
  const secrets = await initializeEpoch(initSecret, commitSecret, next, applied.pskSecret, impl.kdf);
  const tag = await createConfirmationTag(
    secrets.keySchedule.confirmationKey,
    next.confirmedTranscriptHash,
    impl.hash,
  );
  const sealed = await protect(
    current.senderDataSecret,
    authenticatedData,
    current.context,
    librarySecretTree(insiderContext.suite(state.suite).primitives, current.ratchets),
    {
      ...framedContent,
      auth: { contentType: "commit", signature, confirmationTag: forged.tag?.(tag) ?? tag },
    },
    own,
    insiderContext.config.paddingConfig,
    impl,
  );
  return encodeMessage({
    version: "mls10",
    wireformat: "mls_private_message",
    privateMessage: sealed.privateMessage,
  });
}

/** The secret that {@link withWrongSecret} hands out. */
export const WRONG_SECRET_BYTE = 7;

/** A path whose secret for the node `recipient`, in the ciphertexts of the path's node `at`, is another one. */
export async function withWrongSecret(
  peer: Peer,
  path: UpdatePath,
  context: GroupContext,
  at: number,
  recipient: number,
): Promise<UpdatePath> {
  const state = stateOfPeer(peer);
  const { impl } = insiderContext.suite(state.suite);
  const node = state.current.tree[recipient];
  if (node === undefined) throw new Error("blank recipient");
  const key = await impl.hpke.importPublicKey(getHpkePublicKey(node));
  const wrong = new Uint8Array(impl.kdf.size).fill(WRONG_SECRET_BYTE);
  const { enc, ct } = await encryptWithLabel(
    key,
    "UpdatePathNode",
    encode(groupContextEncoder)(context),
    wrong,
    impl.hpke,
  );
  const nodes = path.nodes.map((node, i) =>
    i === at ? { ...node, encryptedPathSecret: [{ kemOutput: enc, ciphertext: ct }] } : node,
  );
  return { ...path, nodes };
}

function byValue(proposals: readonly Proposal[]): ProposalOrRef[] {
  return proposals.map((proposal) => ({ proposalOrRefType: "proposal", proposal }));
}
