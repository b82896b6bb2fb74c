/** The files that messages offer. */
import type { ConversationId, FileManifest, MessageId } from "@sotto/protocol";
import type { Sotto, StoredMessage } from "sotto";

/** A file and the message that it came with. */
export interface Offer {
  readonly message: StoredMessage;
  /** Its place among the message's files, from 0. */
  readonly index: number;
  readonly file: FileManifest;
}

const PAGE = 500;

export function offersOf(message: StoredMessage): readonly Offer[] {
  return message.files.map((file, index) => ({ message, index, file }));
}

/** The last `limit` files of a conversation, oldest first. */
export async function latestOffers(
  sotto: Sotto,
  conversation: ConversationId,
  limit: number,
): Promise<readonly Offer[]> {
  const found: Offer[] = [];
  for await (const message of backwards(sotto, conversation)) {
    found.unshift(...offersOf(message));
    if (found.length >= limit) break;
  }
  return found.slice(-limit);
}

/** A message by its id; the latest of that id if others have used it too. */
export async function findMessage(sotto: Sotto, id: MessageId): Promise<StoredMessage | undefined> {
  let latest: StoredMessage | undefined;
  for (const conversation of sotto.conversations.list()) {
    for await (const message of backwards(sotto, conversation.id)) {
      if (message.id !== id) continue;
      if (latest === undefined || message.storedAtMs > latest.storedAtMs) latest = message;
      break;
    }
  }
  return latest;
}

/** Latest first. */
async function* backwards(sotto: Sotto, conversation: ConversationId): AsyncGenerator<StoredMessage> {
  let before: MessageId | undefined;
  for (;;) {
    const page = await sotto.messages.list(conversation, {
      limit: PAGE,
      ...(before !== undefined && { before }),
    });
    yield* page.toReversed();
    before = page[0]?.id;
    if (page.length < PAGE) return;
  }
}
