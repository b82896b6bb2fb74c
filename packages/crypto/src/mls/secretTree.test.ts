/** The secret tree against the library's, and that of each leaf exactly one way to its keys is held. */
import * as fc from "fast-check";
import { createSecretTree as libraryTree } from "ts-mls/secretTree.js";
import { expect, test } from "vitest";
import { createNobleProvider } from "../provider/noble.ts";
import { seededRandom } from "../provider/seeded.ts";
import { createSecretTree, holdsLeaf, useLeaf } from "./secretTree.ts";
import { createSuites } from "./tsMlsSuite.ts";

const random = seededRandom("secret tree");
const { primitives, impl } = createSuites(createNobleProvider(random))(1);

test.each([1, 2, 3, 4, 5, 8, 13, 16])(
  "%d leaves: whatever the order of use, the library's",
  async (width) => {
    const secret = random(32);
    const expected = await libraryTree(width, secret, impl.kdf);
    const leaves = Array.from({ length: width }, (_, leaf) => leaf);
    const uses = fc.shuffledSubarray(leaves, { minLength: width });
    fc.assert(
      fc.property(uses, (order) => {
        let tree = createSecretTree(width, secret);
        for (const leaf of order) {
          const used = useLeaf(primitives, tree, leaf);
          const library = expected[2 * leaf];
          expect(used.ratchets.handshake.secret).toEqual(library?.handshake.secret);
          expect(used.ratchets.application.secret).toEqual(library?.application.secret);
          ({ tree } = used);
          expect(leaves.every((other) => holdsLeaf(tree, other))).toBe(true);
          expect(useLeaf(primitives, tree, leaf).tree).toBe(tree);
        }
        // Of the smallest full tree with so many leaves, those beyond the width are never used.
        expect(tree.leaves.every((ratchets) => ratchets !== undefined)).toBe(true);
      }),
      { numRuns: 20, seed: 3 },
    );
  },
);

test("deriving a leaf leaves the tree before it as it was", () => {
  const tree = createSecretTree(8, random(32));
  const before = structuredClone(tree);
  const first = useLeaf(primitives, tree, 5);
  const second = useLeaf(primitives, first.tree, 0);
  expect(tree).toEqual(before);
  expect(useLeaf(primitives, tree, 0).ratchets).toEqual(second.ratchets);
  expect([...first.tree.nodes.keys()].toSorted((a, b) => a - b)).toEqual([3, 8, 13]);
});

test("a leaf outside the tree has no ratchets", () => {
  const tree = createSecretTree(4, random(32));
  for (const leaf of [4, 77, 0xffff_ffff]) expect(() => useLeaf(primitives, tree, leaf)).toThrow(RangeError);
});
