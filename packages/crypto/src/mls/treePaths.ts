/** Ways through a ratchet tree (RFC 9420 §4.1, §7.4 and appendix C). Indexes are node indexes unless a name says leaf. */
import type { RatchetTree } from "ts-mls/ratchetTree.js";
import { directPath, isLeaf, left, leafWidth, right, toNodeIndex } from "ts-mls/treemath.js";

/** Node indexes of a parent's children. */
export function childrenOf(index: number): { readonly left: number; readonly right: number } {
  return { left: left(toNodeIndex(index)), right: right(toNodeIndex(index)) };
}

/** The parents above a leaf, from below to the root. */
export function ancestorsOf(leaf: number, width: number): readonly number[] {
  return directPath(toNodeIndex(2 * leaf), leafWidth(width));
}

/** The lowest parent above both of two different leaves of one tree. */
export function commonAncestor(leaf: number, other: number): number {
  // Two leaves of one subtree of height h agree in all bits of their leaf indexes above the h lowest.
  const height = 32 - Math.clz32(leaf ^ other);
  return ((leaf >>> height) << (height + 1)) + (1 << height) - 1;
}

/** The nodes whose keys reach every leaf of a subtree (RFC 9420 §4.1.1), in order. */
export function resolutionOf(tree: RatchetTree, index: number): readonly number[] {
  const found: number[] = [];
  const visit = (at: number): void => {
    const node = tree[at];
    if (node?.nodeType === "parent") found.push(at, ...node.parent.unmergedLeaves.map((leaf) => 2 * leaf));
    else if (node !== undefined) found.push(at);
    else if (!isLeaf(toNodeIndex(at))) {
      const children = childrenOf(at);
      visit(children.left);
      visit(children.right);
    }
  };
  visit(index);
  return found;
}

/** A parent that a path renews, and the nodes below its other child that its secret is encrypted to. */
export interface PathStep {
  readonly node: number;
  readonly copath: number;
  readonly resolution: readonly number[];
}

/** The filtered direct path of a leaf (RFC 9420 §4.1.2), from below to the root. */
export function filteredPath(tree: RatchetTree, leaf: number): readonly PathStep[] {
  return ancestorsOf(leaf, tree.length).flatMap((node) => {
    const children = childrenOf(node);
    const copath = 2 * leaf < node ? children.right : children.left;
    const resolution = resolutionOf(tree, copath);
    return resolution.length === 0 ? [] : [{ node, copath, resolution }];
  });
}
