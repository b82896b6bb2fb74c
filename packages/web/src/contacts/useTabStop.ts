/**
 * A list of links as one stop of the Tab key: arrow keys, Home and End walk through it. Coming in, one lands on the link that is open, or was
 * last.
 */
import type { FocusEvent, KeyboardEvent } from "react";
import { useEffect, useRef, useState } from "react";

/** Measuring takes two or three. */
const MOST_FRAMES = 20;

export interface TabStop {
  /** The index of the link that Tab reaches; it must be in the document. */
  readonly index: number;
  /** For the element around the links. */
  readonly listProps: {
    readonly ref: (element: HTMLElement | null) => void;
    readonly onKeyDown: (event: KeyboardEvent) => void;
    readonly onFocus: (event: FocusEvent) => void;
    readonly onBlur: (event: FocusEvent) => void;
  };
}

/** `keys` names the links in their order; each has its own in `data-key`, or an element around it has. `current` is the open one. */
export function useTabStop(keys: readonly string[], current: string | undefined): TabStop {
  const list = useRef<HTMLElement>(null);
  const [focused, setFocused] = useState<string>();
  const [last, setLast] = useState(current);
  const walking = useRef(false);
  if (current !== undefined && current !== last) setLast(current);
  const found = [focused, current, last].map((key) => (key === undefined ? -1 : keys.indexOf(key)));
  const index = found.find((position) => position !== -1) ?? 0;

  useEffect(() => {
    if (!walking.current) return;
    walking.current = false;
    focusStop(list.current, MOST_FRAMES);
  });

  return {
    index,
    listProps: {
      ref: (element) => {
        list.current = element;
      },
      onKeyDown(event) {
        const next = stepOf(event, index, keys.length);
        if (next === undefined) return;
        event.preventDefault();
        walking.current = true;
        setFocused(keys[next]);
      },
      onFocus: ({ target }) => {
        const key = target.closest<HTMLElement>("[data-key]")?.dataset["key"];
        if (key !== undefined) setFocused(key);
      },
      onBlur: ({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) setFocused(undefined);
      },
    },
  };
}

/** What a long list has just put into the document is not on the screen before it has been measured. */
function focusStop(list: HTMLElement | null, frames: number): void {
  const stop = list?.querySelector<HTMLElement>("[tabindex='0']");
  stop?.focus();
  if (frames === 0 || stop === document.activeElement) return;
  requestAnimationFrame(() => focusStop(list, frames - 1));
}

function stepOf(event: KeyboardEvent, index: number, count: number): number | undefined {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || count === 0) return undefined;
  switch (event.key) {
    case "ArrowDown":
      return Math.min(index + 1, count - 1);
    case "ArrowUp":
      return Math.max(index - 1, 0);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}
