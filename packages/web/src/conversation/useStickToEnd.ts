/** Scrolling of a list that grows at both ends: nothing jumps, and who reads the end sees what arrives. */
import type { RefObject } from "react";
import { useLayoutEffect, useRef, useState } from "react";
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

export function useStickToEnd(messages: readonly StoredMessage[]): StickToEnd {
  const scroller = useRef<HTMLDivElement>(null);
  /** What was last laid out, and how far its end was. */
  const last = useRef({ first: -1, last: -1, fromEnd: 0, height: 0 });
  const [seenOrder, setSeenOrder] = useState(-1);
  const newest = messages.at(-1);
  const atEnd = seenOrder === Number.POSITIVE_INFINITY;
  const newCount =
    atEnd || seenOrder < 0 ? 0 : messages.filter(({ order, mine }) => order > seenOrder && !mine).length;

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const before = last.current;
    const first = messages[0]?.order ?? -1;
    const ownIsNew = newest !== undefined && newest.mine && newest.order > before.last;
    if (before.first < 0 || ownIsNew || before.fromEnd <= END_PX) element.scrollTop = element.scrollHeight;
    else if (first < before.first)
      element.scrollTop = element.scrollHeight - element.clientHeight - before.fromEnd;
    remember();
  }, [messages, newest]);

  function remember(): void {
    const element = scroller.current;
    if (element === null) return;
    const fromEnd = element.scrollHeight - element.clientHeight - element.scrollTop;
    last.current = {
      first: messages[0]?.order ?? -1,
      last: newest?.order ?? -1,
      fromEnd,
      height: element.scrollHeight,
    };
    if (fromEnd <= END_PX) setSeenOrder(Number.POSITIVE_INFINITY);
    else setSeenOrder((seen) => (seen === Number.POSITIVE_INFINITY ? (newest?.order ?? -1) : seen));
  }

  return {
    scroller,
    newCount,
    onScroll: remember,
    goToEnd() {
      scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
    },
  };
}
