/**
 * Tree hashes (RFC 9420 §7.8), each subtree hashed once. A tree is a value: its hashes are remembered with it, and a tree made from
 * another takes over the hashes of every subtree that the two share, so that a commit costs its path and not its tree.
 */
import type { LeafNode } from "ts-mls/leafNode.js";
import type { ParentNode } from "ts-mls/parentNode.js";
import type { Node, RatchetTree } from "ts-mls/ratchetTree.js";
import { encodeLeafNodeHashInput, encodeParentNodeHashInput } from "ts-mls/treeHash.js";
import { isLeaf, nodeToLeafIndex, rootFromNodeWidth, toNodeIndex } from "ts-mls/treemath.js";
import { MlsInputError } from "./port.ts";
import type { Primitives } from "./tsMlsSuite.ts";
import { childrenOf } from "./treePaths.ts";

/** By node index. */
export type TreeHashes = readonly Uint8Array[];

const remembered = new WeakMap<Primitives, WeakMap<RatchetTree, TreeHashes>>();

/**
 * The hash of every subtree. `before`: a tree whose hashes may be known already; nodes that are the same objects at the same places are not
 * hashed again. The caller may change neither tree afterwards.
 */
export function treeHashes(tree: RatchetTree, primitives: Primitives, before: RatchetTree = []): TreeHashes {
  const known = remembered.get(primitives) ?? new WeakMap<RatchetTree, TreeHashes>();
  remembered.set(primitives, known);
  const hashes = known.get(tree) ?? hashAll(tree, primitives, before, known.get(before) ?? []);
  known.set(tree, hashes);
  return hashes;
}

/** The tree hash of a group context. */
export function rootHash(tree: RatchetTree, primitives: Primitives, before?: RatchetTree): Uint8Array {
  return treeHashes(tree, primitives, before)[rootFromNodeWidth(tree.length)] as Uint8Array;
}

/**
 * The hash that a subtree had before `leaves` (leaf indexes, each below it) were added: they are blank and no parent lists them (RFC
 * 9420 §7.9, "original tree hash"). Subtrees without any of them are not hashed again.
 */
export function originalTreeHash(
  tree: RatchetTree,
  hashes: TreeHashes,
  primitives: Primitives,
  subtree: number,
  leaves: readonly number[],
): Uint8Array {
  const removed = new Set(leaves);
  const hashOf = (index: number, below: readonly number[]): Uint8Array => {
    if (below.length === 0) return hashes[index] as Uint8Array;
    if (isLeaf(toNodeIndex(index))) return hashLeaf(undefined, index, primitives);
    const { left, right } = childrenOf(index);
    const leftHash = hashOf(left, leavesBelow(below, index, "left"));
    const rightHash = hashOf(right, leavesBelow(below, index, "right"));
    return hashParent(parentWithout(tree[index], removed), leftHash, rightHash, primitives);
  };
  return hashOf(subtree, leaves);
}

/** Those of the leaves below the parent at `index` that are on one side of it. */
export function leavesBelow(
  leaves: readonly number[],
  index: number,
  side: "left" | "right",
): readonly number[] {
  return leaves.filter((leaf) => 2 * leaf < index === (side === "left"));
}

function hashAll(
  tree: RatchetTree,
  primitives: Primitives,
  before: RatchetTree,
  known: TreeHashes,
): TreeHashes {
  const hashes: Uint8Array[] = [];
  const same: boolean[] = [];
  for (const index of bottomUp(tree.length)) {
    const node = tree[index];
    const unchanged = index < known.length && node === before[index];
    if (isLeaf(toNodeIndex(index))) {
      if (node?.nodeType === "parent") throw new MlsInputError("invalid", "a parent in a leaf's place");
      same[index] = unchanged;
      hashes[index] = unchanged ? (known[index] as Uint8Array) : hashLeaf(node?.leaf, index, primitives);
      continue;
    }
    if (node?.nodeType === "leaf") throw new MlsInputError("invalid", "a leaf in a parent's place");
    const { left, right } = childrenOf(index);
    same[index] = unchanged && same[left] === true && same[right] === true;
    hashes[index] = same[index]
      ? (known[index] as Uint8Array)
      : hashParent(node?.parent, hashes[left] as Uint8Array, hashes[right] as Uint8Array, primitives);
  }
  return hashes;
}

/** Node indexes of a tree so that children come before their parent. */
function* bottomUp(width: number): Generator<number> {
  for (let step = 1; step <= width; step *= 2)
    for (let index = step - 1; index < width; index += 2 * step) yield index;
}

function parentWithout(node: Node | undefined, leaves: ReadonlySet<number>): ParentNode | undefined {
  if (node?.nodeType !== "parent") return undefined;
  const { parent } = node;
  return { ...parent, unmergedLeaves: parent.unmergedLeaves.filter((leaf) => !leaves.has(leaf)) };
}

function hashLeaf(leafNode: LeafNode | undefined, index: number, primitives: Primitives): Uint8Array {
  const leafIndex = nodeToLeafIndex(toNodeIndex(index));
  return primitives.digest(encodeLeafNodeHashInput({ nodeType: "leaf", leafIndex, leafNode }));
}

function hashParent(
  parentNode: ParentNode | undefined,
  leftHash: Uint8Array,
  rightHash: Uint8Array,
  primitives: Primitives,
): Uint8Array {
  return primitives.digest(
    encodeParentNodeHashInput({ nodeType: "parent", parentNode, leftHash, rightHash }),
  );
}
