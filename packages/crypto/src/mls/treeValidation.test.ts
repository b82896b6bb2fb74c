/** Trees of a random walk: all are accepted, with the library's own hashes, also those that it rejects; no altered one is. */
import type { GroupId } from "@sotto/protocol";
import { idOf } from "@sotto/protocol";
import { validateRatchetTree } from "ts-mls/clientState.js";
import type { GroupContext } from "ts-mls/groupContext.js";
import type { Node, RatchetTree } from "ts-mls/ratchetTree.js";
import { resolution } from "ts-mls/ratchetTree.js";
import { treeHash, treeHashRoot } from "ts-mls/treeHash.js";
import { directPath, leafWidth, toNodeIndex } from "ts-mls/treemath.js";
import { beforeAll, describe, expect, test } from "vitest";
import { createNobleProvider } from "../provider/noble.ts";
import { seededRandom } from "../provider/seeded.ts";
import { makeDevice } from "../testing/devices.ts";
import { insiderContext, stateOfPeer } from "../testing/insider.ts";
import { mergedBelow } from "../testing/mergedBelow.ts";
import type { Peer } from "../testing/peer.ts";
import { addPeer, commitAll, createPeer, NOW_MS } from "../testing/peer.ts";
import { rootHash, treeHashes } from "./treeHash.ts";
import { ancestorsOf, commonAncestor, filteredPath, resolutionOf } from "./treePaths.ts";
import { ratchetTreeFault, unmergedFault } from "./treeValidation.ts";
import { createMlsEngine } from "./tsMls.ts";
import { generateKeyPackage } from "./tsMlsKeyPackage.ts";

const provider = createNobleProvider(seededRandom("trees"));
const suite = insiderContext.suite(1);
const { impl, primitives } = suite;
const STEPS = 30;
const MOST = 9;

interface Seen {
  readonly tree: RatchetTree;
  readonly context: GroupContext;
}

/** The tree of every epoch of a group in which members are added and removed by members at random. */
async function walk(): Promise<readonly Seen[]> {
  const random = seededRandom("steps of the walk");
  const pick = (below: number): number => (random(1)[0] as number) % below;
  const engine = createMlsEngine(provider);
  const group = idOf<GroupId>(provider.random(16));
  let peers: Peer[] = [await createPeer(engine, await makeDevice(provider), 1, group)];
  const seen: Seen[] = [];
  for (let step = 0; step < STEPS; step++) {
    const actor = peers[pick(peers.length)] as Peer;
    const others = peers.filter((peer) => peer !== actor);
    const target = others[pick(others.length || 1)];
    const operation = pick(8);
    if (operation < 4 && peers.length < MOST)
      peers.push(await addPeer([actor, ...others], await makeDevice(provider)));
    else if (operation < 6 && target !== undefined) {
      const stay = others.filter((peer) => peer !== target);
      await commitAll(actor, stay, { remove: [target.group.ownLeaf] });
      peers = [actor, ...stay];
    } else await commitAll(actor, others);
    seen.push(stateOfPeer(actor).current);
  }
  return seen;
}

let trees: readonly Seen[] = [];
beforeAll(async () => {
  const [, joiner] = await mergedBelow(createMlsEngine(provider), provider);
  trees = [...(await walk()), stateOfPeer(joiner).current];
}, 60_000);

const libraryRejects = async ({ tree, context }: Seen): Promise<boolean> => {
  const { lifetimeConfig, authService } = insiderContext.config;
  const fault = await validateRatchetTree(tree, context, lifetimeConfig, authService, context.treeHash, impl);
  return fault !== undefined;
};

describe("every tree of the walk", () => {
  test("is valid, and the library rejects some (defect 2)", async () => {
    let rejected = 0;
    for (const seen of trees) {
      expect(await ratchetTreeFault(suite, seen.tree, seen.context)).toBeUndefined();
      if (await libraryRejects(seen)) rejected++;
    }
    expect(rejected).toBeGreaterThan(0);
  });

  test("has the library's hashes and resolutions", async () => {
    for (const { tree } of trees) {
      const hashes = treeHashes(tree, primitives);
      for (const index of tree.keys()) {
        expect(hashes[index]).toEqual(await treeHash(tree, toNodeIndex(index), impl.hash));
        expect(resolutionOf(tree, index)).toEqual(resolution(tree, toNodeIndex(index)));
      }
    }
  });

  test("hashes are taken over from another tree as far as both are the same", async () => {
    const rich = trees.at(-1)?.tree ?? [];
    treeHashes(rich, primitives);
    const others = rich.flatMap((node, index) => {
      const twin = rich[(index + 2) % rich.length];
      return twin?.nodeType === node?.nodeType ? [rich.with(index, undefined), rich.with(index, twin)] : [];
    });
    for (const tree of [...others, rich.slice(0, 7), [...rich, undefined, ...rich]])
      expect(rootHash(tree, primitives, rich)).toEqual(await treeHashRoot(tree, impl.hash));
  });
});

test("ways through a tree", () => {
  const tree: RatchetTree = Array.from({ length: 31 });
  for (let a = 0; a < 16; a++) {
    for (let b = 0; b < 16; b++) {
      if (a === b) continue;
      const above = directPath(toNodeIndex(2 * b), leafWidth(tree.length));
      expect(commonAncestor(a, b)).toBe(
        ancestorsOf(a, tree.length).find((node) => above.includes(toNodeIndex(node))),
      );
    }
  }
  expect(filteredPath(tree, 0)).toEqual([]);
});

test("unmerged leaves: every parent between lists them as well, one above need not", () => {
  const leaf = trees[0]?.tree[0];
  const parent = (...unmergedLeaves: readonly number[]): Node => ({
    nodeType: "parent",
    parent: {
      hpkePublicKey: new Uint8Array(),
      parentHash: new Uint8Array(),
      unmergedLeaves: [...unmergedLeaves],
    },
  });
  const faultOf = (below?: Node, middle?: Node, top?: Node) =>
    unmergedFault([
      leaf,
      below,
      leaf,
      middle,
      undefined,
      undefined,
      leaf,
      top,
      ...Array.from({ length: 7 }, () => leaf),
    ]);
  for (const good of [
    [parent(0), parent(0), parent(0)],
    [undefined, undefined, parent(0)],
    [parent(0), undefined, parent(0)],
    [parent(0), parent(0, 3), undefined],
    [parent(0), parent(), undefined],
    [parent(1), parent(), parent()],
  ])
    expect(faultOf(...good)).toBeUndefined();
  for (const bad of [
    [parent(), undefined, parent(0)],
    [parent(), parent(0), undefined],
    [parent(0), parent(), parent(0)],
    [undefined, parent(2)],
    [parent(2)],
    [undefined, parent(7)],
    [parent(1, 0)],
    [parent(0, 0)],
  ])
    expect(faultOf(...bad)).toBeDefined();
});

describe("altered trees", () => {
  const A_PARENT: Node = {
    nodeType: "parent",
    parent: { hpkePublicKey: new Uint8Array(32), parentHash: new Uint8Array(), unmergedLeaves: [] },
  };
  let stranger: Node | undefined;
  beforeAll(async () => {
    const device = await makeDevice(provider);
    const { publicPackage } = await generateKeyPackage(insiderContext, device, 1, NOW_MS, 1);
    stranger = { nodeType: "leaf", leaf: publicPackage.leafNode };
  });
  const flip = (bytes: Uint8Array): Uint8Array => bytes.map((byte, i) => (i === 1 ? byte ^ 1 : byte));

  /** Everything that can be done to one node without the tree hash, which {@link faultOf} makes right again. */
  function* alterations(tree: RatchetTree): Generator<readonly [string, RatchetTree]> {
    const leaves = tree.flatMap((node, index) => (node?.nodeType === "leaf" ? [index / 2] : []));
    const all = tree.flatMap((_node, index) => (index % 2 === 0 ? [index / 2] : []));
    for (const [index, node] of tree.entries()) {
      const put = (name: string, put: Node | undefined): readonly [string, RatchetTree] => [
        `${name} at ${index}`,
        tree.with(index, put),
      ];
      // Its key package is all right, but no parent above says that it came in.
      if (index % 2 === 0 && node === undefined && filledAbove(tree, index).length > 0)
        yield put("stranger", stranger);
      if (node?.nodeType === "leaf") {
        const { leaf } = node;
        yield put("encryption key", { ...node, leaf: { ...leaf, hpkePublicKey: flip(leaf.hpkePublicKey) } });
        yield put("signature key", {
          ...node,
          leaf: { ...leaf, signaturePublicKey: flip(leaf.signaturePublicKey) },
        });
        yield put("signature", { ...node, leaf: { ...leaf, signature: flip(leaf.signature) } });
        yield put("credential", {
          ...node,
          leaf: { ...leaf, credential: { credentialType: "basic", identity: new Uint8Array(3) } },
        });
        yield put("parent in a leaf's place", A_PARENT);
        yield put("no credential types", {
          ...node,
          leaf: { ...leaf, capabilities: { ...leaf.capabilities, credentials: [] } },
        });
        if (leaf.leafNodeSource === "commit")
          yield put("parent hash", {
            ...node,
            leaf: { ...leaf, parentHash: Uint8Array.of(...leaf.parentHash, 1) },
          });
        const other = leaves.find((place) => 2 * place !== index) ?? -1;
        if (other >= 0) {
          const signaturePublicKey = signerOf(tree[2 * other]);
          yield put("signature key of another", { ...node, leaf: { ...leaf, signaturePublicKey } });
          yield [`swap of ${index}`, tree.with(index, tree[2 * other]).with(2 * other, node)];
          yield put("copy", tree[2 * other]);
        }
      } else if (node !== undefined) {
        const { parent } = node;
        const { unmergedLeaves } = parent;
        const putParent = (name: string, changes: Partial<typeof parent>) =>
          put(name, { ...node, parent: { ...parent, ...changes } });
        yield putParent("encryption key", { hpkePublicKey: flip(parent.hpkePublicKey) });
        yield putParent("parent hash", { parentHash: Uint8Array.of(...parent.parentHash, 1) });
        yield putParent("key of a leaf", { hpkePublicKey: keyOf(tree[2 * (leaves[0] ?? 0)]) });
        for (const leaf of all.filter((place) => !unmergedLeaves.includes(place)))
          yield putParent(`unmerged ${leaf}`, {
            unmergedLeaves: [...unmergedLeaves, leaf].toSorted((a, b) => a - b),
          });
        yield putParent("unmerged beyond the tree", { unmergedLeaves: [...unmergedLeaves, 0xffff_ffff] });
        for (const leaf of unmergedLeaves) {
          yield putParent("unmerged dropped", { unmergedLeaves: unmergedLeaves.filter((at) => at !== leaf) });
          yield putParent("unmerged twice", { unmergedLeaves: [...unmergedLeaves, leaf] });
        }
        if (unmergedLeaves.length > 1)
          yield putParent("unmerged unsorted", { unmergedLeaves: unmergedLeaves.toReversed() });
        yield put("leaf in a parent's place", tree[2 * (leaves[0] ?? 0)]);
        // A parent with another above it is vouched for by nobody when it goes; the topmost may be blank.
        if (filledAbove(tree, index).length > 0) yield put("blank", undefined);
      }
    }
    yield ["a tree of a wrong size", tree.slice(0, -1)];
    yield ["a tree twice as large as it must be", [...tree, undefined, ...tree.map(() => undefined)]];
  }

  const keyOf = (node: Node | undefined): Uint8Array =>
    node?.nodeType === "leaf" ? node.leaf.hpkePublicKey : new Uint8Array();
  const signerOf = (node: Node | undefined): Uint8Array =>
    node?.nodeType === "leaf" ? node.leaf.signaturePublicKey : new Uint8Array();
  const filledAbove = (tree: RatchetTree, index: number): readonly number[] =>
    directPath(toNodeIndex(index), leafWidth(tree.length)).filter((above) => tree[above] !== undefined);

  const faultOf = async (tree: RatchetTree, context: GroupContext): Promise<string | undefined> => {
    const hash = await treeHashRoot(tree, impl.hash).catch(() => context.treeHash);
    return ratchetTreeFault(suite, tree, { ...context, treeHash: hash });
  };

  test("none is accepted", { timeout: 60_000 }, async () => {
    const reasons = new Set<string>();
    const unmerged = ({ tree }: Seen): number =>
      tree.flatMap((node) => (node?.nodeType === "parent" ? node.parent.unmergedLeaves : [])).length;
    const rich = trees.toSorted((a, b) => unmerged(b) - unmerged(a)).slice(0, 6);
    for (const { tree, context } of [...rich, ...trees.slice(-1)]) {
      for (const [name, altered] of alterations(tree)) {
        const fault = await faultOf(altered, context);
        expect(fault, name).toBeDefined();
        reasons.add(fault ?? "");
      }
      expect(await ratchetTreeFault(suite, tree, { ...context, treeHash: flip(context.treeHash) })).toBe(
        "tree hash",
      );
    }
    expect([...reasons].toSorted()).toEqual([
      "a signature key occurs twice",
      "an encryption key occurs twice",
      "leaf signature",
      "not a tree",
      "parent hash",
      "unmerged leaf",
      "unmerged leaves out of order",
      "unsupported credential type",
    ]);
  });
});
