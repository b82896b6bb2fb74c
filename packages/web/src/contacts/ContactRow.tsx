/** One contact in the list: who, when, and the last words. */
import type { ReactNode } from "react";
import { hrefOf } from "../app/route.ts";
import { shortWhen } from "../text/dates.ts";
import { Face } from "../ui/Face.tsx";
import { Hidden } from "../ui/Hidden.tsx";
import { StateGlyph } from "../ui/StateGlyph.tsx";
import styles from "./Row.module.css";
import type { Row } from "./rows.ts";
import { noteOf } from "./rows.ts";

export interface ContactRowProps {
  readonly row: Row;
  readonly nowMs: number;
  readonly current: boolean;
}

export function ContactRow({ row, nowMs, current }: ContactRowProps): ReactNode {
  const { contact, conversation } = row;
  const last = conversation?.lastMessage;
  const unread = conversation?.unread ?? 0;
  const note = noteOf(row);
  return (
    <a
      className={`${styles["row"]} ${unread > 0 ? styles["unread"] : ""}`}
      href={hrefOf({ page: "conversation", userName: contact.userName, details: false })}
      aria-current={current ? "page" : undefined}
    >
      <Face name={contact.userName} account={contact.account} online={contact.online} />
      <span className={styles["lines"]}>
        <span className={styles["line"]}>
          <span className={styles["name"]}>{contact.userName}</span>
          {contact.online && <Hidden>online</Hidden>}
          {last !== undefined && <span className={styles["when"]}>{shortWhen(last.storedAtMs, nowMs)}</span>}
        </span>
        <span className={styles["line"]}>
          {note === undefined && last?.mine === true && <StateGlyph state={last.state} spelled={false} />}
          <span className={styles["preview"]} dir="auto">
            {note ?? last?.text ?? "No messages yet"}
          </span>
          {unread > 0 && (
            <span className={styles["count"]}>
              {unread}
              <Hidden> unread</Hidden>
            </span>
          )}
        </span>
      </span>
    </a>
  );
}
