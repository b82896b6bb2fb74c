/** One message: a bubble with its text, and below it time, path and state. */
import type { ReactNode } from "react";
import { timeOf } from "../text/dates.ts";
import { PathGlyph } from "../ui/PathGlyph.tsx";
import { StateGlyph } from "../ui/StateGlyph.tsx";
import styles from "./MessageItem.module.css";
import type { TimelineMessage } from "./timeline.ts";

export interface MessageItemProps {
  readonly entry: TimelineMessage;
  /** The other's. */
  readonly userName: string;
}

export function MessageItem({ entry, userName }: MessageItemProps): ReactNode {
  const { message, continues, newestOwn } = entry;
  const { mine, text, path, state, storedAtMs } = message;
  const time = timeOf(storedAtMs);
  const kinds = [
    mine ? "mine" : "theirs",
    ...(continues ? ["continues"] : []),
    ...(state === "failed" ? ["failed"] : []),
  ];
  return (
    <li className={[styles["item"], ...kinds.map((kind) => styles[kind])].join(" ")}>
      <article className={styles["bubble"]} aria-label={`${mine ? "You" : userName}, ${time}`}>
        <p className={styles["text"]} dir="auto">
          {text}
        </p>
        <div className={styles["meta"]}>
          <time dateTime={new Date(storedAtMs).toISOString()}>{time}</time>
          <PathGlyph path={path} />
          {mine && <StateGlyph state={state} spelled={newestOwn || state === "failed"} />}
        </div>
      </article>
    </li>
  );
}
