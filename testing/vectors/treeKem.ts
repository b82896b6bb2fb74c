/** treekem: paths of other implementations as every member receives them, and paths that the engine makes in the same trees (RFC 9420 §7). */
import type { Suite } from "@sotto/crypto/internals";
import {
  ancestorsOf,
  applyPath,
  commonAncestor,
  openPath,
  ratchetTreeFault,
  receivePath,
  renewPath,
  rootHash,
} from "@sotto/crypto/internals";
import { toHex } from "@sotto/protocol";
import type { GroupContext } from "ts-mls/groupContext.js";
import type { PrivateKeyPath } from "ts-mls/privateKeyPath.js";
import type { RatchetTree } from "ts-mls/ratchetTree.js";
import type { UpdatePath } from "ts-mls/updatePath.js";
import { decodeUpdatePath } from "ts-mls/updatePath.js";
import { expectBytes, expectEqual, expectSame, fromHex, present } from "./expect.ts";
import { kindOf } from "./kind.ts";
import { suiteOfVector } from "./suites.ts";
import { treeOf } from "./trees.ts";

interface LeafKeys {
  readonly index: number;
  readonly encryption_priv: string;
  readonly signature_priv: string;
  readonly path_secrets: readonly { readonly node: number; readonly path_secret: string }[];
}

interface Path {
  readonly sender: number;
  readonly update_path: string;
  /** By leaf; null for the sender and for blank leaves. */
  readonly path_secrets: readonly (string | null)[];
  readonly commit_secret: string;
  readonly tree_hash_after: string;
}

interface Vector {
  readonly cipher_suite: number;
  readonly group_id: string;
  readonly epoch: number;
  readonly confirmed_transcript_hash: string;
  readonly ratchet_tree: string;
  readonly leaves_private: readonly LeafKeys[];
  readonly update_paths: readonly Path[];
}

/** The group before a path. */
interface Group {
  readonly suite: Suite;
  readonly tree: RatchetTree;
  readonly context: GroupContext;
  /** What each member holds. */
  readonly members: readonly PrivateKeyPath[];
}

export const treeKem = kindOf<Vector>("treekem", async (vector) => {
  const suite = suiteOfVector(vector.cipher_suite);
  const tree = treeOf(vector.ratchet_tree);
  const context: GroupContext = {
    version: "mls10",
    cipherSuite: suite.impl.name,
    groupId: fromHex(vector.group_id),
    epoch: BigInt(vector.epoch),
    treeHash: rootHash(tree, suite.primitives),
    confirmedTranscriptHash: fromHex(vector.confirmed_transcript_hash),
    extensions: [],
  };
  const members = await Promise.all(vector.leaves_private.map((leaf) => keysOf(suite, tree, leaf)));
  const group = { suite, tree, context, members };
  for (const path of vector.update_paths) {
    await receiveForeign(group, path);
    const leaf = vector.leaves_private.find(({ index }) => index === path.sender);
    await receiveOwn(group, path.sender, fromHex(present("sender", leaf).signature_priv));
  }
});

/** The private keys of a leaf and of the parents whose path secrets it knows, which must be those of the tree. */
async function keysOf({ impl }: Suite, tree: RatchetTree, leaf: LeafKeys): Promise<PrivateKeyPath> {
  const privateKeys: Record<number, Uint8Array> = { [2 * leaf.index]: fromHex(leaf.encryption_priv) };
  for (const { node, path_secret } of leaf.path_secrets) {
    const opened = await openPath(impl, tree, [node], fromHex(path_secret));
    expectSame(`key of node ${node}`, opened.matches, true);
    Object.assign(privateKeys, opened.privateKeys);
  }
  return { leafIndex: leaf.index, privateKeys };
}

async function receiveForeign({ suite, tree, context, members }: Group, path: Path): Promise<void> {
  const bytes = fromHex(path.update_path);
  const [updatePath, size] = present("update path", decodeUpdatePath(bytes, 0));
  expectSame("bytes of the path", size, bytes.length);
  const after = applyPath(suite, tree, path.sender, updatePath);
  if (typeof after === "string") throw new Error(after);
  expectBytes("tree hash after", rootHash(after, suite.primitives, tree), path.tree_hash_after);
  // The vectors name the epoch under which the secrets are encrypted.
  const provisional = { ...context, treeHash: fromHex(path.tree_hash_after) };
  expectSame("fault after", await ratchetTreeFault(suite, after, provisional), undefined);
  for (const member of members) {
    if (member.leafIndex === path.sender) continue;
    const expected = present("path secret", path.path_secrets[member.leafIndex]);
    const received = await receive(suite, member, provisional, updatePath, after, path.sender);
    expectBytes("commit secret", received.commitSecret, path.commit_secret);
    const shared = nodesShared(after, member.leafIndex, path.sender);
    const opened = await openPath(suite.impl, after, shared, fromHex(expected));
    expectSame(`path of ${path.sender} to ${member.leafIndex}`, opened.matches, true);
    expectBytes("commit secret, from the vector's path secret", opened.commitSecret, path.commit_secret);
    expectSame("nodes", Object.keys(received.privateKeys).join(), Object.keys(opened.privateKeys).join());
    for (const [node, key] of Object.entries(opened.privateKeys))
      expectEqual(`key of node ${node}`, present("key", received.privateKeys[Number(node)]), key);
  }
}

/** A path that the engine makes for the same sender: a valid tree, which all others enter with one commit secret. */
async function receiveOwn(
  { suite, tree, context, members }: Group,
  sender: number,
  signaturePrivateKey: Uint8Array,
): Promise<void> {
  const own = present(
    "sender",
    members.find(({ leafIndex }) => leafIndex === sender),
  );
  const nothing = new Uint8Array();
  const { extensions } = context;
  const base = { context, extensions, confirmationTag: nothing, initSecret: nothing, signaturePrivateKey };
  const renewed = await renewPath(suite, base, own, tree, []);
  const treeHash = rootHash(renewed.tree, suite.primitives, tree);
  const provisional = { ...context, epoch: context.epoch + 1n, treeHash };
  expectSame("fault of our tree", await ratchetTreeFault(suite, renewed.tree, provisional), undefined);
  for (const member of members) {
    if (member.leafIndex === sender) continue;
    const received = await receive(suite, member, provisional, renewed.path, renewed.tree, sender);
    expectEqual(`our path to ${member.leafIndex}`, received.commitSecret, renewed.commitSecret);
    for (const [node, key] of Object.entries(received.privateKeys)) {
      const kept = present(`our key of node ${node}`, renewed.privatePath.privateKeys[Number(node)]);
      expectSame(`our key of node ${node}`, toHex(key), toHex(kept));
    }
  }
}

function receive(
  suite: Suite,
  path: PrivateKeyPath,
  context: GroupContext,
  updatePath: UpdatePath,
  tree: RatchetTree,
  committer: number,
): ReturnType<typeof receivePath> {
  return receivePath(suite.impl, tree, path, committer, updatePath, context, []);
}

/** The parents that both leaves have above them and that the path renewed, ascending. */
function nodesShared(tree: RatchetTree, leaf: number, sender: number): readonly number[] {
  const above = ancestorsOf(leaf, tree.length);
  return above
    .slice(above.indexOf(commonAncestor(leaf, sender)))
    .filter((index) => tree[index] !== undefined);
}
