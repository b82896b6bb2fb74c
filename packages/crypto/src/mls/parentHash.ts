/** Parent hashes (RFC 9420 §7.9): which nodes of a tree were made by one path, and by whose. */
import { bytesEqual } from "@sotto/protocol";
import { encodeParentHashInput } from "ts-mls/parentHash.js";
import type { ParentNode } from "ts-mls/parentNode.js";
import type { Node, RatchetTree } from "ts-mls/ratchetTree.js";
import type { Primitives } from "./tsMlsSuite.ts";
import type { TreeHashes } from "./treeHash.ts";
import { leavesBelow, originalTreeHash } from "./treeHash.ts";
import { childrenOf, resolutionOf } from "./treePaths.ts";

/** The parent hash of `parent` with copath child `sibling` (RFC 9420 §7.9). */
export function parentHashWith(
  tree: RatchetTree,
  hashes: TreeHashes,
  primitives: Primitives,
  index: number,
  { hpkePublicKey, parentHash, unmergedLeaves }: ParentNode,
  sibling: number,
): Uint8Array {
  const added = leavesBelow(unmergedLeaves, index, sibling < index ? "left" : "right");
  const originalSiblingTreeHash = originalTreeHash(tree, hashes, primitives, sibling, added);
  return primitives.digest(
    encodeParentHashInput({ encryptionKey: hpkePublicKey, parentHash, originalSiblingTreeHash }),
  );
}

/**
 * What is wrong with the parent hashes of a tree, or `undefined`: every non-blank parent must be vouched for by exactly one node below it
 * (RFC 9420 §7.9.2). That node is a leaf, whose signature covers its parent hash, or a parent for which the same holds; so looking at
 * each parent once is following every chain. Unmerged leaves must have been checked before: see {@link unmergedFault}.
 */
export function parentHashFault(
  tree: RatchetTree,
  hashes: TreeHashes,
  primitives: Primitives,
): string | undefined {
  for (const [index, node] of tree.entries()) {
    if (node?.nodeType !== "parent") continue;
    const { left, right } = childrenOf(index);
    const below = (child: number, sibling: number): boolean => {
      const claimed = parentHashOf(tree[vouching(tree, index, node.parent, child) ?? -1]);
      return (
        claimed !== undefined &&
        bytesEqual(claimed, parentHashWith(tree, hashes, primitives, index, node.parent, sibling))
      );
    };
    if (below(left, right) === below(right, left)) return "parent hash";
  }
  return undefined;
}

/**
 * The one node below `child` that can have been renewed together with the parent at `index`: the resolution of `child` is this node and the
 * leaves that the parent lists as unmerged there (all of which are in it, or {@link unmergedFault} had found them missing between). Any
 * other node in it came in since, and nothing that the parent hash covers speaks of it.
 */
function vouching(
  tree: RatchetTree,
  index: number,
  { unmergedLeaves }: ParentNode,
  child: number,
): number | undefined {
  const added = new Set(leavesBelow(unmergedLeaves, index, child < index ? "left" : "right"));
  const rest = resolutionOf(tree, child).filter((node) => !added.has(node / 2));
  return rest.length === 1 ? rest[0] : undefined;
}

function parentHashOf(node: Node | undefined): Uint8Array | undefined {
  if (node?.nodeType === "parent") return node.parent.parentHash;
  return node?.leaf.leafNodeSource === "commit" ? node.leaf.parentHash : undefined;
}
