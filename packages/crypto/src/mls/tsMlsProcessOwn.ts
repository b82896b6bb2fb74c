/** Second phase of a commit: what only this device's secrets decide, up to the confirmation tag. */
import { bytesEqual } from "@sotto/protocol";
import { nextEpochContext } from "ts-mls/clientState.js";
import { applyUpdatePathSecret } from "ts-mls/createCommit.js";
import { deriveSecret } from "ts-mls/crypto/kdf.js";
import { verifyConfirmationTag } from "ts-mls/framedContent.js";
import type { GroupContext } from "ts-mls/groupContext.js";
import { initializeEpoch } from "ts-mls/keySchedule.js";
import type { PathSecrets } from "ts-mls/pathSecrets.js";
import { pathToRoot } from "ts-mls/pathSecrets.js";
import { mergePrivateKeyPaths } from "ts-mls/privateKeyPath.js";
import type { RatchetTree } from "ts-mls/ratchetTree.js";
import { treeHashRoot } from "ts-mls/treeHash.js";
import { leafToNodeIndex, leafWidth, root, toLeafIndex, toNodeIndex } from "ts-mls/treemath.js";
import { secretTreeOf } from "./secretTree.ts";
import type { MlsContext } from "./tsMlsContext.ts";
import { advance, enterEpoch, prunePath } from "./tsMlsEpoch.ts";
import type { Processed } from "./tsMlsProcess.ts";
import type { CheckedCommit } from "./tsMlsProcessShared.ts";
import { NO_HANDSHAKES } from "./tsMlsProposals.ts";
import type { GroupState, OwnKeys } from "./tsMlsState.ts";
import { epochOf } from "./tsMlsState.ts";
import type { Suite } from "./tsMlsSuite.ts";

const NO_SECRET = new Uint8Array();
const NO_RATCHETS = secretTreeOf(0, new Map());

/** Enters the commit's epoch, or says why not. */
export async function applyCommit(
  context: MlsContext,
  state: GroupState,
  keys: OwnKeys,
  commit: CheckedCommit,
): Promise<Processed> {
  if (commit.change.removed.includes(state.ownLeaf))
    return { kind: "applied", state: leave(state, commit), change: commit.change };
  if (commit.pskMissing) return { kind: "undecided", reason: "a pre-shared key is missing" };
  const suite = context.suite(state.suite);
  const { impl } = suite;
  const provisional = await provisionalContext(suite, state, commit);
  const received = await receivePath(suite, keys, provisional, commit).catch(() => undefined);
  if (received === undefined) return { kind: "undecided", reason: "the own path secret cannot be read" };
  // RFC 9420 §12.4.2; defect 12. Before the tag, which the committer can make right: the fault would show only at the next commit.
  if (context.guards(12) && !matchesTree(received.publicKeys, commit.tree))
    return { kind: "undecided", reason: "the own path secret does not match the path" };

  const nextContext = await nextEpochContext(
    { ...provisional, epoch: state.current.context.epoch },
    commit.wireformat,
    commit.content,
    commit.auth.signature,
    provisional.treeHash,
    keys.confirmationTag,
    impl.hash,
  );
  const { additionalResult, pskSecret } = commit.applied;
  const initSecret =
    additionalResult.kind === "externalCommit"
      ? additionalResult.externalInitSecret
      : keys.schedule.initSecret;
  const secrets = await initializeEpoch(initSecret, received.commitSecret, nextContext, pskSecret, impl.kdf);
  for (const secret of [received.commitSecret, secrets.joinerSecret, secrets.welcomeSecret]) secret.fill(0);
  const { confirmationTag } = commit.auth;
  const confirmed = await verifyConfirmationTag(
    secrets.keySchedule.confirmationKey,
    confirmationTag,
    nextContext.confirmedTranscriptHash,
    impl.hash,
  );
  if (!confirmed) return { kind: "refused", state, reason: "confirmation tag" };
  const next = enterEpoch(nextContext, commit.tree, secrets.keySchedule, secrets.encryptionSecret);
  const path = prunePath(
    mergePrivateKeyPaths(keys.path, { leafIndex: state.ownLeaf, privateKeys: received.privateKeys }),
    commit.tree,
  );
  const nextKeys = { ...keys, schedule: secrets.keySchedule, path, confirmationTag };
  return { kind: "applied", state: advance(state, next, nextKeys, commit.change), change: commit.change };
}

/** The group as its removed member last sees it: the roster without itself, and no key of any kind. */
function leave(state: GroupState, commit: CheckedCommit): GroupState {
  const current = epochOf(state.current.context, commit.tree, NO_SECRET, NO_RATCHETS);
  return { ...state, current, past: undefined, handshakes: NO_HANDSHAKES, keys: undefined };
}

/** The context under which path secrets are encrypted (RFC 9420 §7.5): next epoch and tree, transcript not yet. */
async function provisionalContext(
  { impl }: Suite,
  state: GroupState,
  { extensions, tree }: CheckedCommit,
): Promise<GroupContext> {
  const { context } = state.current;
  return {
    ...context,
    extensions: [...extensions],
    treeHash: await treeHashRoot(tree, impl.hash),
    epoch: context.epoch + 1n,
  };
}

interface ReceivedPath {
  readonly commitSecret: Uint8Array;
  /** Derived node keys by node index. */
  readonly privateKeys: Record<number, Uint8Array>;
  readonly publicKeys: Record<number, Uint8Array>;
}

/** Decrypts the path secret meant for this device and derives everything above it. */
export async function receivePath(
  { impl }: Suite,
  keys: Pick<OwnKeys, "path">,
  context: GroupContext,
  commit: Pick<CheckedCommit, "path" | "tree" | "change">,
): Promise<ReceivedPath> {
  if (commit.path === undefined)
    return { commitSecret: new Uint8Array(impl.kdf.size), privateKeys: {}, publicKeys: {} };
  const { change, tree } = commit;
  const excluded = change.added.map((leaf) => leafToNodeIndex(toLeafIndex(leaf)));
  const { nodeIndex, pathSecret } = await applyUpdatePathSecret(
    tree,
    keys.path,
    toLeafIndex(change.committer),
    context,
    commit.path,
    excluded,
    impl,
  );
  if (pathSecret.length !== impl.kdf.size) throw new Error("path secret of a wrong size");
  const secrets: PathSecrets = await pathToRoot(tree, toNodeIndex(nodeIndex), pathSecret, impl.kdf);
  const rootSecret = secrets[root(leafWidth(tree.length))];
  if (rootSecret === undefined) throw new Error("path does not reach the root");
  const commitSecret = await deriveSecret(rootSecret, "path", impl.kdf);
  const privateKeys: Record<number, Uint8Array> = {};
  const publicKeys: Record<number, Uint8Array> = {};
  for (const [index, secret] of Object.entries(secrets)) {
    const pair = await impl.hpke.deriveKeyPair(await deriveSecret(secret, "node", impl.kdf));
    privateKeys[Number(index)] = await impl.hpke.exportPrivateKey(pair.privateKey);
    publicKeys[Number(index)] = await impl.hpke.exportPublicKey(pair.publicKey);
    secret.fill(0);
  }
  return { commitSecret, privateKeys, publicKeys };
}

/** Whether the derived keys are those that the path shows to everyone: then a wrong tag lies in what all members see alike. */
function matchesTree(publicKeys: Readonly<Record<number, Uint8Array>>, tree: RatchetTree): boolean {
  return Object.entries(publicKeys).every(([index, key]) => {
    const node = tree[Number(index)];
    return node?.nodeType !== "parent" || bytesEqual(key, node.parent.hpkePublicKey);
  });
}
