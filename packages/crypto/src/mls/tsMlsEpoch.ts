/** Entering an epoch: what committers and members compute alike from a tree, a commit secret and the signed commit. */
import type { GroupContext } from "ts-mls/groupContext.js";
import type { KeySchedule } from "ts-mls/keySchedule.js";
import type { PrivateKeyPath } from "ts-mls/privateKeyPath.js";
import type { RatchetTree } from "ts-mls/ratchetTree.js";
import { directPath, leafToNodeIndex, leafWidth, toLeafIndex } from "ts-mls/treemath.js";
import type { EpochChange, Member } from "./port.ts";
import { NO_HANDSHAKES } from "./tsMlsProposals.ts";
import { createSecretTree } from "./secretTree.ts";
import type { EpochState, GroupState, OwnKeys } from "./tsMlsState.ts";
import { epochOf } from "./tsMlsState.ts";

/** A commit's effect on the roster, by leaf: added and committer in the new tree, removed in the old one. */
export interface LeafChange {
  readonly committer: number;
  readonly added: readonly number[];
  readonly removed: readonly number[];
  /** Those of `removed` whose own proposals the commit refers to. */
  readonly left: readonly number[];
  readonly external: boolean;
}

/** The epoch's reading half. Wipes the encryption secret. */
export function enterEpoch(
  context: GroupContext,
  tree: RatchetTree,
  schedule: KeySchedule,
  encryptionSecret: Uint8Array,
): EpochState {
  const ratchets = createSecretTree(leafWidth(tree.length), encryptionSecret);
  encryptionSecret.fill(0);
  return epochOf(context, tree, schedule.senderDataSecret, ratchets);
}

/**
 * The group in its next epoch. The epoch before is kept for messages on their way, except after a Remove: then nobody may read with
 * older keys, and state stolen later opens nothing from before (DESIGN §4).
 */
export function advance(state: GroupState, next: EpochState, keys: OwnKeys, change: LeafChange): GroupState {
  const past = change.removed.length === 0 ? state.current : undefined;
  return { ...state, current: next, past, handshakes: NO_HANDSHAKES, keys };
}

/** The roster change with credentials: those removed as they stood before. */
export function epochChangeOf(
  before: Pick<EpochState, "members">,
  after: Pick<EpochState, "members">,
  change: LeafChange,
): EpochChange {
  const at = (members: readonly Member[], leaf: number): Member[] =>
    members.filter((member) => member.leaf === leaf);
  return {
    committer: at(after.members, change.committer)[0] ?? null,
    added: change.added.flatMap((leaf) => at(after.members, leaf)),
    removed: change.removed.flatMap((leaf) => at(before.members, leaf)),
    left: change.left.flatMap((leaf) => at(before.members, leaf)),
    external: change.external,
  };
}

/** Of an own leave that has its place. */
export const NO_CHANGE: EpochChange = { committer: null, added: [], removed: [], left: [], external: false };

/** Only keys of non-blank nodes above the own leaf: those of blanked nodes must not outlive them. */
export function prunePath(path: PrivateKeyPath, tree: RatchetTree): PrivateKeyPath {
  const leafNode = leafToNodeIndex(toLeafIndex(path.leafIndex));
  const nodes = [leafNode, ...directPath(leafNode, leafWidth(tree.length))].filter(
    (node) => tree[node] !== undefined,
  );
  const entries = nodes.flatMap((node) => {
    const key = path.privateKeys[node];
    return key === undefined ? [] : [[node, key] as const];
  });
  return { leafIndex: path.leafIndex, privateKeys: Object.fromEntries(entries) };
}
