/**
 * Making a commit (RFC 9420 §12.4.1). Ours and not the library's createCommit, because that one leaves out the path of a commit with Adds
 * only (defect 3), returns no advanced handshake ratchet (13) and names the live init secret as consumed (14).
 */
import type { ApplyProposalsResult } from "ts-mls/clientState.js";
import { applyProposals, makePskIndex, nextEpochContext } from "ts-mls/clientState.js";
import type { Extension } from "ts-mls/extension.js";
import type { FramedContentCommit } from "ts-mls/framedContent.js";
import { createConfirmationTag, createContentCommitSignature } from "ts-mls/framedContent.js";
import type { GroupContext } from "ts-mls/groupContext.js";
import type { KeyPackage } from "ts-mls/keyPackage.js";
import type { EpochSecrets } from "ts-mls/keySchedule.js";
import { initializeEpoch } from "ts-mls/keySchedule.js";
import type { PrivateKeyPath } from "ts-mls/privateKeyPath.js";
import type { Proposal } from "ts-mls/proposal.js";
import type { ProposalOrRef } from "ts-mls/proposalOrRefType.js";
import type { RatchetTree } from "ts-mls/ratchetTree.js";
import type { Sender } from "ts-mls/sender.js";
import { toLeafIndex } from "ts-mls/treemath.js";
import { rootHash, treeHashes } from "./treeHash.ts";
import { appDataProposal } from "./tsMlsAppData.ts";
import { treeFault } from "./tsMlsChecks.ts";
import type { MlsContext } from "./tsMlsContext.ts";
import type { LeafChange } from "./tsMlsEpoch.ts";
import { enterEpoch, prunePath } from "./tsMlsEpoch.ts";
import { PRIVATE, sealHandshake } from "./tsMlsHandshake.ts";
import { checkForeignKeyPackage, decodeKeyPackageMessage } from "./tsMlsKeyPackage.ts";
import { encodePending } from "./tsMlsPending.ts";
import { leaversOf, unappliedOf } from "./tsMlsProposals.ts";
import { pskBookOf, pskIndexOf, pskProposals } from "./tsMlsPsk.ts";
import type { EpochState, GroupState, OwnKeys } from "./tsMlsState.ts";
import { clientStateOf } from "./tsMlsState.ts";
import type { Suite } from "./tsMlsSuite.ts";
import { createWelcome } from "./tsMlsWelcome.ts";
import type { CreatedPath } from "./updatePath.ts";
import { createPath } from "./updatePath.ts";
import type { CommitIntent } from "./port.ts";
import { MlsInputError } from "./port.ts";

export interface PreparedCommit {
  /** The current epoch, its handshake ratchet advanced. */
  readonly state: GroupState;
  readonly handshake: Uint8Array;
  readonly welcome: Uint8Array | null;
  readonly pending: Uint8Array;
}

/**
 * A commit over the intent's proposals and all requests to leave, always with a path. Throws {@link MlsInputError} for input that
 * cannot be committed, TypeError if the device itself has asked to leave.
 */
export async function prepareCommit(
  context: MlsContext,
  state: GroupState,
  keys: OwnKeys,
  intent: CommitIntent,
  nowMs: number,
): Promise<PreparedCommit> {
  if (leaversOf(state.handshakes).includes(state.ownLeaf))
    throw new TypeError("the device has asked to leave");
  const suite = context.suite(state.suite);
  const { proposals, keyPackages, removed, left, extensions } = await proposalsFor(
    context,
    state,
    intent,
    nowMs,
  );
  const applied = await applyIntent(context, state, keys, proposals, intent);
  const { addedLeaves } = applied;
  const fault = treeFault(context, applied.tree, addedLeaves);
  if (fault !== undefined) throw new MlsInputError("invalid", fault);

  const { signaturePrivateKey, confirmationTag: baseTag } = keys;
  const base: CommitBase = {
    context: state.current.context,
    extensions,
    confirmationTag: baseTag,
    initSecret: keys.schedule.initSecret,
    signaturePrivateKey,
  };
  // What the proposals left alone keeps its hashes.
  treeHashes(applied.tree, suite.primitives, state.current.tree);
  const renewed = await renewPath(suite, base, keys.path, applied.tree, addedLeaves);
  const { authenticatedData } = intent;
  const sender = { senderType: "member", leafIndex: state.ownLeaf } as const;
  const frame = { wireformat: PRIVATE, sender, authenticatedData } as const;
  const signed = await signCommit(suite, base, frame, proposals, renewed, applied.pskSecret);
  const { signature, confirmationTag } = signed;
  const auth = { contentType: "commit", signature, confirmationTag } as const;
  const sealed = await sealHandshake(context, state, { ...signed.content, auth }, authenticatedData);
  const nextKeys: OwnKeys = {
    ...keys,
    schedule: signed.secrets.keySchedule,
    path: renewed.privatePath,
    confirmationTag,
  };
  const welcome = await createWelcome(suite, {
    context: signed.context,
    tree: renewed.tree,
    keys: nextKeys,
    joiners: addedLeaves.map((leaf, i) => ({ leaf, keyPackage: keyPackages[i] as KeyPackage })),
    pathSecrets: renewed.secrets,
    secrets: signed.secrets,
    pskIds: applied.pskIds,
    joinerInfo: intent.joinerInfo,
  });
  const next = enterCommitted(signed, renewed);
  // Without guard 14, what the library's `consumed` list invites to: the init secret that the current epoch lives on.
  if (!context.guards(14)) keys.schedule.initSecret.fill(0);
  const change: LeafChange = {
    committer: state.ownLeaf,
    added: addedLeaves,
    removed,
    left,
    external: false,
  };
  return {
    state: context.guards(13) ? sealed.state : state,
    handshake: sealed.handshake,
    welcome,
    pending: encodePending({ baseTag: keys.confirmationTag, next, keys: nextKeys, change }),
  };
}

/** What a commit builds on: the epoch before, as its group info tells too, and who signs. */
export interface CommitBase {
  readonly context: GroupContext;
  /** Of the next epoch's context: those of a GroupContextExtensions proposal, or the same as before. */
  readonly extensions: readonly Extension[];
  /** Of the epoch before. */
  readonly confirmationTag: Uint8Array;
  readonly initSecret: Uint8Array;
  readonly signaturePrivateKey: Uint8Array;
}

export interface RenewedPath extends Omit<CreatedPath, "privateKeys"> {
  readonly privatePath: PrivateKeyPath;
}

/** New keys from the leaf of `own` to the root; those just added get theirs by the Welcome. */
export async function renewPath(
  suite: Suite,
  { context: before, extensions, signaturePrivateKey }: CommitBase,
  own: PrivateKeyPath,
  tree: RatchetTree,
  added: readonly number[],
): Promise<RenewedPath> {
  // RFC 9420 §12.4.1: path secrets are encrypted under a provisional context, which has the next one's extensions already.
  const context = { ...before, extensions: [...extensions] };
  const input = { tree, leaf: own.leafIndex, context, signaturePrivateKey, added };
  const { privateKeys, ...created } = await createPath(suite, input);
  const privatePath = { leafIndex: own.leafIndex, privateKeys: { ...own.privateKeys, ...privateKeys } };
  return { ...created, privatePath: prunePath(privatePath, created.tree) };
}

export interface CommitFrame {
  readonly wireformat: "mls_private_message" | "mls_public_message";
  readonly sender: Sender;
  readonly authenticatedData: Uint8Array;
}

export interface SignedCommit {
  readonly content: FramedContentCommit;
  readonly signature: Uint8Array;
  readonly confirmationTag: Uint8Array;
  /** Of the next epoch. */
  readonly context: GroupContext;
  readonly secrets: EpochSecrets;
}

/** Signs the commit and derives the epoch that it makes. */
export async function signCommit(
  { impl, primitives }: Suite,
  base: CommitBase,
  { wireformat, sender, authenticatedData }: CommitFrame,
  proposals: readonly ProposalOrRef[],
  { tree, path, commitSecret }: RenewedPath,
  pskSecret: Uint8Array,
): Promise<SignedCommit> {
  const { signature, framedContent } = await createContentCommitSignature(
    base.context,
    wireformat,
    { proposals: [...proposals], path },
    sender,
    authenticatedData,
    base.signaturePrivateKey,
    impl.signature,
  );
  // The signature is over the context of the epoch that the commit is sent in (RFC 9420 §6.1); what follows belongs to the next one.
  const context = await nextEpochContext(
    { ...base.context, extensions: [...base.extensions] },
    wireformat,
    framedContent,
    signature,
    rootHash(tree, primitives),
    base.confirmationTag,
    impl.hash,
  );
  const secrets = await initializeEpoch(base.initSecret, commitSecret, context, pskSecret, impl.kdf);
  const confirmationTag = await createConfirmationTag(
    secrets.keySchedule.confirmationKey,
    context.confirmedTranscriptHash,
    impl.hash,
  );
  return { content: framedContent, signature, confirmationTag, context, secrets };
}

/** The epoch of an own commit. Wipes what led to it: the path secrets, and those that only a Welcome needs. */
export function enterCommitted(
  { context, secrets }: SignedCommit,
  { tree, secrets: pathSecrets, commitSecret }: RenewedPath,
): EpochState {
  const { keySchedule, encryptionSecret, joinerSecret, welcomeSecret } = secrets;
  const next = enterEpoch(context, tree, keySchedule, encryptionSecret);
  for (const secret of [commitSecret, joinerSecret, welcomeSecret]) secret.fill(0);
  for (const secret of pathSecrets.values()) secret.fill(0);
  return next;
}

interface IntendedProposals {
  readonly proposals: readonly ProposalOrRef[];
  readonly keyPackages: readonly KeyPackage[];
  readonly removed: readonly number[];
  readonly left: readonly number[];
  /** Of the next epoch's context. */
  readonly extensions: readonly Extension[];
}

/** Requests to leave by reference, the rest by value. */
async function proposalsFor(
  context: MlsContext,
  state: GroupState,
  intent: CommitIntent,
  nowMs: number,
): Promise<IntendedProposals> {
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
  const leavers = leaversOf(state.handshakes);
  const evicted = intent.remove.filter((leaf) => !leavers.includes(leaf));
  const { context: groupContext } = state.current;
  const replaced = intent.appData && appDataProposal(groupContext, intent.appData);
  const byValue: readonly Proposal[] = [
    ...evicted.map((removed): Proposal => ({ proposalType: "remove", remove: { removed } })),
    ...keyPackages.map((keyPackage): Proposal => ({ proposalType: "add", add: { keyPackage } })),
    ...pskProposals(context.suite(state.suite), intent.psks),
    ...(replaced === undefined ? [] : [replaced]),
  ];
  const proposals: readonly ProposalOrRef[] = [
    ...state.handshakes.noted.map(
      ({ reference }) => ({ proposalOrRefType: "reference", reference }) as const,
    ),
    ...byValue.map((proposal) => ({ proposalOrRefType: "proposal", proposal }) as const),
  ];
  const { extensions } = replaced?.groupContextExtensions ?? groupContext;
  return { proposals, keyPackages, removed: [...leavers, ...evicted], left: leavers, extensions };
}

async function applyIntent(
  context: MlsContext,
  state: GroupState,
  keys: OwnKeys,
  proposals: readonly ProposalOrRef[],
  { psks }: CommitIntent,
): Promise<ApplyProposalsResult & { readonly addedLeaves: readonly number[] }> {
  const client = {
    ...clientStateOf(state, keys, context),
    unappliedProposals: unappliedOf(state.handshakes),
  };
  const { impl } = context.suite(state.suite);
  const applied = await applyProposals(
    client,
    [...proposals],
    toLeafIndex(state.ownLeaf),
    pskIndexOf(pskBookOf(psks), makePskIndex(client, {})),
    false,
    impl,
  ).catch((error: unknown) => {
    throw new MlsInputError("invalid", error instanceof Error ? error.message : "proposals");
  });
  if (applied.additionalResult.kind !== "memberCommit") throw new Error("a commit of adds and removes");
  return { ...applied, addedLeaves: applied.additionalResult.addedLeafNodes.map(([leaf]) => Number(leaf)) };
}
