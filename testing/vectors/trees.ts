/** tree-validation and tree-operations: ratchet trees as a joiner judges them, and what a proposal does to one (RFC 9420 §7). */
import { ratchetTreeFault, resolutionOf, rootHash, treeHashes } from "@sotto/crypto/internals";
import { decodeProposal } from "ts-mls/proposal.js";
import type { RatchetTree } from "ts-mls/ratchetTree.js";
import {
  addLeafNode,
  decodeRatchetTree,
  encodeRatchetTree,
  removeLeafNode,
  updateLeafNode,
} from "ts-mls/ratchetTree.js";
import { toLeafIndex } from "ts-mls/treemath.js";
import { expectBytes, expectSame, fromHex, present } from "./expect.ts";
import { kindOf } from "./kind.ts";
import { suiteOfVector } from "./suites.ts";

interface ValidationVector {
  readonly cipher_suite: number;
  readonly tree: string;
  readonly group_id: string;
  readonly resolutions: readonly (readonly number[])[];
  readonly tree_hashes: readonly string[];
}

export const treeValidation = kindOf<ValidationVector>("tree-validation", async (vector) => {
  const suite = suiteOfVector(vector.cipher_suite);
  const tree = treeOf(vector.tree);
  const hashes = treeHashes(tree, suite.primitives);
  expectSame("nodes", hashes.length, vector.tree_hashes.length);
  for (const [index, expected] of vector.tree_hashes.entries())
    expectBytes(`tree hash ${index}`, present(`tree hash ${index}`, hashes[index]), expected);
  for (const [index, expected] of vector.resolutions.entries())
    expectSame(`resolution ${index}`, resolutionOf(tree, index).join(), expected.join());

  const context = {
    groupId: fromHex(vector.group_id),
    extensions: [],
    treeHash: rootHash(tree, suite.primitives),
  };
  expectSame("fault", await ratchetTreeFault(suite, tree, context), undefined);
  // Not a vector's word: the same tree in another group, where the leaves of its commits and Updates are signed for this one.
  const bound = tree.some((node) => node?.nodeType === "leaf" && node.leaf.leafNodeSource !== "key_package");
  const elsewhere = { ...context, groupId: Uint8Array.of(...context.groupId, 0) };
  const fault = await ratchetTreeFault(suite, tree, elsewhere);
  expectSame("fault in another group", fault, bound ? "leaf signature" : undefined);
});

interface OperationVector {
  readonly cipher_suite: number;
  readonly tree_before: string;
  readonly proposal: string;
  readonly proposal_sender: number;
  readonly tree_hash_before: string;
  readonly tree_after: string;
  readonly tree_hash_after: string;
}

export const treeOperations = kindOf<OperationVector>("tree-operations", (vector) => {
  const { primitives } = suiteOfVector(vector.cipher_suite);
  const before = treeOf(vector.tree_before);
  expectBytes("tree hash before", rootHash(before, primitives), vector.tree_hash_before);
  const after = applied(before, fromHex(vector.proposal), vector.proposal_sender);
  expectBytes("tree after", encodeRatchetTree(after), vector.tree_after);
  // Once with what is known of the tree before, and once from nothing.
  expectBytes("tree hash after", rootHash(after, primitives, before), vector.tree_hash_after);
  expectBytes("tree hash after", rootHash(treeOf(vector.tree_after), primitives), vector.tree_hash_after);
});

/** The tree of its encoding. */
export function treeOf(hex: string): RatchetTree {
  const bytes = fromHex(hex);
  const [tree, size] = present("tree", decodeRatchetTree(bytes, 0));
  expectSame("bytes of the tree", size, bytes.length);
  return tree;
}

function applied(tree: RatchetTree, bytes: Uint8Array, sender: number): RatchetTree {
  const [proposal] = present("proposal", decodeProposal(bytes, 0));
  switch (proposal.proposalType) {
    case "add":
      return addLeafNode(tree, proposal.add.keyPackage.leafNode)[0];
    case "update":
      return updateLeafNode(tree, proposal.update.leafNode, toLeafIndex(sender));
    case "remove":
      return removeLeafNode(tree, toLeafIndex(proposal.remove.removed));
    default:
      throw new Error(`proposal ${proposal.proposalType}`);
  }
}
