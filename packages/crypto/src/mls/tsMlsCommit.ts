/**
 * Making a commit (RFC 9420 §12.4.1). Ours and not the library's createCommit, because that one leaves out the path of a commit with Adds
 * only (defect 3), returns no advanced handshake ratchet (13) and names the live init secret as consumed (14).
 */
import type { ApplyProposalsResult } from "ts-mls/clientState.js";
import { applyProposals, makePskIndex, nextEpochContext } from "ts-mls/clientState.js";
import { createConfirmationTag, createContentCommitSignature } from "ts-mls/framedContent.js";
import type { KeyPackage } from "ts-mls/keyPackage.js";
import { initializeEpoch } from "ts-mls/keySchedule.js";
import { protect } from "ts-mls/messageProtection.js";
import { getCommitSecret, pathToPathSecrets } from "ts-mls/pathSecrets.js";
import { mergePrivateKeyPaths, toPrivateKeyPath, updateLeafKey } from "ts-mls/privateKeyPath.js";
import type { Proposal } from "ts-mls/proposal.js";
import { treeHashRoot } from "ts-mls/treeHash.js";
import { leafToNodeIndex, toLeafIndex, toNodeIndex } from "ts-mls/treemath.js";
import { createUpdatePath } from "ts-mls/updatePath.js";
import { treeFault } from "./tsMlsChecks.ts";
import { encodeMessage } from "./tsMlsCodec.ts";
import type { MlsContext } from "./tsMlsContext.ts";
import type { LeafChange } from "./tsMlsEpoch.ts";
import { enterEpoch, prunePath } from "./tsMlsEpoch.ts";
import { checkForeignKeyPackage, decodeKeyPackageMessage } from "./tsMlsKeyPackage.ts";
import { encodePending } from "./tsMlsPending.ts";
import type { GroupState, OwnKeys } from "./tsMlsState.ts";
import { clientStateOf, withRatchets } from "./tsMlsState.ts";
import { createWelcome } from "./tsMlsWelcome.ts";
import type { CommitIntent } from "./port.ts";
import { MlsInputError } from "./port.ts";

export interface PreparedCommit {
  /** The current epoch, its handshake ratchet advanced. */
  readonly state: GroupState;
  readonly handshake: Uint8Array;
  readonly welcome: Uint8Array | null;
  readonly pending: Uint8Array;
}

/** A commit over the intent's proposals, always with a path. Throws {@link MlsInputError} for input that cannot be committed. */
export async function prepareCommit(
  context: MlsContext,
  state: GroupState,
  keys: OwnKeys,
  intent: CommitIntent,
  nowMs: number,
): Promise<PreparedCommit> {
  const suite = context.suite(state.suite);
  const { impl } = suite;
  const { current } = state;
  const { proposals, keyPackages } = await proposalsFor(context, state, intent, nowMs);
  const applied = await applyIntent(context, state, keys, proposals);
  const added = applied.addedLeaves;
  const fault = treeFault(applied.tree, added);
  if (fault !== undefined) throw new MlsInputError("invalid", fault);

  const own = toLeafIndex(state.ownLeaf);
  const newNodes = added.map((leaf) => leafToNodeIndex(toLeafIndex(leaf)));
  const [tree, path, pathSecrets, leafKey] = await createUpdatePath(
    applied.tree,
    own,
    current.context,
    keys.signaturePrivateKey,
    impl,
    newNodes,
  );
  const top = pathSecrets.at(-1);
  const commitSecret =
    top === undefined
      ? new Uint8Array(impl.kdf.size)
      : await getCommitSecret(tree, toNodeIndex(top.nodeIndex), top.secret, impl.kdf);
  const { signature, framedContent } = await createContentCommitSignature(
    current.context,
    "mls_private_message",
    { proposals: proposals.map((proposal) => ({ proposalOrRefType: "proposal", proposal })), path },
    { senderType: "member", leafIndex: own },
    intent.authenticatedData,
    keys.signaturePrivateKey,
    impl.signature,
  );
  const nextContext = await nextEpochContext(
    current.context,
    "mls_private_message",
    framedContent,
    signature,
    await treeHashRoot(tree, impl.hash),
    keys.confirmationTag,
    impl.hash,
  );
  const secrets = await initializeEpoch(
    keys.schedule.initSecret,
    commitSecret,
    nextContext,
    applied.pskSecret,
    impl.kdf,
  );
  const confirmationTag = await createConfirmationTag(
    secrets.keySchedule.confirmationKey,
    nextContext.confirmedTranscriptHash,
    impl.hash,
  );
  const sealed = await protect(
    current.senderDataSecret,
    intent.authenticatedData,
    current.context,
    current.ratchets,
    { ...framedContent, auth: { contentType: "commit", signature, confirmationTag } },
    own,
    context.config.paddingConfig,
    impl,
  );
  const nextKeys: OwnKeys = {
    schedule: secrets.keySchedule,
    path: prunePath(
      mergePrivateKeyPaths(
        updateLeafKey(keys.path, await impl.hpke.exportPrivateKey(leafKey)),
        await toPrivateKeyPath(pathToPathSecrets(pathSecrets), own, impl),
      ),
      tree,
    ),
    confirmationTag,
    signaturePrivateKey: keys.signaturePrivateKey,
  };
  const welcome = await createWelcome(suite, {
    context: nextContext,
    tree,
    keys: nextKeys,
    joiners: added.map((leaf, i) => ({ leaf, keyPackage: keyPackages[i] as KeyPackage })),
    pathSecrets,
    secrets,
    pskIds: applied.pskIds,
    joinerInfo: intent.joinerInfo,
  });
  const next = await enterEpoch(suite, nextContext, tree, secrets.keySchedule, secrets.encryptionSecret);
  for (const secret of [
    commitSecret,
    secrets.joinerSecret,
    secrets.welcomeSecret,
    ...pathSecrets.map(({ secret }) => secret),
  ])
    secret.fill(0);
  sealed.consumed.at(-1)?.fill(0);
  // Without guard 14, what the library's `consumed` list invites to: the init secret that the current epoch lives on.
  if (!context.guards(14)) keys.schedule.initSecret.fill(0);
  const change: LeafChange = { committer: state.ownLeaf, added, removed: intent.remove };
  return {
    state: context.guards(13) ? withRatchets(state, current, sealed.tree) : state,
    handshake: encodeMessage({
      version: "mls10",
      wireformat: "mls_private_message",
      privateMessage: sealed.privateMessage,
    }),
    welcome,
    pending: encodePending({ baseTag: keys.confirmationTag, next, keys: nextKeys, change }),
  };
}

async function proposalsFor(
  context: MlsContext,
  state: GroupState,
  intent: CommitIntent,
  nowMs: number,
): Promise<{ proposals: Proposal[]; keyPackages: KeyPackage[] }> {
  const leaves = new Set(state.current.members.map(({ leaf }) => leaf));
  if (intent.remove.some((leaf) => leaf === state.ownLeaf || !leaves.has(leaf)))
    throw new MlsInputError("invalid", "only leaves of others can be removed");
  const keyPackages: KeyPackage[] = [];
  for (const bytes of intent.add) {
    const keyPackage = decodeKeyPackageMessage(bytes, context);
    const { suite } = await checkForeignKeyPackage(context, keyPackage, nowMs);
    if (suite !== state.suite) throw new MlsInputError("unsupported", "key package of another cipher suite");
    keyPackages.push(keyPackage);
  }
  const removes = intent.remove.map((removed): Proposal => ({ proposalType: "remove", remove: { removed } }));
  const adds = keyPackages.map((keyPackage): Proposal => ({ proposalType: "add", add: { keyPackage } }));
  return { proposals: [...removes, ...adds], keyPackages };
}

async function applyIntent(
  context: MlsContext,
  state: GroupState,
  keys: OwnKeys,
  proposals: readonly Proposal[],
): Promise<ApplyProposalsResult & { readonly addedLeaves: readonly number[] }> {
  const client = clientStateOf(state, keys, context);
  const byValue = proposals.map((proposal) => ({ proposalOrRefType: "proposal", proposal }) as const);
  const { impl } = context.suite(state.suite);
  const applied = await applyProposals(
    client,
    byValue,
    toLeafIndex(state.ownLeaf),
    makePskIndex(client, {}),
    false,
    impl,
  ).catch((error: unknown) => {
    throw new MlsInputError("invalid", error instanceof Error ? error.message : "proposals");
  });
  if (applied.additionalResult.kind !== "memberCommit") throw new Error("a commit of adds and removes");
  return { ...applied, addedLeaves: applied.additionalResult.addedLeafNodes.map(([leaf]) => Number(leaf)) };
}
