/**
 * The hash tree over the sealed leaves of a file (FIL-4), of the shape of RFC 6962 §2.1 and RFC 9162 §2.1: leaf hash SHA-256(0x00 || entry), node SHA-256(0x01 || left ||
 * right), an entry being the SHA-256 of a sealed leaf, the left subtree being the largest full one that is smaller than the whole. The prefixes keep a node from being passed off as a leaf.
 */
import { auditPathLength, bytesEqual, concatBytes, HASH_BYTES } from "@sotto/protocol";
import type { CryptoProvider } from "../provider/port.ts";

const LEAF_PREFIX = 0;
const NODE_PREFIX = 1;

/** The leaf hash of a sealed leaf. */
export async function fileLeafHash(provider: CryptoProvider, sealed: Uint8Array): Promise<Uint8Array> {
  const entry = await provider.sha256Long(sealed);
  return provider.sha256(concatBytes(Uint8Array.of(LEAF_PREFIX), entry));
}

/** All nodes, level by level from the leaf hashes to the root, each level in one array: 64 bytes a leaf. */
export interface FileTree {
  readonly levels: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/** Of the leaf hashes, 32 bytes each, at least one; they are not copied. Throws `RangeError` for another length. */
export function createFileTree(provider: CryptoProvider, leafHashes: Uint8Array): FileTree {
  if (leafHashes.length === 0 || leafHashes.length % HASH_BYTES !== 0)
    throw new RangeError("a leaf hash has 32 bytes");
  const levels = [leafHashes];
  let level = leafHashes;
  while (level.length > HASH_BYTES) levels.push((level = parentsOf(provider, level)));
  return { levels, root: level.slice() };
}

/** A node without a sibling goes up as it is: the same tree as RFC 9162's recursive one. */
function parentsOf(provider: CryptoProvider, level: Uint8Array): Uint8Array {
  const count = level.length / HASH_BYTES;
  const parents = new Uint8Array(Math.ceil(count / 2) * HASH_BYTES);
  for (let i = 0; i + 1 < count; i += 2)
    parents.set(nodeHash(provider, hashAt(level, i), hashAt(level, i + 1)), (i / 2) * HASH_BYTES);
  if (count % 2 === 1) parents.set(hashAt(level, count - 1), parents.length - HASH_BYTES);
  return parents;
}

/** Leaves of the tree. */
export function treeLeafCount(tree: FileTree): number {
  return (tree.levels[0] as Uint8Array).length / HASH_BYTES;
}

/** The leaf hash, as a view. */
export function leafHashOf(tree: FileTree, index: number): Uint8Array {
  return hashAt(tree.levels[0] as Uint8Array, index);
}

/** RFC 9162 §2.1.3.1: the siblings on the way from the leaf to the root, one after the other. */
export function auditPath(tree: FileTree, index: number): Uint8Array {
  const path = new Uint8Array(auditPathLength(treeLeafCount(tree), index) * HASH_BYTES);
  let length = 0;
  tree.levels.forEach((level, height) => {
    const sibling = (index >>> height) ^ 1;
    if (sibling * HASH_BYTES >= level.length) return;
    path.set(hashAt(level, sibling), length);
    length += HASH_BYTES;
  });
  return path;
}

/** RFC 9162 §2.1.3.2: true when a leaf with this hash is number `index` of `leafCount` in the tree with this root. */
export function verifyAuditPath(
  provider: CryptoProvider,
  root: Uint8Array,
  leafCount: number,
  index: number,
  leafHash: Uint8Array,
  path: Uint8Array,
): boolean {
  // Step 1, and that the path is one.
  if (!(index >= 0 && index < leafCount) || path.length % HASH_BYTES !== 0) return false;
  let fn = index;
  let sn = leafCount - 1;
  let hash = leafHash;
  for (let i = 0; i < path.length / HASH_BYTES; i++) {
    // Step 4a: the path is too long.
    if (sn === 0) return false;
    const sibling = hashAt(path, i);
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(provider, sibling, hash);
      // A node without a sibling went up as it was.
      while (fn % 2 === 0 && fn !== 0) {
        fn >>>= 1;
        sn >>>= 1;
      }
    } else hash = nodeHash(provider, hash, sibling);
    fn >>>= 1;
    sn >>>= 1;
  }
  // Step 5: the path is not too short either.
  return sn === 0 && bytesEqual(hash, root);
}

/** Makes the root while leaf hashes come, in memory for one hash a level. */
export interface TreeHasher {
  /** The next leaf's hash; not kept by reference. */
  append(leafHash: Uint8Array): void;
  /** Of the leaves so far; more may follow. Throws `RangeError` before the first. */
  root(): Uint8Array;
}

export function createTreeHasher(provider: CryptoProvider): TreeHasher {
  /** Roots of full subtrees, the largest first: one for each bit of `count`. */
  const roots: Uint8Array[] = [];
  let count = 0;
  return {
    append(leafHash) {
      if (leafHash.length !== HASH_BYTES) throw new RangeError("a leaf hash has 32 bytes");
      let hash: Uint8Array = leafHash.slice();
      for (let left = count; left % 2 === 1; left >>>= 1)
        hash = nodeHash(provider, roots.pop() as Uint8Array, hash);
      roots.push(hash);
      count++;
    },
    root() {
      const [last, ...others] = roots.toReversed();
      if (last === undefined) throw new RangeError("a tree has at least one leaf");
      return others.reduce((right, left) => nodeHash(provider, left, right), last).slice();
    },
  };
}

function nodeHash(provider: CryptoProvider, left: Uint8Array, right: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + 2 * HASH_BYTES);
  bytes[0] = NODE_PREFIX;
  bytes.set(left, 1);
  bytes.set(right, 1 + HASH_BYTES);
  return provider.sha256(bytes);
}

function hashAt(hashes: Uint8Array, index: number): Uint8Array {
  return hashes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES);
}
