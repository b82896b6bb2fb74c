/** Our secret tree in the library's form, for tests in which the library is the other side. */
import type { GenerationSecret, SecretTree as LibrarySecretTree } from "ts-mls/secretTree.js";
import type { Ratchet } from "../mls/ratchet.ts";
import type { SecretTree } from "../mls/secretTree.ts";
import { holdsLeaf, useLeaf } from "../mls/secretTree.ts";
import type { Primitives } from "../mls/tsMlsSuite.ts";

const NO_GENERATIONS: GenerationSecret = { secret: new Uint8Array(), generation: 0, unusedGenerations: {} };
const NO_NODE = { handshake: NO_GENERATIONS, application: NO_GENERATIONS };

/** Every leaf derived, at its generation. Skipped keys are left out: the library keeps secrets in their place. */
export function librarySecretTree(primitives: Primitives, tree: SecretTree): LibrarySecretTree {
  const nodes = tree.leaves.flatMap((_ratchets, leaf) => {
    if (!holdsLeaf(tree, leaf)) return [NO_NODE, NO_NODE];
    const { handshake, application } = useLeaf(primitives, tree, leaf).ratchets;
    const node = { handshake: generationOf(handshake), application: generationOf(application) };
    return [node, node];
  });
  return nodes.slice(0, -1);
}

function generationOf({ secret, generation }: Ratchet): GenerationSecret {
  return { secret, generation, unusedGenerations: {} };
}
