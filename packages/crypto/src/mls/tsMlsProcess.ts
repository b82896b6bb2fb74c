/**
 * A handshake of another member (RFC 9420 §12.4.2), in two phases. What the epoch's shared state and the bytes decide comes first: a
 * failure there is one for every member, hence *refused*. Then the device's own secrets: a failure there is *undecided*, because others
 * may well have entered the epoch (DESIGN §4).
 */
import { bytesEqual } from "@sotto/protocol";
import type { AuthenticatedContent } from "ts-mls/authenticatedContent.js";
import { unprotectPublicMessage } from "ts-mls/messageProtectionPublic.js";
import { decodeMessage } from "./tsMlsCodec.ts";
import type { MlsContext } from "./tsMlsContext.ts";
import type { LeafChange } from "./tsMlsEpoch.ts";
import { openPrivateMessage } from "./tsMlsMessage.ts";
import { checkCommit } from "./tsMlsProcessShared.ts";
import { applyCommit } from "./tsMlsProcessOwn.ts";
import type { GroupState, OwnKeys } from "./tsMlsState.ts";
import { withRatchets } from "./tsMlsState.ts";
import { MlsInputError } from "./port.ts";

/** Like the port's HandshakeOutcome, over states. */
export type Processed =
  | { readonly kind: "applied"; readonly state: GroupState; readonly change: LeafChange }
  | { readonly kind: "refused"; readonly state: GroupState; readonly reason: string }
  | { readonly kind: "undecided"; readonly reason: string };

/** Judges a handshake and enters its epoch if it is good. */
export async function processHandshake(
  context: MlsContext,
  state: GroupState,
  keys: OwnKeys,
  handshake: Uint8Array,
  authenticatedData: Uint8Array,
): Promise<Processed> {
  const opened = await openHandshake(context, state, keys, handshake, authenticatedData);
  if (opened.kind === "refused") return { ...opened, state };
  if (opened.kind === "undecided") return opened;
  const checked = await checkCommit(context, opened.state, keys, opened.content);
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
  if (framed.contentType !== "commit") return refused("not a commit");
  if (!bytesEqual(framed.groupId, state.current.context.groupId)) return refused("another group");
  if (framed.epoch !== state.current.context.epoch) return refused("another epoch");
  if (!bytesEqual(framed.authenticatedData, authenticatedData)) return refused("another predecessor");

  if (message.wireformat === "mls_private_message") {
    const opened = await openPrivateMessage(context, state, state.current, message.privateMessage);
    if (opened.kind === "opened")
      return {
        kind: "opened",
        state: withRatchets(state, state.current, opened.ratchets),
        content: opened.content,
      };
    // Its key is gone because this device sent it: others can judge it, this device cannot.
    return opened.leaf === state.ownLeaf && opened.reason === "replayed"
      ? { kind: "undecided", reason: "an own commit without its pending state" }
      : refused(opened.reason);
  }
  if (message.wireformat !== "mls_public_message") return refused("not a handshake");
  const { publicMessage } = message;
  // Members send PrivateMessages; only who joins from outside cannot.
  if (context.guards(9) && publicMessage.senderType !== "new_member_commit")
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

function messageOf(context: MlsContext, bytes: Uint8Array): ReturnType<typeof decodeMessage> | undefined {
  try {
    return decodeMessage(bytes, context.guards);
  } catch (error) {
    if (error instanceof MlsInputError) return undefined;
    throw error;
  }
}
