/** Own messages of a page whose states somebody follows. */
import type { ConversationId, MessageId } from "@sotto/protocol";
import type { SendHandle } from "../../api.ts";
import type { MessageState, StoredMessage } from "../../index.ts";
import type { SendTracker } from "../../sdk/sendTracker.ts";
import { createSendTracker } from "../../sdk/sendTracker.ts";

export interface FollowedMessages {
  follow(conversation: ConversationId, id: MessageId): SendHandle;
  /** It was not sent. */
  forget(conversation: ConversationId, id: MessageId): void;
  advance(conversation: ConversationId, id: MessageId, state: MessageState): void;
  /** Looks up what they have reached while nobody told. */
  catchUp(): Promise<void>;
  /** Ends the handles. */
  end(): void;
}

interface Followed {
  readonly conversation: ConversationId;
  readonly id: MessageId;
  readonly tracker: SendTracker;
}

export function createFollowedMessages(
  find: (conversation: ConversationId, id: MessageId) => Promise<StoredMessage | undefined>,
): FollowedMessages {
  const followed = new Map<string, Followed>();

  return {
    follow(conversation, id) {
      const tracker = createSendTracker(conversation, id);
      followed.set(nameOf(conversation, id), { conversation, id, tracker });
      return tracker.handle;
    },
    forget: (conversation, id) => void followed.delete(nameOf(conversation, id)),
    advance,
    async catchUp() {
      try {
        for (const { conversation, id } of followed.values()) {
          // One after the other: what the person asks for comes in between.
          const message = await find(conversation, id);
          if (message !== undefined) advance(conversation, id, message.state);
        }
      } catch {
        // The device has ended, and its handles with it.
      }
    },
    end() {
      for (const { tracker } of followed.values()) tracker.close();
      followed.clear();
    },
  };

  function advance(conversation: ConversationId, id: MessageId, state: MessageState): void {
    const name = nameOf(conversation, id);
    if (followed.get(name)?.tracker.advance(state) === true) followed.delete(name);
  }
}

function nameOf(conversation: ConversationId, id: MessageId): string {
  return `${conversation}/${id}`;
}
