/** Second phase of a commit: what only this device's secrets decide, up to the confirmation tag. */
import { nextEpochContext } from "ts-mls/clientState.js";
import { verifyConfirmationTag } from "ts-mls/framedContent.js";
import type { GroupContext } from "ts-mls/groupContext.js";
import { initializeEpoch } from "ts-mls/keySchedule.js";
import { mergePrivateKeyPaths } from "ts-mls/privateKeyPath.js";
import type { OpenedPath } from "./pathSecrets.ts";
import { rootHash } from "./treeHash.ts";
import { receivePath } from "./updatePath.ts";
import { secretTreeOf } from "./secretTree.ts";
import { appDataOf } from "./tsMlsAppData.ts";
import { membersOf } from "./tsMlsAuth.ts";
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
    return { kind: "applied", state: leave(state, commit), change: commit.change, without: state };
  if (commit.pskMissing) return undecided("a pre-shared key is missing", state, commit);
  const suite = context.suite(state.suite);
  const { impl } = suite;
  const provisional = provisionalContext(suite, state, commit);
  const received = await openOwnPath(suite, keys, provisional, commit).catch(() => undefined);
  if (received === undefined) return undecided("the own path secret cannot be read", state, commit);
  // RFC 9420 §12.4.2; defect 12. Before the tag, which the committer can make right: the fault would show only at the next commit.
  if (context.guards(12) && !received.matches)
    return undecided("the own path secret does not match the path", state, commit);

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
  const { change } = commit;
  return { kind: "applied", state: advance(state, next, nextKeys, change), change, without: state };
}

function undecided(
  reason: string,
  without: GroupState,
  { change, extensions, tree }: CheckedCommit,
): Processed {
  const effect = { change, members: membersOf(tree), appData: appDataOf({ extensions }), without };
  return { kind: "undecided", reason, effect };
}

/** The group as its removed member last sees it: the roster without itself, the app data of the commit, and no key of any kind. */
function leave(state: GroupState, commit: CheckedCommit): GroupState {
  const context = { ...state.current.context, extensions: [...commit.extensions] };
  const current = epochOf(context, commit.tree, NO_SECRET, NO_RATCHETS);
  return { ...state, current, past: undefined, handshakes: NO_HANDSHAKES, keys: undefined };
}

/** The context under which path secrets are encrypted (RFC 9420 §7.5): next epoch and tree, transcript not yet. */
function provisionalContext(
  { primitives }: Suite,
  state: GroupState,
  { extensions, tree }: CheckedCommit,
): GroupContext {
  const { context } = state.current;
  return {
    ...context,
    extensions: [...extensions],
    treeHash: rootHash(tree, primitives, state.current.tree),
    epoch: context.epoch + 1n,
  };
}

/** What the path holds for this device; a commit without one renews nothing. */
async function openOwnPath(
  { impl }: Suite,
  keys: OwnKeys,
  context: GroupContext,
  { path, tree, change }: CheckedCommit,
): Promise<OpenedPath> {
  if (path === undefined)
    return { commitSecret: new Uint8Array(impl.kdf.size), privateKeys: {}, matches: true };
  return receivePath(impl, tree, keys.path, change.committer, path, context, change.added);
}
