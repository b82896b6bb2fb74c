/** What a page says to a version that waits: take over now. All pages get it as their controller and reload. */
export const ACTIVATE = "activate";

/** What the service worker says to a page when a notification of this conversation was pressed. */
export interface NotificationPressed {
  readonly type: "notificationPressed";
  readonly conversation: string;
}

export function notificationPressed(conversation: string): NotificationPressed {
  return { type: "notificationPressed", conversation };
}

/** The conversation of such a message; undefined for any other. */
export function pressedConversation(message: unknown): string | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const { type, conversation } = message as Partial<Record<keyof NotificationPressed, unknown>>;
  return type === "notificationPressed" && typeof conversation === "string" ? conversation : undefined;
}
