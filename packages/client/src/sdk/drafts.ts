/** What has been written and not sent, for each conversation: in memory for views, sealed in the store for the next start. */
import type { ConversationId } from "@sotto/protocol";
import { MAX_TEXT_BYTES, textSizeBytes } from "@sotto/protocol";
import { decodeDraft, encodeDraft } from "../engine/records/draft.ts";
import { TABLE } from "../engine/records/table.ts";
import type { LocalStore, StoreWrite } from "../ports/store.ts";
import { sottoError } from "./messages.ts";

/** A draft may still be too long to send, but it travels with every view of the conversation. */
const MAX_DRAFT_BYTES = 4 * MAX_TEXT_BYTES;

export interface Drafts {
  get(conversation: ConversationId): string | undefined;
  /** Shown at once, resolves when stored. Rejects with `textTooLong`, or as the store does; then the draft is what it was. */
  set(conversation: ConversationId, text: string): Promise<void>;
}

/** The drafts of a store. One that cannot be read is none: nothing else depends on it. */
export async function readDrafts(
  store: LocalStore,
  onChange: (conversation: ConversationId) => void,
): Promise<Drafts> {
  const drafts = new Map<ConversationId, string>();
  for (const [conversation, bytes] of await store.load(TABLE.draft)) {
    const text = decodeDraft(bytes);
    if (text !== undefined) drafts.set(conversation as ConversationId, text);
  }

  function show(conversation: ConversationId, text: string): void {
    if (text === "") drafts.delete(conversation);
    else drafts.set(conversation, text);
    onChange(conversation);
  }

  return {
    get: (conversation) => drafts.get(conversation),
    async set(conversation, text) {
      const sizeBytes = textSizeBytes(text);
      if (sizeBytes > MAX_DRAFT_BYTES) throw sottoError("textTooLong", String(sizeBytes));
      const before = drafts.get(conversation) ?? "";
      if (text === before) return;
      show(conversation, text);
      try {
        await store.commit([writeOf(conversation, text)]);
      } catch (error) {
        // A later change, if there is one, answers for itself.
        if ((drafts.get(conversation) ?? "") === text) show(conversation, before);
        throw error;
      }
    },
  };
}

function writeOf(conversation: ConversationId, text: string): StoreWrite {
  return text === ""
    ? { drop: TABLE.draft, key: conversation }
    : { put: TABLE.draft, key: conversation, value: encodeDraft(text) };
}
