/** While a conversation is shown in a visible tab, the device is told that somebody looks at it, so that it keeps a direct way. */
import { useEffect, useSyncExternalStore } from "react";
import type { Conversation, Sotto } from "sotto";

/** Half of what a device keeps a way for without being told (DIR-11). */
const AGAIN_MS = 5 * 60_000;

export function useAttend(device: Sotto, conversation: Conversation["id"]): void {
  const visible = useSyncExternalStore(subscribe, () => document.visibilityState === "visible");
  useEffect(() => {
    if (!visible) return undefined;
    // Without it messages go all the same.
    const attend = (): void => void device.conversations.attend(conversation).catch(() => {});
    attend();
    const timer = setInterval(attend, AGAIN_MS);
    return () => clearInterval(timer);
  }, [device, conversation, visible]);
}

function subscribe(onChange: () => void): () => void {
  document.addEventListener("visibilitychange", onChange);
  return () => document.removeEventListener("visibilitychange", onChange);
}
