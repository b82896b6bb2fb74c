/** PrivateMessages (RFC 9420 §6.3, §9): sealing our contents and opening those of others, one ratchet step at a time. */
import { bytesEqual } from "@sotto/protocol";
import { encode } from "ts-mls/codec/tlsEncoder.js";
import type { AuthenticatedContent } from "ts-mls/authenticatedContent.js";
import { verifyFramedContentSignature } from "ts-mls/framedContent.js";
import { protectApplicationData } from "ts-mls/messageProtection.js";
import type { PrivateMessage } from "ts-mls/privateMessage.js";
import {
  decodePrivateMessageContent,
  decryptSenderData,
  privateContentAADEncoder,
  toAuthenticatedContent,
} from "ts-mls/privateMessage.js";
import type { SecretTree } from "ts-mls/secretTree.js";
import { ratchetToGeneration } from "ts-mls/secretTree.js";
import type { SenderData } from "ts-mls/sender.js";
import { attempt, decodeMessage, encodeMessage } from "./tsMlsCodec.ts";
import type { MlsContext } from "./tsMlsContext.ts";
import { MAX_RETAINED_KEYS } from "./tsMlsContext.ts";
import type { EpochState, GroupState, OwnKeys } from "./tsMlsState.ts";
import { epochNumber, withRatchets } from "./tsMlsState.ts";
import type { Decrypted, MessageFailure, Outgoing } from "./port.ts";
import { MlsInputError } from "./port.ts";

const encodeAad = encode(privateContentAADEncoder);

/** An opened PrivateMessage, or why it cannot be; `leaf` is its sender as far as known. */
export type Opened =
  | {
      readonly kind: "opened";
      readonly leaf: number;
      readonly content: AuthenticatedContent;
      readonly ratchets: SecretTree;
    }
  | { readonly kind: "failed"; readonly leaf: number | undefined; readonly reason: MessageFailure };

/** Encrypts one application message; the group returned has the sender's ratchet advanced. */
export async function sealMessage(
  context: MlsContext,
  state: GroupState,
  keys: OwnKeys,
  message: Outgoing,
): Promise<{ readonly state: GroupState; readonly ciphertext: Uint8Array }> {
  const { current } = state;
  const sealed = await protectApplicationData(
    keys.signaturePrivateKey,
    current.senderDataSecret,
    message.plaintext,
    message.authenticatedData,
    current.context,
    current.ratchets,
    state.ownLeaf,
    context.config.paddingConfig,
    context.suite(state.suite).impl,
  );
  wipeMessageKey(sealed.consumed);
  return {
    state: withRatchets(state, current, sealed.newSecretTree),
    ciphertext: encodeMessage({
      version: "mls10",
      wireformat: "mls_private_message",
      privateMessage: sealed.privateMessage,
    }),
  };
}

/** Decrypts one application message of the current or the past epoch; a failure leaves the state as it was. */
export async function openMessage(
  context: MlsContext,
  state: GroupState,
  ciphertext: Uint8Array,
): Promise<{ readonly state: GroupState; readonly result: Decrypted }> {
  const failed = (reason: MessageFailure) => ({ state, result: { kind: "failed", reason } as const });
  const message = privateMessageOf(context, ciphertext);
  if (message === undefined || message.contentType !== "application") return failed("malformed");
  if (!bytesEqual(message.groupId, state.current.context.groupId)) return failed("malformed");
  if (state.keys === undefined) return failed("tooOld");
  if (message.epoch > state.current.context.epoch) return failed("future");
  const epoch = [state.current, state.past].find((epoch) => epoch?.context.epoch === message.epoch);
  if (epoch === undefined) return failed("tooOld");
  const opened = await openPrivateMessage(context, state, epoch, message);
  if (opened.kind === "failed") return failed(opened.reason);
  const { content } = opened.content;
  const sender = epoch.members.find(({ leaf }) => leaf === opened.leaf);
  if (content.contentType !== "application" || sender === undefined) return failed("malformed");
  return {
    state: withRatchets(state, epoch, opened.ratchets),
    result: {
      kind: "message",
      plaintext: content.applicationData.slice(),
      // The clear field, bound by the AEAD and by the signature (defect 15: the library forgets to return it).
      authenticatedData: message.authenticatedData,
      sender,
      epoch: epochNumber(epoch),
    },
  };
}

/** Opens a PrivateMessage of an epoch: sender data, ratchet, AEAD, then signature. The ratchet counts only after the signature. */
export async function openPrivateMessage(
  context: MlsContext,
  state: GroupState,
  epoch: EpochState,
  message: PrivateMessage,
): Promise<Opened> {
  const { impl } = context.suite(state.suite);
  const senderData = await decryptSenderData(message, epoch.senderDataSecret, impl).catch(() => undefined);
  if (senderData === undefined) return { kind: "failed", leaf: undefined, reason: "forged" };
  const leaf = senderData.leafIndex;
  const failed = (reason: MessageFailure) => ({ kind: "failed", leaf, reason }) as const;
  const sender = epoch.members.find((member) => member.leaf === leaf);
  if (context.guards(11) && sender === undefined) return failed("forged");
  const keyFault = keyFaultOf(state, epoch, message, senderData);
  if (keyFault !== undefined) return failed(keyFault);

  const step = await ratchetToGeneration(
    epoch.ratchets,
    senderData,
    message.contentType,
    context.config.keyRetentionConfig,
    impl,
  );
  const plaintext = await impl.hpke
    .decryptAead(step.key, step.nonce, encodeAad(message), message.ciphertext)
    .catch(() => undefined);
  wipeMessageKey(step.consumed);
  if (plaintext === undefined) return failed("forged");
  const decoded = attempt(() => decodePrivateMessageContent(message.contentType)(plaintext, 0)?.[0]);
  if (decoded === undefined || sender === undefined) return failed("malformed");
  const content = toAuthenticatedContent(decoded, message, leaf);
  const signed = await verifyFramedContentSignature(
    sender.leafKey,
    "mls_private_message",
    content.content,
    content.auth,
    epoch.context,
    impl.signature,
  );
  return signed ? { kind: "opened", leaf, content, ratchets: step.newTree } : failed("forged");
}

/** A PrivateMessage of these bytes, or `undefined`. */
function privateMessageOf(context: MlsContext, bytes: Uint8Array): PrivateMessage | undefined {
  try {
    const message = decodeMessage(bytes, context.guards);
    return message.wireformat === "mls_private_message" ? message.privateMessage : undefined;
  } catch (error) {
    if (error instanceof MlsInputError) return undefined;
    throw error;
  }
}

/** Why the key of a generation is not to be had. A key below a full window may have been pushed out unused: that is no replay. */
function keyFaultOf(
  state: GroupState,
  epoch: EpochState,
  message: PrivateMessage,
  { leafIndex, generation }: SenderData,
): MessageFailure | undefined {
  const node = epoch.ratchets[2 * leafIndex];
  const ratchet = message.contentType === "application" ? node?.application : node?.handshake;
  // A device reads its own messages from its own records; its sending ratchet must not move by what comes in.
  if (leafIndex === state.ownLeaf && message.contentType === "application") return "replayed";
  if (ratchet === undefined) return undefined;
  if (generation >= ratchet.generation)
    return generation - ratchet.generation > MAX_RETAINED_KEYS ? "tooOld" : undefined;
  if (ratchet.unusedGenerations[generation] !== undefined) return undefined;
  const retained = Object.keys(ratchet.unusedGenerations).map(Number);
  const pushedOut = retained.length >= MAX_RETAINED_KEYS && generation < Math.min(...retained);
  return pushedOut ? "tooOld" : "replayed";
}

/** The library lists the message key last; what comes before it still belongs to older group values and is not ours to wipe. */
function wipeMessageKey(consumed: readonly Uint8Array[]): void {
  consumed.at(-1)?.fill(0);
}
