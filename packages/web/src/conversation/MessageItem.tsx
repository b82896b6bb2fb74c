/** One message with what stands above it: a bubble with its text, and below it time, path and state. */
import type { CSSProperties, ReactNode } from "react";
import { memo, useState } from "react";
import type { StoredMessage } from "sotto";
import { MessageFiles } from "../files/MessageFiles.tsx";
import { timeOf } from "../text/dates.ts";
import { useLocale, useText } from "../text/text.ts";
import { shownState } from "../path/pathNow.ts";
import { hueOf } from "../ui/hue.ts";
import { PathGlyph, PathShape } from "../ui/PathGlyph.tsx";
import { StateGlyph } from "../ui/StateGlyph.tsx";
import styles from "./MessageItem.module.css";
import { MessageText } from "./MessageText.tsx";
import { isLargeEmoji } from "./messageText.ts";

export interface MessageItemProps {
  readonly message: StoredMessage;
  /** Of the conversation: the contact's, or the group's. */
  readonly name: string;
  /** Of a group: who has written it. */
  readonly sender: string | undefined;
  /** What has happened in the group, in the place of a message. */
  readonly line: string | undefined;
  /** The heading of the day that begins here. */
  readonly day: string | undefined;
  /** How many unread messages begin here. */
  readonly unread: number | undefined;
  readonly continues: boolean;
  readonly spellsPath: boolean;
  readonly spellsState: boolean;
  /** An own message that is not sent yet waits for a direct way. */
  readonly waits: boolean;
  /** For a message that has failed. */
  readonly onRetry: ((text: string) => void) | undefined;
}

/** A message that is younger when it is first drawn has just come, and moves into its place. */
const FRESH_MS = 1000;

/** Drawn again only when something of its own has changed. */
export const MessageItem = memo(function MessageItem(props: MessageItemProps): ReactNode {
  const { message, name, sender, line, day, unread, continues, spellsPath, spellsState, waits, onRetry } =
    props;
  const { from, mine, text, files, path, state, storedAtMs } = message;
  const t = useText();
  const time = timeOf(storedAtMs, useLocale());
  const [isFresh] = useState(() => Date.now() - storedAtMs < FRESH_MS);
  const isFailed = state === "failed";
  const shown = shownState(state, waits);
  const isLarge = !isFailed && files.length === 0 && isLargeEmoji(text);
  const kinds = [
    mine ? "mine" : "theirs",
    ...(continues ? ["continues"] : []),
    ...(isFailed ? ["failed"] : []),
    ...(isLarge ? ["large"] : []),
    ...(isFresh ? ["fresh"] : []),
    ...(files.length > 0 ? ["offers"] : []),
  ];
  const heading = day !== undefined && <h2 className={styles["day"]}>{day}</h2>;
  if (line !== undefined)
    return (
      <div className={styles["row"]}>
        {heading}
        <p className={styles["line"]} dir="auto" title={time}>
          {line}
        </p>
      </div>
    );
  return (
    <div className={styles["row"]}>
      {heading}
      {unread !== undefined && (
        <p className={styles["unread"]}>
          <span>{t("conversation.unread", { count: unread })}</span>
        </p>
      )}
      <article
        className={[styles["message"], ...kinds.map((kind) => styles[kind])].join(" ")}
        aria-label={
          mine
            ? t("conversation.fromYou", { time })
            : t("conversation.fromOther", { name: sender ?? name, time })
        }
      >
        {sender !== undefined && !mine && !continues && (
          <p
            className={styles["sender"]}
            style={{ "--hue": hueOf(from) } as CSSProperties}
            aria-hidden="true"
          >
            {sender}
          </p>
        )}
        <div className={styles["bubble"]}>
          {files.length > 0 && <MessageFiles files={files} />}
          {(files.length === 0 || text.trim() !== "") && <MessageText text={text} />}
          <div className={styles["meta"]}>
            <time dateTime={new Date(storedAtMs).toISOString()}>{time}</time>
            {shown === "waiting" && <PathShape path="wait" />}
            {shown !== "waiting" && !isFailed && sender === undefined && (
              <PathGlyph path={path} spelled={spellsPath} />
            )}
            {mine && <StateGlyph state={shown} spelled={spellsState} />}
          </div>
        </div>
        {isFailed && (
          <div className={styles["failure"]}>
            <span>
              {t(sender === undefined ? "conversation.didNotReach" : "groups.didNotReach", { name })}
            </span>
            {onRetry !== undefined && (
              <button type="button" onClick={() => onRetry(text)}>
                {t("conversation.tryAgain")}
              </button>
            )}
          </div>
        )}
      </article>
    </div>
  );
});
