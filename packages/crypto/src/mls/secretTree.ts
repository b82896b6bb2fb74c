/**
 * The secret tree of an epoch (RFC 9420 §9). Leaves are derived when they are first used: entering an epoch costs nothing, and a device
 * stores ratchets of those alone who wrote. A node's secret goes when its children are derived (§9.2), so that of every leaf either its
 * ratchets are held, or exactly one secret on its way to the root - never both.
 */
import { utf8 } from "@sotto/protocol";
import { deriveSecret, expandWithLabel } from "./labels.ts";
import type { Ratchet } from "./ratchet.ts";
import { dropSkippedBefore, startRatchet } from "./ratchet.ts";
import type { Primitives } from "./tsMlsSuite.ts";

/** The two ratchets of a sender. */
export interface LeafRatchets {
  /** For proposals and commits. */
  readonly handshake: Ratchet;
  readonly application: Ratchet;
}

/** Immutable: every step gives a new tree. */
export interface SecretTree {
  /** Secrets of the nodes above leaves that have not been used, by node index (RFC 9420 appendix C). */
  readonly nodes: ReadonlyMap<number, Uint8Array>;
  /** By leaf index; `undefined` until the leaf is used. As long as the tree is wide. */
  readonly leaves: readonly (LeafRatchets | undefined)[];
}

const LEFT = utf8("left");
const RIGHT = utf8("right");

/** The tree below an epoch's encryption secret, of which it holds a copy. */
export function createSecretTree(leafCount: number, encryptionSecret: Uint8Array): SecretTree {
  return secretTreeOf(leafCount, new Map([[rootOf(leafCount), encryptionSecret.slice()]]));
}

/** A tree of these secrets in which no leaf has been used. */
export function secretTreeOf(leafCount: number, nodes: ReadonlyMap<number, Uint8Array>): SecretTree {
  return { nodes, leaves: Array.from({ length: leafCount }, () => undefined) };
}

/** The ratchets of a leaf, in a tree that holds them. Throws `RangeError` for a leaf outside the tree. */
export function useLeaf(
  primitives: Primitives,
  tree: SecretTree,
  leaf: number,
): { readonly tree: SecretTree; readonly ratchets: LeafRatchets } {
  const known = tree.leaves[leaf];
  if (known !== undefined) return { tree, ratchets: known };
  const path = pathTo(leaf, tree.leaves.length);
  const start = path.findIndex((node) => tree.nodes.has(node));
  if (start < 0) throw new RangeError("no such leaf");
  const nodes = new Map(tree.nodes);
  let secret = tree.nodes.get(path[start] as number) as Uint8Array;
  nodes.delete(path[start] as number);
  for (let i = start; i < path.length - 1; i++) {
    const [node, child] = [path[i] as number, path[i + 1] as number];
    const sides = {
      left: childSecret(primitives, secret, LEFT),
      right: childSecret(primitives, secret, RIGHT),
    };
    if (i > start) secret.fill(0);
    secret = child < node ? sides.left : sides.right;
    nodes.set(siblingOf(node, child), child < node ? sides.right : sides.left);
  }
  const ratchets = {
    handshake: startRatchet(deriveSecret(primitives, secret, "handshake")),
    application: startRatchet(deriveSecret(primitives, secret, "application")),
  };
  if (path.length - 1 > start) secret.fill(0);
  return { tree: withLeaf({ ...tree, nodes }, leaf, ratchets), ratchets };
}

export function withLeaf(tree: SecretTree, leaf: number, ratchets: LeafRatchets): SecretTree {
  return { ...tree, leaves: tree.leaves.with(leaf, ratchets) };
}

/** Whether the tree holds of a leaf what it must, and not more. */
export function holdsLeaf({ nodes, leaves }: SecretTree, leaf: number): boolean {
  const above = pathTo(leaf, leaves.length).filter((node) => nodes.has(node)).length;
  return above === (leaves[leaf] === undefined ? 1 : 0);
}

/** The tree without keys that were passed over before `beforeMs`; the same value if there are none. */
export function dropSkippedKeysBefore(tree: SecretTree, beforeMs: number): SecretTree {
  let changed = false;
  const leaves = tree.leaves.map((ratchets) => {
    if (ratchets === undefined) return ratchets;
    const handshake = dropSkippedBefore(ratchets.handshake, beforeMs);
    const application = dropSkippedBefore(ratchets.application, beforeMs);
    if (handshake === ratchets.handshake && application === ratchets.application) return ratchets;
    changed = true;
    return { handshake, application };
  });
  return changed ? { ...tree, leaves } : tree;
}

function childSecret(primitives: Primitives, secret: Uint8Array, side: Uint8Array): Uint8Array {
  return expandWithLabel(primitives, secret, "tree", side, primitives.hashBytes);
}

/** Node indexes from the root down to the leaf. */
function pathTo(leaf: number, leafCount: number): readonly number[] {
  const target = 2 * leaf;
  if (leaf >= leafCount) return [];
  const path = [rootOf(leafCount)];
  for (let node = path[0] as number; node !== target; path.push(node)) {
    // A node of level k ends in k ones; its children lie 2^(k - 1) to either side.
    const half = ((node + 1) & -(node + 1)) >>> 1;
    node += target < node ? -half : half;
  }
  return path;
}

function siblingOf(parent: number, child: number): number {
  return 2 * parent - child;
}

/** RFC 9420 appendix C: of the smallest full tree with so many leaves. */
function rootOf(leafCount: number): number {
  let width = 1;
  while (width < leafCount) width *= 2;
  return width - 1;
}
