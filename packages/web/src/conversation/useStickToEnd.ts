/** Scrolling of a list that grows at both ends: nothing jumps, and who reads the end sees what arrives. */
import type { RefObject } from "react";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import type { StoredMessage } from "sotto";

/** So close to the end counts as being there. */
const END_PX = 48;

export interface StickToEnd {
  readonly scroller: RefObject<HTMLDivElement | null>;
  /** Arrivals below what is on screen. */
  readonly newCount: number;
  readonly onScroll: () => void;
  readonly goToEnd: () => void;
}

/** What was last laid out: orders of the first and last message, and how far the end of the list was. */
interface Layout {
  readonly first: number;
  readonly last: number;
  readonly fromEndPx: number;
}

const NOTHING: Layout = { first: Number.POSITIVE_INFINITY, last: -1, fromEndPx: 0 };

export function useStickToEnd(messages: readonly StoredMessage[]): StickToEnd {
  const scroller = useRef<HTMLDivElement>(null);
  const layout = useRef(NOTHING);
  /** Order of the last message that was at the end while the end was on screen; `undefined` while it is. */
  const [leftAt, setLeftAt] = useState<number>();
  const newest = messages.at(-1);
  const newCount =
    leftAt === undefined ? 0 : messages.filter(({ order, mine }) => order > leftAt && !mine).length;

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const before = layout.current;
    const first = messages[0]?.order ?? NOTHING.first;
    const wrote = newest?.mine === true && newest.order > before.last;
    if (wrote || before.fromEndPx <= END_PX) element.scrollTop = element.scrollHeight;
    else if (first < before.first) element.scrollTop = topFor(element, before.fromEndPx);
    remember();
  }, [messages]);

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    // The composer grows, the window shrinks: the end stays where it was.
    const observer = new ResizeObserver(() => {
      element.scrollTop = topFor(element, layout.current.fromEndPx);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  function remember(): void {
    const element = scroller.current;
    if (element === null) return;
    const fromEndPx = element.scrollHeight - element.clientHeight - element.scrollTop;
    const last = newest?.order ?? NOTHING.last;
    layout.current = { first: messages[0]?.order ?? NOTHING.first, last, fromEndPx };
    setLeftAt((before) => (fromEndPx <= END_PX ? undefined : (before ?? last)));
  }

  return {
    scroller,
    newCount,
    onScroll: remember,
    goToEnd: () => scroller.current?.scrollTo({ top: scroller.current.scrollHeight }),
  };
}

function topFor(element: HTMLElement, fromEndPx: number): number {
  return element.scrollHeight - element.clientHeight - fromEndPx;
}
