/** The history as a list of articles in days. Only what is near the screen is drawn; earlier pages come when one scrolls towards them. */
import type { ReactNode, RefObject } from "react";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { StoredMessage } from "sotto";
import type { VirtualizerHandle } from "virtua";
import { Virtualizer } from "virtua";
import type { People } from "../device/people.ts";
import { nameOf } from "../device/people.ts";
import type { Place } from "../device/place.ts";
import { keyOf, titleOf } from "../device/place.ts";
import { eventText } from "../groups/eventText.ts";
import { dayHeading } from "../text/dates.ts";
import { useLocale, useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { Face } from "../ui/Face.tsx";
import { Icon } from "../ui/Icon.tsx";
import { MessageItem } from "./MessageItem.tsx";
import styles from "./MessageList.module.css";
import { hiddenCount } from "./history.ts";
import { newestOwnIndex, rowOf, wasSentAgain } from "./timeline.ts";
import { useEndOfList } from "./useEndOfList.ts";
import type { HistoryView } from "./useHistory.ts";
import { useToday } from "./useToday.ts";

export interface MessageListProps {
  readonly place: Place;
  readonly people: People;
  readonly history: HistoryView;
  /** Sends a message that has failed once more; absent when nothing can be sent. */
  readonly onRetry: ((text: string) => void) | undefined;
  /** Own messages that are not sent yet wait for a direct way. */
  readonly waits: boolean;
}

/** Earlier messages are asked for when so little is left above. */
const EARLY_PX = 1200;
/** Drawn beyond the edges of the screen. */
const BUFFER_PX = 600;

export function MessageList({ place, people, history, onRetry, waits }: MessageListProps): ReactNode {
  const name = titleOf(place);
  const isGroup = place.contact === undefined;
  const { messages, complete, loaded, divider, loadEarlier } = history;
  const t = useText();
  const locale = useLocale();
  const todayMs = useToday();
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const top = useRef<HTMLDivElement>(null);
  const topPx = useHeight(top);
  const hidden = hiddenCount(history);
  const rows = useMemo(() => messages.slice(hidden), [messages, hidden]);
  const end = useEndOfList({ scroller, list, topPx }, rows, divider);
  const first = rows[0]?.order;
  const shownFirst = useRef(first);
  const isPrepended = first !== undefined && shownFirst.current !== undefined && first < shownFirst.current;
  useLayoutEffect(() => {
    shownFirst.current = first;
  }, [first]);
  useEffect(() => {
    // Not before the list has gone to where it opens.
    const frame = requestAnimationFrame(loadIfNear);
    return () => cancelAnimationFrame(frame);
  }, [first, complete]);

  function loadIfNear(): void {
    if (loaded && !complete && scroller.current !== null && scroller.current.scrollTop < EARLY_PX)
      loadEarlier();
  }

  const newestOwn = newestOwnIndex(messages);
  const nothing = loaded && complete && rows.length === 0;
  return (
    <div className={styles["frame"]}>
      <div
        className={styles["scroll"]}
        ref={scroller}
        tabIndex={0}
        role="region"
        aria-label={t("conversation.messages")}
        onWheel={end.onHand}
        onTouchMove={end.onHand}
        onPointerDown={end.onHand}
        onKeyDown={end.onHand}
      >
        <div className={styles["log"]}>
          <div className={`${styles["top"]} ${nothing ? styles["alone"] : ""}`} ref={top}>
            {nothing && (
              <>
                <Face
                  name={name}
                  account={keyOf(place)}
                  size="huge"
                  group={isGroup}
                  picture={place.contact?.picture ?? 0}
                />
                <p className={styles["who"]}>{name}</p>
              </>
            )}
            {loaded && complete && (
              <p className={styles["lock"]}>
                <Icon name="lock" size="small" />
                {t(isGroup ? "groups.protection" : "conversation.protection", { name })}
              </p>
            )}
            {loaded && !complete && (
              <Button look="text" onPress={loadEarlier}>
                {t("conversation.earlier")}
              </Button>
            )}
          </div>
          <Virtualizer
            ref={list}
            scrollRef={scroller}
            data={rows}
            shift={isPrepended}
            startMargin={topPx}
            bufferSize={BUFFER_PX}
            onScroll={() => {
              end.onScroll();
              loadIfNear();
            }}
            onResize={end.onResize}
          >
            {(message, index) => {
              const row = rowOf(messages, index + hidden, newestOwn, divider);
              return (
                <MessageItem
                  key={message.order}
                  message={message}
                  name={name}
                  sender={isGroup ? nameOf(people, message.from, t) : undefined}
                  line={
                    message.event === null
                      ? undefined
                      : eventText({ ...message, event: message.event }, { people, locale, t })
                  }
                  day={row.startsDay ? dayHeading(message.storedAtMs, todayMs, t, locale) : undefined}
                  unread={row.unread}
                  continues={row.continues}
                  spellsPath={row.spellsPath}
                  spellsState={row.spellsState}
                  waits={waits}
                  onRetry={isToRetry(rows, index) ? onRetry : undefined}
                />
              );
            }}
          </Virtualizer>
        </div>
      </div>
      {!end.atEnd && (
        <button
          type="button"
          className={`${styles["chip"]} ${end.newCount > 0 ? styles["counted"] : ""}`}
          aria-label={end.newCount > 0 ? undefined : t("conversation.toEnd")}
          onClick={end.goToEnd}
        >
          {end.newCount > 0 && t("conversation.newCount", { count: end.newCount })}
          <Icon name="down" size="small" />
        </button>
      )}
    </div>
  );
}

/** Files would have to be chosen once more. */
function isToRetry(rows: readonly StoredMessage[], index: number): boolean {
  const message = rows[index];
  return message?.state === "failed" && message.files.length === 0 && !wasSentAgain(rows, index);
}

/** The height of an element as it is laid out, in px. */
function useHeight(element: RefObject<HTMLElement | null>): number {
  const [heightPx, setHeightPx] = useState(0);
  useLayoutEffect(() => {
    if (element.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setHeightPx(entry.borderBoxSize[0]?.blockSize ?? 0);
    });
    setHeightPx(element.current.getBoundingClientRect().height);
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return heightPx;
}
