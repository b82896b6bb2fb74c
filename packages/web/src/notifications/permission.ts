/** What the browser lets this site do about notifications. */
import { useSyncExternalStore } from "react";

/** ask: the browser has not been asked, or got no answer · unsupported: it has none, or not for this page. */
export type NotificationPermissionState = "granted" | "denied" | "ask" | "unsupported";

export function notificationPermission(): NotificationPermissionState {
  if (!("Notification" in globalThis) || !isSecureContext || !("locks" in navigator)) return "unsupported";
  return Notification.permission === "default" ? "ask" : Notification.permission;
}

/** Asks the person, by the browser; only in answer to a press. */
export async function askForNotifications(): Promise<NotificationPermissionState> {
  await Notification.requestPermission();
  return notificationPermission();
}

/** Renders again when the person changes it in the browser's own settings. */
export function useNotificationPermission(): NotificationPermissionState {
  return useSyncExternalStore(subscribe, notificationPermission);
}

function subscribe(onChange: () => void): () => void {
  const given = new AbortController();
  // Not every browser tells of a change; then coming back to the page is the moment to look.
  addEventListener("focus", onChange, { signal: given.signal });
  void follow(onChange, given.signal);
  return () => given.abort();
}

async function follow(onChange: () => void, signal: AbortSignal): Promise<void> {
  try {
    const status = await navigator.permissions.query({ name: "notifications" });
    status.addEventListener("change", onChange, { signal });
  } catch {
    // A browser that does not know this permission by name.
  }
}
