/** First phase of a commit: everything that shared state and bytes decide. It ends with the public tree of the next epoch. */
import type { AuthenticatedContent } from "ts-mls/authenticatedContent.js";
import type { ApplyProposalsResult } from "ts-mls/clientState.js";
import { applyProposals, makePskIndex } from "ts-mls/clientState.js";
import type { Extension } from "ts-mls/extension.js";
import type { FramedContentAuthDataCommit, FramedContentCommit } from "ts-mls/framedContent.js";
import { verifyLeafNodeSignature } from "ts-mls/leafNode.js";
import type { Proposal } from "ts-mls/proposal.js";
import type { PskIndex } from "ts-mls/pskIndex.js";
import { emptyPskIndex } from "ts-mls/pskIndex.js";
import type { RatchetTree } from "ts-mls/ratchetTree.js";
import { addLeafNode } from "ts-mls/ratchetTree.js";
import { toLeafIndex } from "ts-mls/treemath.js";
import type { UpdatePath } from "ts-mls/updatePath.js";
import type { WireformatName } from "ts-mls/wireformat.js";
import {
  addsFault,
  ciphertextsFault,
  extensionsFault,
  pathFault,
  proposalListFault,
  treeFault,
  updatesFault,
} from "./tsMlsChecks.ts";
import type { MlsContext } from "./tsMlsContext.ts";
import type { LeafChange } from "./tsMlsEpoch.ts";
import { houseListFault } from "./tsMlsHouseRules.ts";
import { leaversIn, resolveProposals, unappliedOf } from "./tsMlsProposals.ts";
import type { PskBook } from "./tsMlsPsk.ts";
import { pskIndexOf } from "./tsMlsPsk.ts";
import { treeHashes } from "./treeHash.ts";
import { applyPath } from "./updatePath.ts";
import type { GroupState, OwnKeys } from "./tsMlsState.ts";
import { clientStateOf } from "./tsMlsState.ts";

/** A commit that passed every shared check. */
export interface CheckedCommit {
  readonly wireformat: WireformatName;
  readonly content: FramedContentCommit;
  readonly auth: FramedContentAuthDataCommit;
  /** Missing only in foreign groups, or with guard 3 off. */
  readonly path: UpdatePath | undefined;
  /** The tree after proposals and path. */
  readonly tree: RatchetTree;
  readonly applied: ApplyProposalsResult;
  /** Of the next group context. */
  readonly extensions: readonly Extension[];
  readonly change: LeafChange;
  /** A pre-shared key that this device does not hold: only now does it matter. */
  readonly pskMissing: boolean;
}

export type Checked =
  | { readonly kind: "checked"; readonly commit: CheckedCommit }
  | { readonly kind: "refused"; readonly reason: string };

/** Judges the commit. Whatever the library throws here it throws at every member. */
export async function checkCommit(
  context: MlsContext,
  state: GroupState,
  keys: OwnKeys,
  { wireformat, content, auth }: AuthenticatedContent,
  psks: PskBook,
  pastPsks: PskIndex,
): Promise<Checked> {
  if (content.contentType !== "commit" || auth.contentType !== "commit")
    return { kind: "refused", reason: "not a commit" };
  try {
    const result = await judge(context, state, keys, wireformat, content, auth, psks, pastPsks);
    return typeof result === "string"
      ? { kind: "refused", reason: result }
      : { kind: "checked", commit: result };
  } catch (error) {
    if (!context.guards(8)) throw error;
    return { kind: "refused", reason: error instanceof Error ? error.message : "invalid commit" };
  }
}

async function judge(
  context: MlsContext,
  state: GroupState,
  keys: OwnKeys,
  wireformat: WireformatName,
  content: FramedContentCommit,
  auth: FramedContentAuthDataCommit,
  book: PskBook,
  pastPsks: PskIndex,
): Promise<CheckedCommit | string> {
  const suite = context.suite(state.suite);
  const { impl } = suite;
  const { path } = content.commit;
  const sender = content.sender.senderType === "member" ? toLeafIndex(content.sender.leafIndex) : undefined;
  const resolved = resolveProposals(state.handshakes, content.commit.proposals, sender);
  if (resolved === undefined) return "proposal reference is unknown";
  const list = { resolved, sender: content.sender, path };
  const proposals = resolved.map(({ proposal }) => proposal);
  const isHouse = context.rules === "house";
  const listFault =
    (isHouse ? houseListFault(context, list, state.current, state.handshakes, book) : undefined) ??
    proposalListFault(context, list, state.current, impl.kdf.size);
  if (listFault !== undefined) return listFault;
  const leafProblem =
    (await addsFault(context, suite, proposals)) ??
    (await updatesFault(context, suite, resolved, state.current.tree));
  if (leafProblem !== undefined) return leafProblem;

  const unappliedProposals = unappliedOf(state.handshakes);
  const client = { ...clientStateOf(state, keys, context), unappliedProposals };
  const held = context.guards(4) ? pskIndexOf(book, makePskIndex(client, {}), pastPsks) : emptyPskIndex;
  const psks = noticingPskIndex(held, impl.kdf.size);
  const applied = await applyProposals(client, content.commit.proposals, sender, psks.index, false, impl);
  const { additionalResult } = applied;
  const committer =
    sender ?? (additionalResult.kind === "externalCommit" ? additionalResult.newMemberLeafIndex : undefined);
  if (committer === undefined) return "sender is no member";
  const newLeaves =
    additionalResult.kind === "memberCommit"
      ? additionalResult.addedLeafNodes.map(([leaf]) => Number(leaf))
      : [];
  const removed = proposals.flatMap((proposal) =>
    proposal.proposalType === "remove" ? [proposal.remove.removed] : [],
  );
  const added = sender === undefined ? [committer] : newLeaves;
  const extensions = extensionsOf(proposals) ?? state.current.context.extensions;
  const common = {
    wireformat,
    content,
    auth,
    applied,
    extensions,
    change: { committer, added, removed, left: leaversIn(resolved), external: sender === undefined },
    pskMissing: psks.missing(),
  };
  const updated = resolved.flatMap(({ proposal, sender: leaf }) =>
    proposal.proposalType === "update" && leaf !== undefined ? [leaf] : [],
  );
  const fresh = [...newLeaves, ...updated];
  if (path === undefined)
    return (
      treeFault(context, applied.tree, fresh) ??
      extensionsFault(applied.tree, extensions) ?? { ...common, path, tree: applied.tree }
    );

  const treeBefore = sender === undefined ? addLeafNode(applied.tree, path.leafNode)[0] : applied.tree;
  const pathProblem =
    ciphertextsFault(path, committer, treeBefore, newLeaves) ??
    (await pathFault(context, suite, path, committer, applied.tree));
  if (pathProblem !== undefined) return pathProblem;
  const { groupId } = state.current.context;
  if (!(await verifyLeafNodeSignature(path.leafNode, groupId, committer, impl.signature)))
    return "leaf signature";
  treeHashes(treeBefore, suite.primitives, state.current.tree);
  const tree = applyPath(suite, treeBefore, committer, path);
  if (typeof tree === "string") return tree;
  // The committer's new leaf among them: a path may not take back what the leaf before it could do.
  return treeFault(context, tree, fresh) ?? extensionsFault(tree, extensions) ?? { ...common, path, tree };
}

/** Of a GroupContextExtensions proposal, which replaces them all (RFC 9420 §12.1.7). */
function extensionsOf(proposals: readonly Proposal[]): readonly Extension[] | undefined {
  const found = proposals.find((proposal) => proposal.proposalType === "group_context_extensions");
  return found?.groupContextExtensions.extensions;
}

/** Missing keys are noted and stood in for, so that the shared checks run to their end first. */
function noticingPskIndex(
  index: PskIndex,
  size: number,
): { readonly index: PskIndex; readonly missing: () => boolean } {
  let missing = false;
  return {
    missing: () => missing,
    index: {
      findPsk(id) {
        const psk = index.findPsk(id);
        missing ||= psk === undefined;
        return psk ?? new Uint8Array(size);
      },
    },
  };
}
