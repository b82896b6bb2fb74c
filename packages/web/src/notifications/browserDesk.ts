/** Notifications of the page itself, or of its service worker where only that may show any; no push service is told of anything. */
import { pressedConversation } from "../serviceWorker/messages.ts";
import type { ConversationId, NotificationDesk } from "./notifier.ts";

/** Held by every page that somebody looks at. */
const LOOKING = "sotto.looking";
const CLAIM_MS = 30_000;
/** On it pages tell each other to take a notification back. */
const CHANNEL = "sotto.notifications";
const ICON = "/icons/icon-192.png";

export interface BrowserDesk extends NotificationDesk {
  readonly stop: () => void;
}

export interface BrowserDeskOptions {
  readonly allowed: () => boolean;
  /** The only words. */
  readonly title: () => string;
  readonly onPressed: (conversation: ConversationId) => void;
}

export function openBrowserDesk({ allowed, title, onPressed }: BrowserDeskOptions): BrowserDesk {
  const shown = new Map<ConversationId, Notification>();
  const stopLooking = holdWhileLookedAt();
  const others = new BroadcastChannel(CHANNEL);
  others.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    closeHere(data as ConversationId);
  });

  const stopped = new AbortController();
  navigator.serviceWorker?.addEventListener(
    "message",
    ({ data }: MessageEvent<unknown>) => {
      const conversation = pressedConversation(data);
      if (conversation !== undefined) onPressed(conversation as ConversationId);
    },
    { signal: stopped.signal },
  );

  function closeHere(conversation: ConversationId): void {
    shown.get(conversation)?.close();
    shown.delete(conversation);
  }

  return {
    allowed,
    async lookedAt() {
      const { held = [] } = await navigator.locks.query();
      return held.some(({ name }) => name === LOOKING);
    },
    claim(conversation) {
      return new Promise((resolve) => {
        void navigator.locks.request(`${CHANNEL} ${conversation}`, { ifAvailable: true }, (lock) => {
          if (lock === null) return resolve(undefined);
          return new Promise<void>((release) => {
            const timer = setTimeout(release, CLAIM_MS);
            resolve({
              drop() {
                clearTimeout(timer);
                release();
              },
            });
          });
        });
      });
    },
    show(conversation) {
      closeHere(conversation);
      const notification = showOnPage(title(), conversation);
      if (notification === undefined) {
        void showByWorker(title(), conversation);
        return;
      }
      shown.set(conversation, notification);
      notification.addEventListener("click", () => {
        window.focus();
        notification.close();
        onPressed(conversation);
      });
    },
    close(conversation) {
      closeHere(conversation);
      void closeByWorker(conversation);
      others.postMessage(conversation);
    },
    stop() {
      stopped.abort();
      stopLooking();
      others.close();
    },
  };
}

/** `undefined` where only a service worker may show notifications (Chrome on Android). */
function showOnPage(title: string, tag: string): Notification | undefined {
  try {
    return new Notification(title, { tag, icon: ICON });
  } catch {
    return undefined;
  }
}

/** The worker is told which notification was pressed by its tag. */
async function showByWorker(title: string, tag: string): Promise<void> {
  const worker = await navigator.serviceWorker?.getRegistration();
  await worker?.showNotification(title, { tag, icon: ICON });
}

async function closeByWorker(tag: string): Promise<void> {
  const worker = await navigator.serviceWorker?.getRegistration();
  for (const notification of (await worker?.getNotifications({ tag })) ?? []) notification.close();
}

/** Holds a lock, with all other pages that do, whenever this page is in front and has the keyboard. */
function holdWhileLookedAt(): () => void {
  const ended = new AbortController();
  let release: (() => void) | undefined;

  function look(): void {
    const looking = document.visibilityState === "visible" && document.hasFocus() && !ended.signal.aborted;
    if (!looking) {
      release?.();
      release = undefined;
    } else if (release === undefined) {
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      void navigator.locks.request(LOOKING, { mode: "shared" }, () => held);
    }
  }

  const { signal } = ended;
  addEventListener("focus", look, { signal });
  addEventListener("blur", look, { signal });
  document.addEventListener("visibilitychange", look, { signal });
  look();
  return () => {
    ended.abort();
    look();
  };
}
