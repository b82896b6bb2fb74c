/**
 * Where one reads in a list that grows at both ends. It opens at the line above the unread messages, or at its end, and is held there, however
 * high its rows turn out to be, until the person leaves; who is at the end stays there, and who is not learns what has arrived.
 */
import type { RefObject } from "react";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import type { StoredMessage } from "sotto";
import type { VirtualizerHandle } from "virtua";
import type { Divider } from "./divider.ts";
import { arrivedAfter } from "./timeline.ts";

/** So close to the end counts as being there. */
const END_PX = 48;
/** So long after a hand was on the list, what moves is moved by it. */
const HAND_MS = 300;
/** What is still seen above the line of the unread messages. */
const ABOVE_DIVIDER_PX = 24;

export interface EndOfList {
  readonly atEnd: boolean;
  /** Arrivals below what is on screen. */
  readonly newCount: number;
  readonly onScroll: () => void;
  /** Rows have been measured. */
  readonly onResize: () => void;
  /** The person has a hand on the list: wheel, finger, key or scroll bar. */
  readonly onHand: () => void;
  readonly goToEnd: () => void;
}

export interface ListParts {
  /** What scrolls; its first child has everything in it. */
  readonly scroller: RefObject<HTMLElement | null>;
  readonly list: RefObject<VirtualizerHandle | null>;
  /** Height of what stands above the rows. */
  readonly topPx: number;
}

export function useEndOfList(
  { scroller, list, topPx }: ListParts,
  messages: readonly StoredMessage[],
  divider: Divider | undefined,
): EndOfList {
  /** Kept beside the state: the list asks before React has drawn the next picture. */
  const held = useRef<"end" | "divider" | "nothing">("end");
  const placed = useRef<{ readonly last: number } | undefined>(undefined);
  const seen = useRef({ topPx: 0, heightPx: 0, nearEnd: true });
  /** When the person last had a hand on the list. */
  const handAtMs = useRef(-HAND_MS);
  /** Order of the last message that was at the end while the end was on screen; `undefined` while it is. */
  const [leftAt, setLeftAt] = useState<number>();
  const newest = messages.at(-1);

  function isHandOn(): boolean {
    return performance.now() - handAtMs.current < HAND_MS;
  }

  /** Not by the list's own means: these go on for a while, and would pull back who leaves meanwhile. */
  function hold(): void {
    const element = scroller.current;
    if (element === null || held.current === "nothing") return;
    // What the hand has moved may not have been told yet, and would be undone.
    if (isHandOn()) return waitForHand();
    element.scrollTop = held.current === "end" ? element.scrollHeight : dividerPx() - ABOVE_DIVIDER_PX;
    seen.current = lookAt(element);
    if (held.current === "divider") tell(seen.current.nearEnd);
  }

  function tell(atEnd: boolean): void {
    setLeftAt((left) => (atEnd ? undefined : (left ?? newest?.order)));
  }

  function dividerPx(): number {
    const index = messages.findIndex(({ order }) => order === divider?.order);
    return topPx + (list.current?.getItemOffset(Math.max(index, 0)) ?? 0);
  }

  function goToEnd(): void {
    held.current = "end";
    handAtMs.current = -HAND_MS;
    setLeftAt(undefined);
    hold();
  }

  function onScroll(): void {
    const element = scroller.current;
    if (element === null) return;
    const before = seen.current;
    const now = lookAt(element);
    seen.current = now;
    // Rows that turn out higher or lower than was thought move everything, in either direction; only the person leaves, or a search in the page and
    // the like, which come when nothing else moves.
    const byPerson = isHandOn() || now.heightPx === before.heightPx;
    const up = now.topPx < before.topPx - 1;
    const down = now.topPx > before.topPx + 1;
    if (byPerson && (held.current === "end" ? up : up || down)) held.current = "nothing";
    if (now.nearEnd && down && held.current === "nothing") held.current = "end";
    tell(held.current === "end" || now.nearEnd);
  }

  useLayoutEffect(() => {
    if (newest === undefined) return;
    const before = placed.current;
    placed.current = { last: newest.order };
    if (before === undefined && divider !== undefined) {
      held.current = "divider";
      return hold();
    }
    const isNew = newest.order > (before?.last ?? -1);
    // Who has gone up a little and still sees the end is taken along, too.
    if (isNew && (newest.mine || seen.current.nearEnd)) goToEnd();
    else hold();
  }, [messages]);

  const present = useRef(hold);
  useLayoutEffect(() => {
    present.current = hold;
  });
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(waiting.current), []);

  function waitForHand(): void {
    clearTimeout(waiting.current);
    waiting.current = setTimeout(() => present.current(), HAND_MS);
  }

  useEffect(() => {
    const content = scroller.current?.firstElementChild;
    if (content === null || content === undefined) return undefined;
    const observer = new ResizeObserver(() => present.current());
    observer.observe(content);
    return () => observer.disconnect();
  }, [scroller]);

  return {
    atEnd: leftAt === undefined,
    newCount: leftAt === undefined ? 0 : arrivedAfter(messages, leftAt),
    onScroll,
    onResize: hold,
    onHand() {
      handAtMs.current = performance.now();
    },
    goToEnd,
  };
}

function lookAt({ scrollTop, scrollHeight, clientHeight }: HTMLElement): {
  topPx: number;
  heightPx: number;
  nearEnd: boolean;
} {
  return {
    topPx: scrollTop,
    heightPx: scrollHeight,
    nearEnd: scrollHeight - clientHeight - scrollTop <= END_PX,
  };
}
