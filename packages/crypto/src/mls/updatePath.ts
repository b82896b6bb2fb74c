/**
 * Update paths (RFC 9420 §7.4-7.6): making one, entering its public half into the tree, and opening what it holds for a member. Every
 * function returns a new tree, which shares all nodes off the path with the old one, and so their hashes (treeHash.ts).
 */
import { bytesEqual } from "@sotto/protocol";
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import { decryptWithLabel, encryptWithLabel } from "ts-mls/crypto/hpke.js";
import { deriveSecret } from "ts-mls/crypto/kdf.js";
import type { GroupContext } from "ts-mls/groupContext.js";
import { encodeGroupContext } from "ts-mls/groupContext.js";
import type { LeafNode, LeafNodeCommit } from "ts-mls/leafNode.js";
import { signLeafNodeCommit } from "ts-mls/leafNode.js";
import type { RatchetTree } from "ts-mls/ratchetTree.js";
import { getHpkePublicKey } from "ts-mls/ratchetTree.js";
import type { UpdatePath, UpdatePathNode } from "ts-mls/updatePath.js";
import { parentHashWith } from "./parentHash.ts";
import type { OpenedPath } from "./pathSecrets.ts";
import { openPath } from "./pathSecrets.ts";
import { rootHash, treeHashes } from "./treeHash.ts";
import type { PathStep } from "./treePaths.ts";
import { ancestorsOf, commonAncestor, filteredPath } from "./treePaths.ts";
import type { TreeSuite } from "./treeValidation.ts";

/** What a path is made from. */
export interface PathInput {
  /** After the proposals, with the own leaf in it. */
  readonly tree: RatchetTree;
  readonly leaf: number;
  /** Of the epoch before; its extensions are those of the next one. */
  readonly context: GroupContext;
  readonly signaturePrivateKey: Uint8Array;
  /** Leaf indexes of those who get their secrets by the Welcome. */
  readonly added: readonly number[];
}

export interface CreatedPath {
  readonly tree: RatchetTree;
  readonly path: UpdatePath;
  /** Path secrets by node index; the caller's to wipe, like the following. */
  readonly secrets: ReadonlyMap<number, Uint8Array>;
  /** Private keys by node index, the leaf's among them. */
  readonly privateKeys: Readonly<Record<number, Uint8Array>>;
  readonly commitSecret: Uint8Array;
}

/** New keys from a leaf to the root. */
export async function createPath(suite: TreeSuite, input: PathInput): Promise<CreatedPath> {
  const { impl } = suite;
  const { tree: before, leaf } = input;
  const old = before[2 * leaf];
  if (old?.nodeType !== "leaf") throw new Error("the leaf is not in the tree");
  const steps = filteredPath(before, leaf);
  const keys = await makeKeys(impl, [2 * leaf, ...steps.map(({ node }) => node)]);
  const publicKeys = keys.publicKeys.slice(1);
  const { tree: filled, parentHash } = fillPath(suite, before, leaf, steps, publicKeys);
  const leafNode = await signLeaf(impl, input, old.leaf, keys.publicKeys[0] as Uint8Array, parentHash);
  const tree = filled.with(2 * leaf, { nodeType: "leaf", leaf: leafNode });

  const context: GroupContext = {
    ...input.context,
    epoch: input.context.epoch + 1n,
    treeHash: rootHash(tree, suite.primitives, before),
  };
  const nodes = await sealSecrets(impl, before, steps, publicKeys, keys.secrets, context, input.added);
  return { ...keys, tree, path: { leafNode, nodes } };
}

/** The tree after a path of `leaf`, or what is wrong with it. That it has a node for each step, and fresh keys, must have been checked. */
export function applyPath(
  suite: TreeSuite,
  before: RatchetTree,
  leaf: number,
  path: UpdatePath,
): RatchetTree | string {
  const steps = filteredPath(before, leaf);
  const publicKeys = path.nodes.map(({ hpkePublicKey }) => hpkePublicKey);
  if (publicKeys.length !== steps.length) return "path does not fit the tree";
  const { tree: filled, parentHash } = fillPath(suite, before, leaf, steps, publicKeys);
  // RFC 9420 §7.9.2: the leaf's signature covers it, and through it the whole path.
  if (!bytesEqual(parentHash, path.leafNode.parentHash)) return "parent hash";
  const tree = filled.with(2 * leaf, { nodeType: "leaf", leaf: path.leafNode });
  treeHashes(tree, suite.primitives, before);
  return tree;
}

/** What a path of `sender` holds for a member. Throws if it cannot be decrypted. */
export async function receivePath(
  impl: CiphersuiteImpl,
  tree: RatchetTree,
  own: { readonly leafIndex: number; readonly privateKeys: Readonly<Record<number, Uint8Array>> },
  sender: number,
  path: UpdatePath,
  context: GroupContext,
  added: readonly number[],
): Promise<OpenedPath> {
  const steps = filteredPath(tree, sender);
  const shared = commonAncestor(own.leafIndex, sender);
  const at = steps.findIndex(({ node }) => node === shared);
  const sealed = path.nodes[at]?.encryptedPathSecret;
  const recipients = recipientsOf(steps[at], added);
  const place = recipients.findIndex((node) => own.privateKeys[node] !== undefined);
  const ciphertext = sealed?.[place];
  const key = own.privateKeys[recipients[place] ?? -1];
  if (ciphertext === undefined || key === undefined) throw new Error("no ciphertext for this member");
  const secret = await decryptWithLabel(
    await impl.hpke.importPrivateKey(key),
    "UpdatePathNode",
    encodeGroupContext(context),
    ciphertext.kemOutput,
    ciphertext.ciphertext,
    impl.hpke,
  );
  if (secret.length !== impl.kdf.size) throw new Error("path secret of a wrong size");
  const nodes = steps.slice(at).map(({ node }) => node);
  return openPath(impl, tree, nodes, secret);
}

interface MadeKeys {
  readonly secrets: ReadonlyMap<number, Uint8Array>;
  readonly privateKeys: Readonly<Record<number, Uint8Array>>;
  /** In the order of the nodes. */
  readonly publicKeys: readonly Uint8Array[];
  readonly commitSecret: Uint8Array;
}

/** A fresh secret for the first node, and from each one the next's; the last derivation is the commit secret (RFC 9420 §7.4, §12.4.1). */
async function makeKeys({ hpke, kdf, rng }: CiphersuiteImpl, nodes: readonly number[]): Promise<MadeKeys> {
  const secrets = new Map<number, Uint8Array>();
  const privateKeys: Record<number, Uint8Array> = {};
  const publicKeys: Uint8Array[] = [];
  let secret = rng.randomBytes(kdf.size);
  for (const node of nodes) {
    const nodeSecret = await deriveSecret(secret, "node", kdf);
    const pair = await hpke.deriveKeyPair(nodeSecret);
    nodeSecret.fill(0);
    secrets.set(node, secret);
    privateKeys[node] = await hpke.exportPrivateKey(pair.privateKey);
    publicKeys.push(await hpke.exportPublicKey(pair.publicKey));
    secret = await deriveSecret(secret, "path", kdf);
  }
  return { secrets, privateKeys, publicKeys, commitSecret: secret };
}

/** The tree with new parents from the root down, each with its parent hash, and the hash that the leaf must have. */
function fillPath(
  { primitives }: TreeSuite,
  before: RatchetTree,
  leaf: number,
  steps: readonly PathStep[],
  publicKeys: readonly Uint8Array[],
): { readonly tree: RatchetTree; readonly parentHash: Uint8Array } {
  const hashes = treeHashes(before, primitives);
  const tree = before.slice();
  for (const index of ancestorsOf(leaf, before.length)) tree[index] = undefined;
  let parentHash: Uint8Array = new Uint8Array();
  for (const [i, { node, copath }] of [...steps.entries()].toReversed()) {
    const parent = { hpkePublicKey: publicKeys[i] as Uint8Array, parentHash, unmergedLeaves: [] };
    tree[node] = { nodeType: "parent", parent };
    // Nothing below the copath has changed.
    parentHash = parentHashWith(tree, hashes, primitives, node, parent, copath);
  }
  return { tree, parentHash };
}

async function signLeaf(
  { signature }: CiphersuiteImpl,
  { leaf: leafIndex, context: { groupId }, signaturePrivateKey }: PathInput,
  { extensions, capabilities, credential, signaturePublicKey }: LeafNode,
  hpkePublicKey: Uint8Array,
  parentHash: Uint8Array,
): Promise<LeafNodeCommit> {
  const leaf = {
    leafNodeSource: "commit",
    hpkePublicKey,
    signaturePublicKey,
    credential,
    capabilities,
    extensions,
    parentHash,
  } as const;
  const signed = await signLeafNodeCommit({ ...leaf, groupId, leafIndex }, signaturePrivateKey, signature);
  return { ...leaf, signature: signed.signature };
}

/** Each path secret for every node of its step's resolution, those just added excepted, whom nothing of the tree tells from others. */
async function sealSecrets(
  { hpke }: CiphersuiteImpl,
  before: RatchetTree,
  steps: readonly PathStep[],
  publicKeys: readonly Uint8Array[],
  secrets: ReadonlyMap<number, Uint8Array>,
  context: GroupContext,
  added: readonly number[],
): Promise<UpdatePathNode[]> {
  const encoded = encodeGroupContext(context);
  const sealTo = async (index: number, secret: Uint8Array) => {
    const node = before[index];
    if (node === undefined) throw new Error("a blank node in a resolution");
    const key = await hpke.importPublicKey(getHpkePublicKey(node));
    const { enc, ct } = await encryptWithLabel(key, "UpdatePathNode", encoded, secret, hpke);
    return { kemOutput: enc, ciphertext: ct };
  };
  return Promise.all(
    steps.map(async (step, i) => ({
      hpkePublicKey: publicKeys[i] as Uint8Array,
      encryptedPathSecret: await Promise.all(
        recipientsOf(step, added).map((index) => sealTo(index, secrets.get(step.node) as Uint8Array)),
      ),
    })),
  );
}

function recipientsOf(step: PathStep | undefined, added: readonly number[]): readonly number[] {
  const excepted = new Set(added);
  return (step?.resolution ?? []).filter((index) => index % 2 === 1 || !excepted.has(index / 2));
}
