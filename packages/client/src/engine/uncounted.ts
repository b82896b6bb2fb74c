/** Contents that have no place in the stream - receipts, signals, invitations, profile keys - from plain to stored and ready to go. */
import { padContent } from "@sotto/crypto";
import type { ContentBody } from "@sotto/protocol";
import { encodeContent, idOf } from "@sotto/protocol";
import { currentBinding } from "./bases.ts";
import type { Core, Step } from "./core.ts";
import { commit, mlsOrThrow } from "./core.ts";
import { loadGroup } from "./groups.ts";
import type { ConversationRecord } from "./records/conversation.ts";
import { Transaction } from "./transaction.ts";

const ZERO_HASH = new Uint8Array(32);

/** Encrypts the bodies under the conversation's epoch, in order, and stores the group behind them, and `transaction`. */
export function* sealUncounted(
  core: Core,
  conversation: ConversationRecord,
  bodies: readonly Extract<ContentBody, { kind: "receipt" | "signal" | "invitation" | "profileKey" }>[],
  transaction = new Transaction(),
): Step<readonly Uint8Array[]> {
  const group = yield* loadGroup(core, conversation.group as NonNullable<ConversationRecord["group"]>);
  const authenticatedData = currentBinding(conversation);
  const messages = bodies.map((body) => {
    const content = encodeContent({
      id: idOf(core.random(16)),
      stream: conversation.stream,
      counter: 0,
      previousHash: ZERO_HASH,
      sentAtMs: core.now(),
      listVersion: core.state.identity.credential.listVersion,
      logHead: null,
      epochAuthenticator: null,
      body,
    });
    return { plaintext: padContent(content), authenticatedData };
  });
  const encrypted = yield* mlsOrThrow({ op: "encrypt", group, messages });
  yield* commit(core, transaction.group(encrypted.group, encrypted.delta));
  return encrypted.ciphertexts;
}
