/** Whether somebody is in front of the page: it is visible and has the keyboard. */
import { useSyncExternalStore } from "react";

const EVENTS = ["focus", "blur", "visibilitychange"] as const;

export function useLookedAt(): boolean {
  return useSyncExternalStore(subscribe, isLookedAt);
}

function isLookedAt(): boolean {
  return document.visibilityState === "visible" && document.hasFocus();
}

function subscribe(onChange: () => void): () => void {
  for (const name of EVENTS) addEventListener(name, onChange);
  return () => {
    for (const name of EVENTS) removeEventListener(name, onChange);
  };
}
