/** Notifications of the page itself; no push service is told of anything. */
import type { ConversationId, NotificationDesk } from "./notifier.ts";

/** Held by every page that somebody looks at. */
const LOOKING = "sotto.looking";
const CLAIM_MS = 30_000;
/** On it pages tell each other to take a notification back. */
const CHANNEL = "sotto.notifications";

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
      if (notification === undefined) return;
      shown.set(conversation, notification);
      notification.addEventListener("click", () => {
        window.focus();
        notification.close();
        onPressed(conversation);
      });
    },
    close(conversation) {
      closeHere(conversation);
      others.postMessage(conversation);
    },
    stop() {
      stopLooking();
      others.close();
    },
  };
}

/** `undefined` where only a service worker may show notifications (Chrome on Android). */
function showOnPage(title: string, tag: string): Notification | undefined {
  try {
    return new Notification(title, { tag, icon: "/icons/icon-192.png" });
  } catch {
    return undefined;
  }
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
