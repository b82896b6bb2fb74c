/**
 * The checks of a commit that ts-mls lacks (RFC 9420 §12.2, §12.4.2; defects 3, 6, 9). All depend on the epoch's shared state
 * and the commit's bytes alone, so that every member judges alike. Each returns what is wrong, or `undefined`.
 */
import { bytesEqual, toHex } from "@sotto/protocol";
import type { Capabilities } from "ts-mls/capabilities.js";
import type { Extension } from "ts-mls/extension.js";
import { extensionsSupportedByCapabilities } from "ts-mls/extension.js";
import type { LeafNode } from "ts-mls/leafNode.js";
import type { Proposal } from "ts-mls/proposal.js";
import type { RatchetTree } from "ts-mls/ratchetTree.js";
import { filteredDirectPathAndCopathResolution, getHpkePublicKey } from "ts-mls/ratchetTree.js";
import type { Sender } from "ts-mls/sender.js";
import { leafToNodeIndex, toLeafIndex } from "ts-mls/treemath.js";
import type { UpdatePath } from "ts-mls/updatePath.js";
import { credentialOf, isSuccession, membersOf } from "./tsMlsAuth.ts";
import type { MlsContext } from "./tsMlsContext.ts";
import { rosterFault } from "./tsMlsHouseRules.ts";
import { keyPackageFault, leafFault } from "./tsMlsKeyPackage.ts";
import type { NotedProposal, ProposalList } from "./tsMlsProposals.ts";
import { pskIdsOf } from "./tsMlsPsk.ts";
import type { EpochState } from "./tsMlsState.ts";
import type { Suite } from "./tsMlsSuite.ts";

/** The list by itself (RFC 9420 §12.2), whoever sent it; what our own groups ask beyond that is in tsMlsHouseRules.ts. */
export function proposalListFault(
  { guards }: MlsContext,
  { resolved, sender, path }: ProposalList,
  epoch: EpochState,
  hashBytes: number,
): string | undefined {
  const proposals = resolved.map(({ proposal }) => proposal);
  if (guards(3) && path === undefined && needsPath(proposals)) return "commit without a path";
  const ids = pskIdsOf(proposals);
  if (ids.some((id) => id.pskNonce.length !== hashBytes)) return "pre-shared key nonce";
  // The other usages belong to the first commit of a group that comes from another.
  if (ids.some((id) => id.psktype === "resumption" && id.usage !== "application"))
    return "pre-shared key usage";
  const custom = proposals.flatMap(({ proposalType }) =>
    typeof proposalType === "number" ? [proposalType] : [],
  );
  if (custom.some((type) => !everyLeaf(epoch.tree, ({ proposals: known }) => known.includes(type))))
    return "proposal type is not supported";
  if (!guards(9)) return undefined;
  const types = proposals.map(({ proposalType }) => proposalType);
  if (sender.senderType === "member")
    return types.includes("external_init") ? "ExternalInit by a member" : undefined;
  return externalListFault(sender, types, resolved);
}

/** The leaves of Updates in their members' places (RFC 9420 §12.1.2); their signatures are checked when they are applied. */
export async function updatesFault(
  context: MlsContext,
  suite: Suite,
  resolved: readonly NotedProposal[],
  tree: RatchetTree,
): Promise<string | undefined> {
  for (const { proposal, sender } of resolved) {
    if (proposal.proposalType !== "update") continue;
    const before = sender === undefined ? undefined : leafAt(tree, sender);
    const { leafNode } = proposal.update;
    if (before === undefined) return "Update of no member";
    if (bytesEqual(before.hpkePublicKey, leafNode.hpkePublicKey)) return "Update without a new key";
    const fault = await leafFault(context, suite, leafNode);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** RFC 9420 §12.1.7: every member of the new tree supports the extensions of the new context. */
export function extensionsFault(tree: RatchetTree, extensions: readonly Extension[]): string | undefined {
  return everyLeaf(tree, (capabilities) => extensionsSupportedByCapabilities([...extensions], capabilities))
    ? undefined
    : "group context extension is not supported";
}

/** The added key packages; lifetimes are the adder's business. */
export async function addsFault(
  context: MlsContext,
  suite: Suite,
  proposals: readonly Proposal[],
): Promise<string | undefined> {
  for (const proposal of proposals) {
    if (proposal.proposalType !== "add") continue;
    const fault = await keyPackageFault(context, suite, proposal.add.keyPackage);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** The keys and credential of a path over the tree after the proposals, in which `leaf` is where the committer stands or will stand. */
export async function pathFault(
  context: MlsContext,
  suite: Suite,
  path: UpdatePath,
  leaf: number,
  tree: RatchetTree,
): Promise<string | undefined> {
  const leafProblem = await leafFault(context, suite, path.leafNode);
  if (leafProblem !== undefined) return leafProblem;
  if (context.rules === "house" && context.guards(6)) {
    const before = leafAt(tree, leaf);
    const old = before && credentialOf(before.credential);
    const now = credentialOf(path.leafNode.credential);
    if (old !== undefined && now !== undefined && !isSuccession(old, now))
      return "credential of another device";
  }
  for (const node of path.nodes) if (!(await suite.isUsableHpkeKey(node.hpkePublicKey))) return "path key";
  return keysFault(path, tree);
}

/** RFC 9420 §7.6: in the tree with the committer in it, one ciphertext for each node of the copath's resolution, those just added excepted. */
export function ciphertextsFault(
  path: UpdatePath,
  leaf: number,
  tree: RatchetTree,
  newLeaves: readonly number[],
): string | undefined {
  const added = new Set(newLeaves.map((index) => Number(leafToNodeIndex(toLeafIndex(index)))));
  const expected = filteredDirectPathAndCopathResolution(toLeafIndex(leaf), tree).map(
    ({ resolution }) => resolution.filter((node) => !added.has(node)).length,
  );
  const fits =
    path.nodes.length === expected.length &&
    path.nodes.every((node, i) => node.encryptedPathSecret.length === expected[i]);
  return fits ? undefined : "path does not fit the tree";
}

/** The tree of the next epoch: one leaf per signature key, one node per encryption key (RFC 9420 §7.3), and by our rules one per device. */
export function treeFault(
  { rules, maxMembers }: MlsContext,
  tree: RatchetTree,
  newLeaves: readonly number[],
): string | undefined {
  const members = membersOf(tree);
  const fault = rules === "house" ? rosterFault(members, maxMembers) : undefined;
  if (fault !== undefined) return fault;
  if (new Set(members.map(({ leafKey }) => toHex(leafKey))).size !== members.length)
    return "a signature key occurs twice";
  if (newLeaves.length === 0) return undefined;
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const key of tree.flatMap((node) => (node === undefined ? [] : [toHex(getHpkePublicKey(node))])))
    (seen.has(key) ? repeated : seen).add(key);
  const twice = newLeaves.some((leaf) => {
    const node = tree[leafToNodeIndex(toLeafIndex(leaf))];
    return node !== undefined && repeated.has(toHex(getHpkePublicKey(node)));
  });
  return twice ? "an encryption key occurs twice" : undefined;
}

/** Defect 9. RFC 9420 §12.4.3.2: all by value, one ExternalInit, at most one Remove, pre-shared keys, and what all members support besides. */
function externalListFault(
  sender: Sender,
  types: readonly Proposal["proposalType"][],
  resolved: readonly NotedProposal[],
): string | undefined {
  if (sender.senderType !== "new_member_commit") return "sender is no member";
  if (resolved.some(({ reference }) => reference.length > 0)) return "external commit with a reference";
  if (types.filter((type) => type === "external_init").length !== 1)
    return "external commit needs one ExternalInit";
  const allowed = ["external_init", "remove", "psk"];
  if (types.some((type) => typeof type === "string" && !allowed.includes(type)))
    return "external commit with other proposals";
  return types.filter((type) => type === "remove").length > 1
    ? "external commit removes several leaves"
    : undefined;
}

/** RFC 9420 §12.4, §17.4. The path of a custom type is its own business. */
function needsPath(proposals: readonly Proposal[]): boolean {
  const without = ["add", "psk", "reinit"];
  return (
    proposals.length === 0 ||
    proposals.some(({ proposalType: type }) => typeof type === "string" && !without.includes(type))
  );
}

function everyLeaf(tree: RatchetTree, holds: (capabilities: Capabilities) => boolean): boolean {
  return tree.every((node) => node?.nodeType !== "leaf" || holds(node.leaf.capabilities));
}

function leafAt(tree: RatchetTree, leaf: number): LeafNode | undefined {
  const node = tree[leafToNodeIndex(toLeafIndex(leaf))];
  return node?.nodeType === "leaf" ? node.leaf : undefined;
}

/** RFC 9420 §12.4.2: no key of the path may be in the tree, nor twice in the path. */
function keysFault(path: UpdatePath, tree: RatchetTree): string | undefined {
  const fresh = [path.leafNode.hpkePublicKey, ...path.nodes.map(({ hpkePublicKey }) => hpkePublicKey)];
  const known = tree.flatMap((node) => (node === undefined ? [] : [getHpkePublicKey(node)]));
  const reused = fresh.some((key) => known.some((other) => bytesEqual(other, key)));
  const twice = fresh.some((key, i) => fresh.some((other, j) => i < j && bytesEqual(key, other)));
  return reused || twice ? "path reuses a key" : undefined;
}
