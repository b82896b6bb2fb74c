/** Where one reads in a list that grows at both ends: who is at the end stays there, and who is not learns what has arrived. */
import type { RefObject } from "react";
import { useLayoutEffect, useRef, useState } from "react";
import type { StoredMessage } from "sotto";
import type { VirtualizerHandle } from "virtua";
import type { Divider } from "./divider.ts";
import { arrivedAfter } from "./timeline.ts";

/** So close to the end counts as being there. */
const END_PX = 48;
/** What is still seen above the line of the unread messages. */
const ABOVE_DIVIDER_PX = 24;

export interface EndOfList {
  readonly atEnd: boolean;
  /** Arrivals below what is on screen. */
  readonly newCount: number;
  readonly onScroll: () => void;
  readonly onResize: () => void;
  readonly goToEnd: () => void;
}

export function useEndOfList(
  scroller: RefObject<HTMLElement | null>,
  list: RefObject<VirtualizerHandle | null>,
  messages: readonly StoredMessage[],
  divider: Divider | undefined,
): EndOfList {
  /** Kept beside the state: the list asks before React has drawn the next picture. */
  const sticks = useRef(true);
  const placed = useRef<{ readonly last: number } | undefined>(undefined);
  const lastTop = useRef(0);
  /** Order of the last message that was at the end while the end was on screen; `undefined` while it is. */
  const [leftAt, setLeftAt] = useState<number>();
  const newest = messages.at(-1);

  function goToEnd(): void {
    sticks.current = true;
    setLeftAt(undefined);
    // Not by the list's own means: these go on for a while, and would pull back who scrolls away meanwhile.
    const element = scroller.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
  }

  function onScroll(): void {
    const element = scroller.current;
    if (element === null) return;
    const fromEndPx = element.scrollHeight - element.clientHeight - element.scrollTop;
    // What grows above or below moves the end away; only the person leaves it.
    const up = element.scrollTop < lastTop.current - 1;
    lastTop.current = element.scrollTop;
    if (fromEndPx <= END_PX) sticks.current = true;
    else if (up) sticks.current = false;
    setLeftAt((before) => (sticks.current ? undefined : (before ?? newest?.order)));
  }

  useLayoutEffect(() => {
    if (newest === undefined) return;
    const before = placed.current;
    placed.current = { last: newest.order };
    const index = messages.findIndex(({ order }) => order === divider?.order);
    if (before === undefined && index !== -1) {
      sticks.current = false;
      list.current?.scrollToIndex(index, { align: "start", offset: -ABOVE_DIVIDER_PX });
      setLeftAt(newest.order);
      return;
    }
    const wrote = newest.mine && newest.order > (before?.last ?? 0);
    if (sticks.current || wrote) goToEnd();
  }, [messages]);

  return {
    atEnd: leftAt === undefined,
    newCount: leftAt === undefined ? 0 : arrivedAfter(messages, leftAt),
    onScroll,
    onResize() {
      if (sticks.current) goToEnd();
    },
    goToEnd,
  };
}
