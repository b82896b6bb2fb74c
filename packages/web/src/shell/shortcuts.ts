/** Which keys do what anywhere in the app. What belongs to a field, a list or a dialog is handled there. */

/** `leave` goes one step out: of what lies on top, of a field, of a conversation. */
export type Shortcut = "find" | "previous" | "next" | "settings" | "help" | "leave";

/** What counts of a `KeyboardEvent`. */
export interface Keystroke {
  /** What the layout makes of the key, and where it is: Ctrl K is the same key on every layout. */
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  /** An input method is at work: its keys are not the app's. */
  readonly isComposing: boolean;
}

/** `typing`: the focus is in a field for text, where single characters are text. */
export function shortcutOf(
  stroke: Keystroke,
  { typing, apple }: { readonly typing: boolean; readonly apple: boolean },
): Shortcut | undefined {
  if (stroke.isComposing) return undefined;
  const { key, code, altKey, shiftKey } = stroke;
  const [command, otherCommand] = apple ? [stroke.metaKey, stroke.ctrlKey] : [stroke.ctrlKey, stroke.metaKey];
  if (otherCommand) return undefined;
  if (command) {
    if (altKey || shiftKey) return undefined;
    if (code === "KeyK") return "find";
    return key === "," || code === "Comma" ? "settings" : undefined;
  }
  if (altKey) {
    if (key === "ArrowUp") return "previous";
    return key === "ArrowDown" ? "next" : undefined;
  }
  if (key === "Escape") return "leave";
  return key === "?" && !typing ? "help" : undefined;
}

/** How the keys are named on their caps. */
export function keyNames(apple: boolean): { readonly command: string; readonly alt: string } {
  return apple ? { command: "⌘", alt: "⌥" } : { command: "Ctrl", alt: "Alt" };
}
