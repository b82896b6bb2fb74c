import { createHash } from "node:crypto";
import { concatBytes, fromHex, toHex } from "@sotto/protocol";
import { describe, expect, it, test } from "vitest";
import { createNobleProvider } from "../provider/noble.ts";
import { seededRandom } from "../provider/seeded.ts";
import {
  auditPath,
  createFileTree,
  createTreeHasher,
  fileLeafHash,
  leafHashOf,
  treeLeafCount,
  verifyAuditPath,
} from "./tree.ts";

const provider = createNobleProvider(seededRandom("tree"));

/** RFC 9162 §2.1.1 and §2.1.3.1 word for word, with node:crypto, over leaf hashes. */
const sha256 = (...parts: readonly Uint8Array[]): Uint8Array => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};
const largestPowerBelow = (n: number): number => {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
};
function expectedRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return leaves[0] as Uint8Array;
  const k = largestPowerBelow(leaves.length);
  return sha256(Uint8Array.of(1), expectedRoot(leaves.slice(0, k)), expectedRoot(leaves.slice(k)));
}
function expectedPath(leaves: readonly Uint8Array[], m: number): readonly Uint8Array[] {
  if (leaves.length === 1) return [];
  const k = largestPowerBelow(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return m < k
    ? [...expectedPath(left, m), expectedRoot(right)]
    : [...expectedPath(right, m - k), expectedRoot(left)];
}

const leavesOf = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => sha256(Uint8Array.of(0), Uint8Array.of(i, i >> 8)));
const treeOf = (count: number) => createFileTree(provider, concatBytes(...leavesOf(count)));
const flip = (bytes: Uint8Array, bit: number): Uint8Array => {
  const copy = bytes.slice();
  copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
  return copy;
};

describe("FIL-4: the hash tree", () => {
  // From the reference tests of RFC 6962's authors: eight leaves, and the roots of the first 1 to 8 of them.
  const inputs = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
  ];
  test.each(
    [
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
      "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
      "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
      "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ].map((root, i) => [i + 1, root] as const),
  )("published root of %i leaves", (count, root) => {
    const hashes = inputs
      .slice(0, count)
      .map((input) => sha256(Uint8Array.of(0), fromHex(input) as Uint8Array));
    expect(toHex(createFileTree(provider, concatBytes(...hashes)).root)).toBe(root);
  });

  test.each(Array.from({ length: 40 }, (_, i) => i + 1))(
    "of %i leaves: root, every path, and the root made one by one",
    (count) => {
      const leaves = leavesOf(count);
      const tree = treeOf(count);
      const hasher = createTreeHasher(provider);
      for (const leaf of leaves) hasher.append(leaf);
      const root = toHex(expectedRoot(leaves));
      expect([toHex(tree.root), toHex(hasher.root()), treeLeafCount(tree)]).toEqual([root, root, count]);
      leaves.forEach((leaf, i) => {
        const path = auditPath(tree, i);
        expect(toHex(path)).toBe(toHex(concatBytes(...expectedPath(leaves, i))));
        expect(leafHashOf(tree, i)).toEqual(leaf);
        expect(verifyAuditPath(provider, tree.root, count, i, leaf, path)).toBe(true);
      });
    },
  );

  test.each([1, 2, 3, 5, 7, 8, 13, 40])("of %i leaves: nothing else verifies", (count) => {
    const tree = treeOf(count);
    const leaves = leavesOf(count);
    leaves.forEach((leaf, i) => {
      const path = auditPath(tree, i);
      const verify = (root: Uint8Array, size: number, index: number, hash: Uint8Array, by: Uint8Array) =>
        verifyAuditPath(provider, root, size, index, hash, by);
      for (let other = -1; other <= count; other++)
        if (other !== i) expect(verify(tree.root, count, other, leaf, path)).toBe(false);
      expect(verify(tree.root, 0, i, leaf, path)).toBe(false);
      for (const bit of [0, 100, 255]) {
        expect(verify(flip(tree.root, bit), count, i, leaf, path)).toBe(false);
        expect(verify(tree.root, count, i, flip(leaf, bit), path)).toBe(false);
      }
      for (let bit = 0; bit < path.length * 8; bit += 61)
        expect(verify(tree.root, count, i, leaf, flip(path, bit))).toBe(false);
      if (path.length > 0) {
        expect(verify(tree.root, count, i, leaf, path.subarray(32))).toBe(false);
        expect(verify(tree.root, count, i, leaf, path.subarray(0, -32))).toBe(false);
        expect(verify(tree.root, count, i, leaf, path.subarray(0, -1))).toBe(false);
      }
      expect(verify(tree.root, count, i, leaf, concatBytes(path, tree.root))).toBe(false);
      expect(verify(tree.root.subarray(1), count, i, leaf, path)).toBe(false);
    });
  });

  it("an entry is the hash of a sealed leaf", async () => {
    const sealed = new Uint8Array(5000).fill(3);
    expect(await fileLeafHash(provider, sealed)).toEqual(sha256(Uint8Array.of(0), sha256(sealed)));
  });

  it("a node is no leaf, and a tree with its last leaf twice is another tree", () => {
    const leaves = leavesOf(4);
    const tree = treeOf(4);
    const [node] = [tree.levels[1]?.slice(0, 32) as Uint8Array];
    expect(verifyAuditPath(provider, tree.root, 2, 0, node, tree.levels[1]?.slice(32) as Uint8Array)).toBe(
      true,
    );
    // Which is why the number of leaves comes from the manifest, and leaf hashes have a prefix of their own.
    expect(toHex(sha256(Uint8Array.of(0), leaves[0] as Uint8Array, leaves[1] as Uint8Array))).not.toBe(
      toHex(node),
    );
    const three = leavesOf(3);
    const doubled = createFileTree(provider, concatBytes(...three, three[2] as Uint8Array));
    expect(toHex(doubled.root)).not.toBe(toHex(treeOf(3).root));
  });

  it("a path that is longer or shorter than the tree is high leads nowhere, even to a root made for it", () => {
    const [first, second] = leavesOf(2) as [Uint8Array, Uint8Array];
    const above = sha256(Uint8Array.of(1), second, first);
    expect(verifyAuditPath(provider, above, 1, 0, first, second)).toBe(false);
    const pair = sha256(Uint8Array.of(1), first, second);
    expect(verifyAuditPath(provider, pair, 2, 0, first, second)).toBe(true);
    for (const count of [3, 4, 5])
      expect(verifyAuditPath(provider, pair, count, 0, first, second)).toBe(false);
    expect(verifyAuditPath(provider, first, 2, 0, first, new Uint8Array())).toBe(false);
  });

  it("one by one: a root after each leaf, in memory for one hash a level", () => {
    const hasher = createTreeHasher(provider);
    expect(() => hasher.root()).toThrow(RangeError);
    expect(() => hasher.append(new Uint8Array(31))).toThrow(RangeError);
    const leaves = leavesOf(100);
    leaves.forEach((leaf, i) => {
      const given = leaf.slice();
      hasher.append(given);
      given.fill(0);
      expect(toHex(hasher.root())).toBe(toHex(expectedRoot(leaves.slice(0, i + 1))));
      hasher.root().fill(0);
    });
  });

  it("only of whole hashes", () => {
    for (const size of [0, 31, 33])
      expect(() => createFileTree(provider, new Uint8Array(size))).toThrow(RangeError);
  });
});
