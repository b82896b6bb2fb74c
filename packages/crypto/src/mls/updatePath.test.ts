/** Update paths against the library's, in both directions, and where it departs from RFC 9420: a tree whose root stays blank. */
import { toHex } from "@sotto/protocol";
import { deriveSecret } from "ts-mls/crypto/kdf.js";
import { getCommitSecret } from "ts-mls/pathSecrets.js";
import { toLeafIndex, toNodeIndex } from "ts-mls/treemath.js";
import { applyUpdatePath, createUpdatePath } from "ts-mls/updatePath.js";
import { beforeAll, expect, test } from "vitest";
import { createNobleProvider } from "../provider/noble.ts";
import { seededRandom } from "../provider/seeded.ts";
import { insiderContext, stateOfPeer } from "../testing/insider.ts";
import { mergedBelow } from "../testing/mergedBelow.ts";
import { rootHash } from "./treeHash.ts";
import { createMlsEngine } from "./tsMls.ts";
import type { GroupState, OwnKeys } from "./tsMlsState.ts";
import { applyPath, createPath, receivePath } from "./updatePath.ts";

const provider = createNobleProvider(seededRandom("paths"));
const suite = insiderContext.suite(1);
const { impl } = suite;

interface Held {
  readonly state: GroupState;
  readonly keys: OwnKeys;
}

/** Leaves 0 and 1 of a tree in which both have unmerged leaves and blanks around them. */
let first: Held;
let second: Held;
beforeAll(async () => {
  const [a, b] = await mergedBelow(createMlsEngine(provider), provider);
  const held = (state: GroupState): Held => {
    if (state.keys === undefined) throw new Error("not a member");
    return { state, keys: state.keys };
  };
  first = held(stateOfPeer(a));
  second = held(stateOfPeer(b));
});

const create = ({ state, keys }: Held, tree = state.current.tree) =>
  createPath(suite, {
    tree,
    leaf: state.ownLeaf,
    context: state.current.context,
    signaturePrivateKey: keys.signaturePrivateKey,
    added: [],
  });

test("the library enters our path, and we the library's, into the same tree", async () => {
  const { tree } = first.state.current;
  const ours = await create(first);
  expect(await applyUpdatePath(tree, toLeafIndex(0), ours.path, impl.hash)).toEqual(ours.tree);
  expect(applyPath(suite, tree, 0, ours.path)).toEqual(ours.tree);
  const { context } = first.state.current;
  const [after, path] = await createUpdatePath(
    tree,
    toLeafIndex(0),
    context,
    first.keys.signaturePrivateKey,
    impl,
  );
  const { leafNode } = path;
  expect(applyPath(suite, tree, 0, path)).toEqual(after.with(0, { nodeType: "leaf", leaf: leafNode }));
});

test("a path that was altered is not entered", async () => {
  const { tree } = first.state.current;
  const { path } = await create(first);
  const [node, ...rest] = path.nodes;
  if (node === undefined) throw new Error("no path");
  const other = { ...node, hpkePublicKey: node.hpkePublicKey.with(0, 1) };
  expect(applyPath(suite, tree, 0, { ...path, nodes: [other, ...rest] })).toBe("parent hash");
  expect(applyPath(suite, tree, 0, { ...path, nodes: rest })).toBe("path does not fit the tree");
  expect(applyPath(suite, tree, 2, path)).toBe("parent hash");
});

test("the commit secret follows the last node of the path, whether that is the root or not (RFC 9420 §12.4.1)", async () => {
  const { current } = first.state;
  // Of one half nobody is left: the root is on no path. In a group it is the left half, when others have removed all of it.
  const half = current.tree.map((node, index) => (index > 6 ? undefined : node));
  for (const [tree, last] of [
    [current.tree, 7],
    [half, 3],
  ] as const) {
    const created = await create(first, tree);
    expect(created.tree[7] === undefined).toBe(last === 3);
    const secret = created.secrets.get(last);
    if (secret === undefined) throw new Error("the path ends elsewhere");
    expect(toHex(created.commitSecret)).toBe(toHex(await deriveSecret(secret, "path", impl.kdf)));
    // Defect 16: the library derives once more for a root that is blank.
    const theirs = await getCommitSecret(created.tree, toNodeIndex(last), secret, impl.kdf);
    expect(toHex(theirs) === toHex(created.commitSecret)).toBe(last === 7);
  }
});

test("who is alone renews its keys with a fresh commit secret", async () => {
  const alone = first.state.current.tree.slice(0, 1);
  const [a, b] = [await create(first, alone), await create(first, alone)];
  expect(a.path.nodes).toEqual([]);
  expect(toHex(a.commitSecret)).not.toBe(toHex(b.commitSecret));
});

test("a member reads what the path holds for it, once it is in the tree under the right context", async () => {
  const { context, tree } = first.state.current;
  const created = await create(first);
  const treeHash = rootHash(created.tree, suite.primitives, tree);
  const next = { ...context, epoch: context.epoch + 1n, treeHash };
  const open = (under: typeof next) =>
    receivePath(impl, created.tree, second.keys.path, 0, created.path, under, []);
  const opened = await open(next);
  expect(opened.matches).toBe(true);
  expect(toHex(opened.commitSecret)).toBe(toHex(created.commitSecret));
  await expect(open({ ...next, epoch: next.epoch + 1n })).rejects.toThrow();
});
