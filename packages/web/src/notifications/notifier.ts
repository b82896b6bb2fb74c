/**
 * Tells of new messages while nobody looks at the app. A notification carries no name and no text: whoever stands beside the screen, and the
 * system that shows it, learn only that there is something to read.
 */
import type { ClientEvent, Conversation, Sotto } from "sotto";

export type ConversationId = Conversation["id"];

/** What the page can do outside itself. */
export interface NotificationDesk {
  /** Notifications are wanted on this device, and the browser allows them. */
  readonly allowed: () => boolean;
  /** Some page of the app is in front and has the keyboard. */
  readonly lookedAt: () => Promise<boolean>;
  /**
   * True for the first of all pages that asks, until the returned claim is dropped or has stood for half a minute: so there is one notification
   * per conversation, however many tabs and messages there are.
   */
  readonly claim: (conversation: ConversationId) => Promise<Claim | undefined>;
  /** Shows it in place of an earlier one of the same conversation. */
  readonly show: (conversation: ConversationId) => void;
  /** Takes it back, whichever page has shown it. */
  readonly close: (conversation: ConversationId) => void;
}

export interface Claim {
  readonly drop: () => void;
}

/** Follows the device's events until the returned function is called, which takes back what is shown. */
export function startNotifier(
  device: Pick<Sotto, "on" | "conversations">,
  desk: NotificationDesk,
): () => void {
  const shown = new Map<ConversationId, Claim>();

  async function tell(conversation: ConversationId): Promise<void> {
    if (!desk.allowed() || (await desk.lookedAt())) return;
    const claim = await desk.claim(conversation);
    if (claim === undefined) return;
    // Meanwhile it may have been read, here or in another tab.
    if (!isUnread(conversation)) return claim.drop();
    shown.set(conversation, claim);
    desk.show(conversation);
  }

  function isUnread(conversation: ConversationId): boolean {
    return (device.conversations.get(conversation)?.unread ?? 0) > 0;
  }

  function closeRead(): void {
    for (const conversation of shown.keys()) if (!isUnread(conversation)) close(conversation);
  }

  function close(conversation: ConversationId): void {
    shown.get(conversation)?.drop();
    shown.delete(conversation);
    desk.close(conversation);
  }

  const stop = device.on((event) => {
    closeRead();
    if (isArrival(event)) void tell(event.message.conversation);
  });
  return () => {
    stop();
    for (const conversation of shown.keys()) close(conversation);
  };
}

function isArrival(event: ClientEvent): event is Extract<ClientEvent, { type: "message" }> {
  return event.type === "message" && !event.message.mine && event.message.event === null;
}
