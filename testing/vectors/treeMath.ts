/** tree-math: node indexes of RFC 9420 appendix C. */
import { left, leafWidth, nodeWidth, parent, right, root, sibling, toNodeIndex } from "ts-mls/treemath.js";
import { expectSame } from "./expect.ts";
import { kindOf } from "./kind.ts";

type Relatives = readonly (number | null)[];

interface Vector {
  readonly n_leaves: number;
  readonly n_nodes: number;
  readonly root: number;
  readonly left: Relatives;
  readonly right: Relatives;
  readonly parent: Relatives;
  readonly sibling: Relatives;
}

export const treeMath = kindOf<Vector>("tree-math", (vector) => {
  const leaves = vector.n_leaves;
  expectSame("nodes", nodeWidth(leaves), vector.n_nodes);
  expectSame("leaves", leafWidth(vector.n_nodes), leaves);
  expectSame("root", root(leaves), vector.root);
  for (let at = 0; at < vector.n_nodes; at++) {
    const index = toNodeIndex(at);
    const relatives = [
      ["left", vector.left[at], () => left(index)],
      ["right", vector.right[at], () => right(index)],
      ["parent", vector.parent[at], () => parent(index, leaves)],
      ["sibling", vector.sibling[at], () => sibling(index, leaves)],
    ] as const;
    for (const [name, expected, find] of relatives)
      if (expected !== null) expectSame(`${name} of ${at}`, find(), expected);
      else expectNone(`${name} of ${at}`, find);
  }
});

/** The relative that a node lacks is asked for by mistake only. */
function expectNone(what: string, find: () => number): void {
  let found: number;
  try {
    found = find();
  } catch {
    return;
  }
  throw new Error(`${what}: ${found} instead of none`);
}
