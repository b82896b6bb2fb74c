/** Listens for the app's shortcuts while it shows. A dialog that lies over the app keeps its keys to itself. */
import { useEffect, useRef } from "react";
import { isApple } from "./isApple.ts";
import type { Shortcut } from "./shortcuts.ts";
import { shortcutOf } from "./shortcuts.ts";

export function useShortcuts(onShortcut: (shortcut: Shortcut) => void): void {
  const latest = useRef(onShortcut);
  useEffect(() => {
    latest.current = onShortcut;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || isDialogOpen()) return;
      const shortcut = shortcutOf(event, { typing: isField(event.target), apple: isApple() });
      if (shortcut === undefined) return;
      event.preventDefault();
      latest.current(shortcut);
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);
}

/** True for what takes text. */
export function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}

function isDialogOpen(): boolean {
  return document.querySelector("[role=dialog], [role=alertdialog], [role=menu]") !== null;
}
