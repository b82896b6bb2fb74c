/** Handshakes that this device sends as PrivateMessages (RFC 9420 §6.3): commits, and the request to leave. */
import { makeProposalRef } from "ts-mls/authenticatedContent.js";
import type { FramedContentData, FramedContentProposalData } from "ts-mls/framedContent.js";
import { signFramedContentTBS, toTbs } from "ts-mls/framedContent.js";
import type { PrivateMessageContent } from "ts-mls/privateMessage.js";
import { encodeCommit, encodeProposal } from "./contentCodec.ts";
import type { MlsContext } from "./tsMlsContext.ts";
import { encodePendingLeave } from "./tsMlsPending.ts";
import { leaversOf, withSent } from "./tsMlsProposals.ts";
import { sealHandshakeContent } from "./tsMlsSeal.ts";
import type { GroupState, OwnKeys } from "./tsMlsState.ts";

export const PRIVATE = "mls_private_message";

export interface SealedHandshake {
  /** The current epoch, its handshake ratchet advanced, whatever becomes of the handshake. */
  readonly state: GroupState;
  readonly handshake: Uint8Array;
}

/** Encrypts signed content in the current epoch. */
export async function sealHandshake(
  context: MlsContext,
  state: GroupState,
  content: Exclude<PrivateMessageContent, { readonly contentType: "application" }>,
  authenticatedData: Uint8Array,
): Promise<SealedHandshake> {
  const { contentType, auth } = content;
  const sealed = await sealHandshakeContent(context, state, {
    contentType,
    authenticatedData,
    body: content.contentType === "commit" ? encodeCommit(content.commit) : encodeProposal(content.proposal),
    signature: auth.signature,
    confirmationTag: auth.contentType === "commit" ? auth.confirmationTag : undefined,
  });
  const handshakes = withSent(state.handshakes, context.provider.sha256(authenticatedData));
  return { state: { ...sealed.state, handshakes }, handshake: sealed.bytes };
}

/** A Remove of the own leaf, and what notes it once it has its place. A second one in an epoch is a TypeError. */
export async function prepareLeave(
  context: MlsContext,
  state: GroupState,
  keys: OwnKeys,
  authenticatedData: Uint8Array,
): Promise<SealedHandshake & { readonly pending: Uint8Array }> {
  if (leaversOf(state.handshakes).includes(state.ownLeaf))
    throw new TypeError("the device has asked to leave already");
  const { impl } = context.suite(state.suite);
  const { groupId, epoch } = state.current.context;
  const content: FramedContentData & FramedContentProposalData = {
    groupId,
    epoch,
    sender: { senderType: "member", leafIndex: state.ownLeaf },
    authenticatedData,
    contentType: "proposal",
    proposal: { proposalType: "remove", remove: { removed: state.ownLeaf } },
  };
  const signature = await signFramedContentTBS(
    keys.signaturePrivateKey,
    toTbs(content, PRIVATE, state.current.context),
    impl.signature,
  );
  const auth = { contentType: "proposal", signature } as const;
  const reference = await makeProposalRef({ wireformat: PRIVATE, content, auth }, impl.hash);
  const sealed = await sealHandshake(context, state, { ...content, auth }, authenticatedData);
  const noted = { reference, proposal: content.proposal, sender: state.ownLeaf };
  return { ...sealed, pending: encodePendingLeave(keys.confirmationTag, noted) };
}
