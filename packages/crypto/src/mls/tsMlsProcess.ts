/**
 * A handshake of another member (RFC 9420 §12.4.2), in two phases. What the epoch's shared state and the bytes decide comes first: a
 * failure there is one for every member, hence *refused*. Then the device's own secrets: a failure there is *undecided*, because others
 * may well have entered the epoch (DESIGN §4).
 */
import { bytesEqual } from "@sotto/protocol";
import type { AuthenticatedContent } from "ts-mls/authenticatedContent.js";
import { makeProposalRef } from "ts-mls/authenticatedContent.js";
import type { FramedContentData, FramedContentProposalData } from "ts-mls/framedContent.js";
import { unprotectPublicMessage } from "ts-mls/messageProtectionPublic.js";
import type { PskIndex } from "ts-mls/pskIndex.js";
import { emptyPskIndex } from "ts-mls/pskIndex.js";
import { decodeMessage } from "./tsMlsCodec.ts";
import type { MlsContext } from "./tsMlsContext.ts";
import type { LeafChange } from "./tsMlsEpoch.ts";
import { houseProposalFault } from "./tsMlsHouseRules.ts";
import { openPrivateMessage } from "./tsMlsMessage.ts";
import { checkCommit } from "./tsMlsProcessShared.ts";
import { applyCommit } from "./tsMlsProcessOwn.ts";
import { hasSent, withNoted } from "./tsMlsProposals.ts";
import { pskBookOf } from "./tsMlsPsk.ts";
import type { GroupState, OwnKeys } from "./tsMlsState.ts";
import { withRatchets } from "./tsMlsState.ts";
import type { CommitEffect, HandshakeExpectation } from "./port.ts";
import { MlsInputError, OTHER_PREDECESSOR } from "./port.ts";

/** Like the port's HandshakeOutcome, over states. */
export type Processed =
  | {
      readonly kind: "applied";
      readonly state: GroupState;
      readonly change: LeafChange;
      readonly without: GroupState;
    }
  | { readonly kind: "proposed"; readonly state: GroupState; readonly sender: number | undefined }
  | { readonly kind: "refused"; readonly state: GroupState; readonly reason: string }
  | { readonly kind: "undecided"; readonly reason: string; readonly effect?: LeafEffect };

/** Like the port's CommitEffect. */
export interface LeafEffect extends Omit<CommitEffect, "change" | "without"> {
  readonly change: LeafChange;
  readonly without: GroupState;
}

/** The port's expectation; and for groups of other implementations, resumption keys of epochs before, which ours do not keep. */
export interface Expectation extends HandshakeExpectation {
  readonly pastPsks?: PskIndex;
}

/** Judges a handshake and enters its epoch if it is good. */
export async function processHandshake(
  context: MlsContext,
  state: GroupState,
  keys: OwnKeys,
  handshake: Uint8Array,
  { authenticatedData, psks, pastPsks = emptyPskIndex }: Expectation,
): Promise<Processed> {
  const opened = await openHandshake(context, state, keys, handshake, authenticatedData);
  if (opened.kind === "refused") return { ...opened, state };
  if (opened.kind === "undecided") return opened;
  if (opened.content.content.contentType === "proposal")
    return noteProposal(context, opened.state, opened.content, opened.content.content);
  const checked = await checkCommit(context, opened.state, keys, opened.content, pskBookOf(psks), pastPsks);
  if (checked.kind === "refused") return { ...checked, state: opened.state };
  return applyCommit(context, opened.state, keys, checked.commit);
}

type OpenedHandshake =
  | { readonly kind: "opened"; readonly state: GroupState; readonly content: AuthenticatedContent }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "undecided"; readonly reason: string };

/** Group, epoch and authenticated data are read before anything is decrypted; the signature is verified after. */
async function openHandshake(
  context: MlsContext,
  state: GroupState,
  keys: OwnKeys,
  handshake: Uint8Array,
  authenticatedData: Uint8Array,
): Promise<OpenedHandshake> {
  const refused = (reason: string): OpenedHandshake => ({ kind: "refused", reason });
  const message = messageOf(context, handshake);
  const framed =
    message?.wireformat === "mls_private_message"
      ? message.privateMessage
      : message?.wireformat === "mls_public_message"
        ? message.publicMessage.content
        : undefined;
  if (message === undefined || framed === undefined) return refused("not a handshake");
  if (framed.contentType === "application") return refused("not a handshake");
  if (!bytesEqual(framed.groupId, state.current.context.groupId)) return refused("another group");
  if (framed.epoch !== state.current.context.epoch) return refused("another epoch");
  const isHouse = context.rules === "house";
  if (isHouse && !bytesEqual(framed.authenticatedData, authenticatedData)) return refused(OTHER_PREDECESSOR);

  if (message.wireformat === "mls_private_message") {
    const opened = await openPrivateMessage(context, state, state.current, message.privateMessage);
    if (opened.leaf === state.ownLeaf && (opened.kind === "opened" || opened.reason === "replayed"))
      return judgeOwn(context, state, authenticatedData, opened.kind === "opened");
    if (opened.kind === "failed") return refused(opened.reason);
    const moved = withRatchets(state, state.current, opened.ratchets);
    return { kind: "opened", state: moved, content: opened.content };
  }
  if (message.wireformat !== "mls_public_message") return refused("not a handshake");
  const { publicMessage } = message;
  // Members send PrivateMessages; only who joins from outside cannot.
  if (isHouse && context.guards(9) && publicMessage.senderType !== "new_member_commit")
    return refused("a member's handshake in the clear");
  const { current } = state;
  const { impl } = context.suite(state.suite);
  try {
    const content = await unprotectPublicMessage(
      keys.schedule.membershipKey,
      current.context,
      current.tree,
      publicMessage,
      impl,
    );
    return { kind: "opened", state, content };
  } catch {
    return refused("forged");
  }
}

/** Notes a proposal for the next commit. Of a foreign group it is judged no further than that: the commit that refers to it is. */
async function noteProposal(
  context: MlsContext,
  state: GroupState,
  signed: AuthenticatedContent,
  { proposal, sender: from }: FramedContentProposalData & Pick<FramedContentData, "sender">,
): Promise<Processed> {
  const sender = from.senderType === "member" ? from.leafIndex : undefined;
  const fault =
    context.rules === "house" ? houseProposalFault(state.handshakes, { proposal, sender }) : undefined;
  if (fault !== undefined) return { kind: "refused", state, reason: fault };
  const reference = await makeProposalRef(signed, context.suite(state.suite).impl.hash);
  const handshakes = withNoted(state.handshakes, { reference, proposal, sender });
  return { kind: "proposed", state: { ...state, handshakes }, sender };
}

/**
 * A handshake in the name of this device that is not the one it waits for. Its key is gone, for this device alone, so others see more:
 * they verify its signature. What the signature covers includes the authenticated data, which is in the clear and is what this place of
 * the order demands. So a device that has signed no handshake with this authenticated data knows that the signature is not its own, and
 * refuses as all others do. Otherwise somebody may have sealed its signed content anew (the keys of an epoch are every member's), and
 * others apply that: then only *undecided* is safe. Likewise if it can be opened, which is so for a device whose state is an older one.
 */
function judgeOwn(
  { provider }: MlsContext,
  { handshakes }: GroupState,
  authenticatedData: Uint8Array,
  opened: boolean,
): OpenedHandshake {
  return opened || hasSent(handshakes, provider.sha256(authenticatedData))
    ? { kind: "undecided", reason: "an own handshake without its pending state" }
    : { kind: "refused", reason: "not of this device" };
}

function messageOf(context: MlsContext, bytes: Uint8Array): ReturnType<typeof decodeMessage> | undefined {
  try {
    return decodeMessage(bytes, context.guards);
  } catch (error) {
    if (error instanceof MlsInputError) return undefined;
    throw error;
  }
}
