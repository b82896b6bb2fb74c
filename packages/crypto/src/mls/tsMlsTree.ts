/** A tree that comes from outside, with a Welcome or a group info: our own rules, and which check the RFC's are left to. */
import { validateRatchetTree } from "ts-mls/clientState.js";
import type { RatchetTree } from "ts-mls/ratchetTree.js";
import { treeFault } from "./tsMlsChecks.ts";
import type { MlsContext } from "./tsMlsContext.ts";
import { leafFault } from "./tsMlsKeyPackage.ts";
import type { Suite } from "./tsMlsSuite.ts";
import { ratchetTreeFault } from "./treeValidation.ts";

/** What our own rules say against the leaves of a tree, or `undefined`: how many and whose they are, then each by itself. */
export async function leavesFault(
  context: MlsContext,
  suite: Suite,
  tree: RatchetTree,
): Promise<string | undefined> {
  // Who is added takes the leftmost free leaf (RFC 9420 §7.7): no history makes a wider tree, and each step in one would cost its width.
  if (context.rules === "house" && tree.length > 4 * context.maxMembers)
    return "a tree wider than its members make it";
  const fault = treeFault(context, tree, []);
  if (fault !== undefined) return fault;
  const leaves = tree.flatMap((node) => (node?.nodeType === "leaf" ? [node.leaf] : []));
  const faults = await Promise.all(leaves.map((leaf) => leafFault(context, suite, leaf)));
  return faults.find((found) => found !== undefined);
}

/** {@link ratchetTreeFault}; with guard 2 off what the library makes of a tree. */
export function treeFaultOf({ guards, config }: MlsContext): typeof ratchetTreeFault {
  if (guards(2)) return ratchetTreeFault;
  return async ({ impl }, tree, { groupId, extensions, treeHash }) => {
    const { name: cipherSuite } = impl;
    const unread = {
      version: "mls10",
      cipherSuite,
      epoch: 0n,
      confirmedTranscriptHash: new Uint8Array(),
    } as const;
    const { lifetimeConfig, authService } = config;
    const context = { ...unread, groupId, extensions, treeHash };
    return (await validateRatchetTree(tree, context, lifetimeConfig, authService, treeHash, impl))?.message;
  };
}
