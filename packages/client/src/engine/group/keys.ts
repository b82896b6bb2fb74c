/** Pre-shared keys of groups (PSK-3): which one a commit or a Welcome has to name, and whether this device holds it. */
import type { KnownPsk, MlsGroup } from "@sotto/crypto";
import type { ConversationId } from "@sotto/protocol";
import { bytesEqual, decodeCharter } from "@sotto/protocol";
import { conversationKeyId } from "../chain.ts";
import type { Core } from "../core.ts";

/** What a handshake of the group's epoch is judged with, and a commit takes. Empty of a group without a key, and of a pair. */
export function psksOf(
  core: Pick<Core, "state" | "sha256">,
  conversation: ConversationId,
  { appData }: Pick<MlsGroup, "appData">,
): readonly KnownPsk[] {
  const keyId = appData && decodeCharter(appData)?.keyId;
  return keyId ? [pskNamed(core, conversation, keyId)] : [];
}

/** The conversation's key of that name, with its secret if this device holds it. */
export function pskNamed(
  { state, sha256 }: Pick<Core, "state" | "sha256">,
  conversation: ConversationId,
  id: Uint8Array,
): KnownPsk {
  const key = state.conversationKeys.get(conversation);
  const isHeld = key !== undefined && bytesEqual(conversationKeyId(sha256, conversation, key), id);
  return { id, secret: isHeld ? key : null, required: true };
}

/** Whether both name the same key, or neither names one. */
export function isSameKeyId(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === null || b === null ? a === b : bytesEqual(a, b);
}
