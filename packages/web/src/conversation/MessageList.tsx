/** The history as a list of articles in days. It stays at the end when it is there, and where one reads when not. */
import type { ReactNode } from "react";
import { Button } from "../ui/Button.tsx";
import { Icon } from "../ui/Icon.tsx";
import { MessageItem } from "./MessageItem.tsx";
import styles from "./MessageList.module.css";
import { timelineOf } from "./timeline.ts";
import type { HistoryView } from "./useHistory.ts";
import { useStickToEnd } from "./useStickToEnd.ts";

export interface MessageListProps {
  /** The other's. */
  readonly userName: string;
  readonly history: HistoryView;
}

export function MessageList({ userName, history }: MessageListProps): ReactNode {
  const { messages, complete, loaded, loadEarlier } = history;
  const { scroller, newCount, onScroll, goToEnd } = useStickToEnd(messages);
  return (
    <div className={styles["frame"]}>
      <div
        className={styles["scroll"]}
        ref={scroller}
        onScroll={onScroll}
        tabIndex={0}
        role="region"
        aria-label="Messages"
      >
        <div className={styles["log"]}>
          {loaded && complete && (
            <p className={styles["lock"]}>
              <Icon name="lock" size="small" />
              Only you and {userName} can read this conversation.
            </p>
          )}
          {loaded && !complete && (
            <div className={styles["earlier"]}>
              <Button look="text" onPress={loadEarlier}>
                Show earlier messages
              </Button>
            </div>
          )}
          {timelineOf(messages, Date.now()).map(({ day, heading, messages: ofDay }) => (
            <section key={day} aria-label={heading}>
              <h2 className={styles["day"]}>{heading}</h2>
              <ol className={styles["messages"]}>
                {ofDay.map((entry) => (
                  <MessageItem key={entry.message.order} entry={entry} userName={userName} />
                ))}
              </ol>
            </section>
          ))}
        </div>
      </div>
      {newCount > 0 && (
        <button type="button" className={styles["chip"]} onClick={goToEnd}>
          {newCount} new
          <Icon name="down" size="small" />
        </button>
      )}
    </div>
  );
}
