/**
 * The integrity of a ratchet tree for someone who joins (RFC 9420 §12.4.3.1, §7.3, §7.9.2): what the RFC asks of any tree. Our own rules
 * come on top (tsMlsJoin.ts), so that trees of other implementations can be judged with this alone.
 */
import { bytesEqual, toHex } from "@sotto/protocol";
import type { Capabilities } from "ts-mls/capabilities.js";
import { extensionsSupportedByCapabilities } from "ts-mls/extension.js";
import type { GroupContext } from "ts-mls/groupContext.js";
import type { LeafNode } from "ts-mls/leafNode.js";
import { verifyLeafNodeSignature } from "ts-mls/leafNode.js";
import type { RatchetTree } from "ts-mls/ratchetTree.js";
import { getHpkePublicKey } from "ts-mls/ratchetTree.js";
import type { RequiredCapabilities } from "ts-mls/requiredCapabilities.js";
import { decodeRequiredCapabilities } from "ts-mls/requiredCapabilities.js";
import { isLeaf, rootFromNodeWidth, toNodeIndex } from "ts-mls/treemath.js";
import { parentHashFault } from "./parentHash.ts";
import { attempt } from "./tsMlsCodec.ts";
import type { Suite } from "./tsMlsSuite.ts";
import { treeHashes } from "./treeHash.ts";
import { childrenOf } from "./treePaths.ts";

/** What a tree is judged with. */
export type TreeSuite = Pick<Suite, "impl" | "primitives">;

/** What is wrong with the tree, or `undefined`. Cheap checks come first. Lifetimes and credentials are not looked at. */
export async function ratchetTreeFault(
  { impl, primitives }: TreeSuite,
  tree: RatchetTree,
  context: Pick<GroupContext, "groupId" | "extensions" | "treeHash">,
): Promise<string | undefined> {
  const leaves = leavesOf(tree);
  const cheap =
    shapeFault(tree) ??
    unmergedFault(tree) ??
    duplicateKeyFault(tree, leaves) ??
    capabilitiesFault(leaves, context.extensions);
  if (cheap !== undefined) return cheap;
  const hashes = treeHashes(tree, primitives);
  if (!bytesEqual(hashes[rootFromNodeWidth(tree.length)] as Uint8Array, context.treeHash)) return "tree hash";
  const hashFault = parentHashFault(tree, hashes, primitives);
  if (hashFault !== undefined) return hashFault;
  const signed = await Promise.all(
    leaves.map(({ index, leaf }) => verifyLeafNodeSignature(leaf, context.groupId, index, impl.signature)),
  );
  return signed.every(Boolean) ? undefined : "leaf signature";
}

/**
 * RFC 9420 §12.4.3.1: an unmerged leaf is a non-blank leaf below its parent, and every non-blank parent between the two lists it as well. One
 * above need not: it may have been renewed since, and the leaf merged into it (defect 2). Lists ascend (§7.1), so no leaf is in one twice.
 */
export function unmergedFault(tree: RatchetTree): string | undefined {
  const lists = tree.map((node) =>
    node?.nodeType === "parent" ? new Set(node.parent.unmergedLeaves) : null,
  );
  for (const [index, node] of tree.entries()) {
    if (node?.nodeType !== "parent") continue;
    let last = -1;
    for (const leaf of node.parent.unmergedLeaves) {
      if (leaf <= last) return "unmerged leaves out of order";
      last = leaf;
      const next = nextTowards(tree, index, leaf);
      // What is below the next parent, that one's own entry vouches for.
      if (next !== 2 * leaf && lists[next]?.has(leaf) !== true) return "unmerged leaf";
      if (tree[next] === undefined) return "unmerged leaf";
    }
  }
  return undefined;
}

/** The first node that is not blank on the way from a parent down towards a leaf; a leaf's place if there is none. */
function nextTowards(tree: RatchetTree, index: number, leaf: number): number {
  let at = index;
  do {
    const { left, right } = childrenOf(at);
    at = 2 * leaf < at ? left : right;
  } while (tree[at] === undefined && !isLeaf(toNodeIndex(at)));
  return at;
}

interface PlacedLeaf {
  readonly index: number;
  readonly leaf: LeafNode;
}

function leavesOf(tree: RatchetTree): readonly PlacedLeaf[] {
  return tree.flatMap((node, index) =>
    node?.nodeType === "leaf" ? [{ index: index / 2, leaf: node.leaf }] : [],
  );
}

/** 2^n - 1 nodes and no more than needed (RFC 9420 §7.7), leaves and parents each in their places. */
function shapeFault(tree: RatchetTree): string | undefined {
  const rightHalf = tree.slice(tree.length === 1 ? 0 : rootFromNodeWidth(tree.length) + 1);
  const full = (tree.length & (tree.length + 1)) === 0 && rightHalf.some((node) => node !== undefined);
  const placed = tree.every(
    (node, index) => node === undefined || (node.nodeType === "leaf") === isLeaf(toNodeIndex(index)),
  );
  return full && placed ? undefined : "not a tree";
}

/** One node per encryption key, one leaf per signature key. */
function duplicateKeyFault(tree: RatchetTree, leaves: readonly PlacedLeaf[]): string | undefined {
  const keys = tree.flatMap((node) => (node === undefined ? [] : [toHex(getHpkePublicKey(node))]));
  if (new Set(keys).size !== keys.length) return "an encryption key occurs twice";
  const signers = new Set(leaves.map(({ leaf }) => toHex(leaf.signaturePublicKey)));
  return signers.size === leaves.length ? undefined : "a signature key occurs twice";
}

/** Every leaf can do what the group requires and what the other leaves use. */
function capabilitiesFault(
  leaves: readonly PlacedLeaf[],
  extensions: GroupContext["extensions"],
): string | undefined {
  const required = requiredOf(extensions);
  if (required === "malformed") return "required capabilities";
  const credentials = new Set(leaves.map(({ leaf }) => leaf.credential.credentialType));
  for (const { leaf } of leaves) {
    const { capabilities } = leaf;
    if (!extensionsSupportedByCapabilities(leaf.extensions, capabilities)) return "unsupported extension";
    if (required !== undefined && !hasCapabilities(capabilities, required))
      return "leaf lacks a required capability";
    if (![...credentials].every((type) => capabilities.credentials.includes(type)))
      return "unsupported credential type";
  }
  return undefined;
}

function requiredOf(extensions: GroupContext["extensions"]): RequiredCapabilities | "malformed" | undefined {
  const extension = extensions.find(({ extensionType }) => extensionType === "required_capabilities");
  if (extension === undefined) return undefined;
  const decoded = attempt(() => decodeRequiredCapabilities(extension.extensionData, 0));
  return decoded?.[1] === extension.extensionData.length ? decoded[0] : "malformed";
}

function hasCapabilities(capabilities: Capabilities, required: RequiredCapabilities): boolean {
  return (
    required.extensionTypes.every((type) => capabilities.extensions.includes(type)) &&
    required.proposalTypes.every((type) => capabilities.proposals.includes(type)) &&
    required.credentialTypes.every((type) => capabilities.credentials.includes(type))
  );
}
