/**
 * The checks of a commit that ts-mls lacks (RFC 9420 §12.2, §12.4.2; DESIGN §4 defects 3, 6, 9). All depend on the epoch's shared state
 * and the commit's bytes alone, so that every member judges alike. Each returns what is wrong, or `undefined`.
 */
import { bytesEqual, MAX_GROUP_DEVICES, toHex } from "@sotto/protocol";
import type { GroupContext } from "ts-mls/groupContext.js";
import type { PreSharedKeyID } from "ts-mls/presharedkey.js";
import type { Proposal } from "ts-mls/proposal.js";
import type { RatchetTree } from "ts-mls/ratchetTree.js";
import { filteredDirectPathAndCopathResolution, getHpkePublicKey } from "ts-mls/ratchetTree.js";
import type { Sender } from "ts-mls/sender.js";
import { leafToNodeIndex, toLeafIndex } from "ts-mls/treemath.js";
import type { UpdatePath } from "ts-mls/updatePath.js";
import { credentialOf, hasDuplicateDevice, isSuccession, membersOf } from "./tsMlsAuth.ts";
import type { MlsContext } from "./tsMlsContext.ts";
import { keyPackageFault, leafFault } from "./tsMlsKeyPackage.ts";
import type { EpochHandshakes, NotedProposal } from "./tsMlsProposals.ts";
import type { PskBook } from "./tsMlsPsk.ts";
import { isKnownPsk } from "./tsMlsPsk.ts";
import type { EpochState } from "./tsMlsState.ts";
import type { Suite } from "./tsMlsSuite.ts";

/**
 * RFC 9420 §12.4: a member's commit includes every proposal that waits, by reference. An outsider cannot know them (§12.4.3.2): its commit
 * has none, and they end with the epoch.
 */
export function referenceFault(
  { noted }: EpochHandshakes,
  resolved: readonly NotedProposal[],
  committer: number | undefined,
): string | undefined {
  const included = new Set(resolved.filter((item) => noted.includes(item)));
  if (committer === undefined) return included.size > 0 ? "external commit with a reference" : undefined;
  return included.size === noted.length ? undefined : "commit omits a leave";
}

/** The list of proposals by itself, for a commit of a member or of an external joiner. */
export function proposalListFault(
  { guards }: MlsContext,
  proposals: readonly Proposal[],
  sender: Sender,
  epoch: EpochState,
  path: UpdatePath | undefined,
  psks: PskBook,
  hashBytes: number,
): string | undefined {
  if (guards(3) && path === undefined) return "commit without a path";
  if (guards(3) && proposals.some(({ proposalType }) => proposalType === "group_context_extensions"))
    return "group context extensions are not supported";
  const byMember = sender.senderType === "member";
  const allowed = ["add", "remove", "psk", "external_init", "group_context_extensions"];
  if (proposals.some(({ proposalType }) => !allowed.includes(String(proposalType))))
    return "proposal type is not supported";
  const ids = proposals.flatMap((proposal) =>
    proposal.proposalType === "psk" ? [proposal.psk.preSharedKeyId] : [],
  );
  if (ids.some((id) => id.pskNonce.length !== hashBytes)) return "pre-shared key nonce";
  if (ids.some((id) => !isKnownPsk(psks, id) && !isHeldByAll(id, epoch.context)))
    return "pre-shared key proposal";
  if (!guards(9)) return undefined;
  return byMember ? memberListFault(proposals) : externalListFault(proposals, sender, epoch, path);
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
  const before = tree[leafToNodeIndex(toLeafIndex(leaf))];
  const old = before?.nodeType === "leaf" ? credentialOf(before.leaf.credential) : undefined;
  const now = credentialOf(path.leafNode.credential);
  if (context.guards(6) && old !== undefined && now !== undefined && !isSuccession(old, now))
    return "credential of another device";
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

/** The tree of the next epoch: one leaf per device and per signature key, one node per encryption key (RFC 9420 §7.3). */
export function treeFault(tree: RatchetTree, newLeaves: readonly number[]): string | undefined {
  const members = membersOf(tree);
  if (members.length > MAX_GROUP_DEVICES) return "too many members";
  if (hasDuplicateDevice(members)) return "a device occurs twice";
  if (new Set(members.map(({ leafKey }) => toHex(leafKey))).size !== members.length)
    return "a signature key occurs twice";
  const fresh = newLeaves.flatMap((leaf) => tree[leafToNodeIndex(toLeafIndex(leaf))] ?? []);
  const twice = fresh.some((leaf) =>
    tree.some(
      (node) =>
        node !== undefined && node !== leaf && bytesEqual(getHpkePublicKey(node), getHpkePublicKey(leaf)),
    ),
  );
  return twice ? "an encryption key occurs twice" : undefined;
}

/**
 * The one resumption key that every member holds: the epoch's own (RFC 9420 §8.6). None of past epochs is kept, so any other would make
 * the whole group undecided at a single member's word.
 */
function isHeldByAll(id: PreSharedKeyID, { groupId, epoch }: GroupContext): boolean {
  return (
    id.psktype === "resumption" &&
    id.usage === "application" &&
    bytesEqual(id.pskGroupId, groupId) &&
    id.pskEpoch === epoch
  );
}

/** Defect 9: with an ExternalInit in it the library takes a member's commit for an external one and skips validation. */
function memberListFault(proposals: readonly Proposal[]): string | undefined {
  return proposals.some(({ proposalType }) => proposalType === "external_init")
    ? "ExternalInit by a member"
    : undefined;
}

/** RFC 9420 §12.4.3.2, and stricter: whoever joins from outside may remove nothing but its own former leaf. */
function externalListFault(
  proposals: readonly Proposal[],
  sender: Sender,
  epoch: EpochState,
  path: UpdatePath | undefined,
): string | undefined {
  if (sender.senderType !== "new_member_commit") return "sender is no member";
  const types = proposals.map(({ proposalType }) => proposalType);
  if (types.filter((type) => type === "external_init").length !== 1)
    return "external commit needs one ExternalInit";
  if (types.some((type) => type !== "external_init" && type !== "remove" && type !== "psk"))
    return "external commit with other proposals";
  const joiner = path && credentialOf(path.leafNode.credential);
  if (joiner === undefined) return "credential";
  const removed = proposals.flatMap((proposal) =>
    proposal.proposalType === "remove" ? [proposal.remove.removed] : [],
  );
  if (removed.length > 1) return "external commit removes several leaves";
  const former = epoch.members.filter(({ leaf }) => removed.includes(leaf));
  return former.length === removed.length &&
    former.every(({ credential }) => isSuccession(credential, joiner))
    ? undefined
    : "external commit removes another device";
}

/** RFC 9420 §12.4.2: no key of the path may be in the tree, nor twice in the path. */
function keysFault(path: UpdatePath, tree: RatchetTree): string | undefined {
  const fresh = [path.leafNode.hpkePublicKey, ...path.nodes.map(({ hpkePublicKey }) => hpkePublicKey)];
  const known = tree.flatMap((node) => (node === undefined ? [] : [getHpkePublicKey(node)]));
  const reused = fresh.some((key) => known.some((other) => bytesEqual(other, key)));
  const twice = fresh.some((key, i) => fresh.some((other, j) => i < j && bytesEqual(key, other)));
  return reused || twice ? "path reuses a key" : undefined;
}
