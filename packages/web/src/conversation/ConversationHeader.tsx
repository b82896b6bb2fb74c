/** Who the conversation is with, which way it goes, and the way to its details. */
import type { ReactNode } from "react";
import type { Contact, Conversation } from "sotto";
import { hrefOf } from "../app/route.ts";
import { useText } from "../text/text.ts";
import { Face } from "../ui/Face.tsx";
import { IconLink } from "../ui/IconButton.tsx";
import { hasDetails } from "../details/hasDetails.ts";
import { PaneHeader } from "../ui/PaneHeader.tsx";
import styles from "./ConversationHeader.module.css";
import { HeaderPath } from "./HeaderPath.tsx";

export interface ConversationHeaderProps {
  readonly contact: Contact;
  /** Whether the details are open. */
  readonly details: boolean;
  /** Absent when nothing can be sent, any way. */
  readonly open: Conversation | undefined;
}

export function ConversationHeader({ contact, details, open }: ConversationHeaderProps): ReactNode {
  const { userName, account, state, online } = contact;
  const t = useText();
  const href = hrefOf({ page: "conversation", userName, details: !details });
  return (
    <PaneHeader>
      <div className={styles["who"]}>
        <Face name={userName} account={account} online={online} />
        <div className={styles["words"]}>
          <h1 className={styles["name"]}>{userName}</h1>
          <p className={styles["facts"]}>
            {online && <span>{t("conversation.online")}</span>}
            {open !== undefined && <HeaderPath userName={userName} conversation={open} />}
          </p>
        </div>
        {/* The name leads to the details too; for the keyboard and a screen reader the button beside it is enough. */}
        {hasDetails(state) && <a className={styles["cover"]} href={href} tabIndex={-1} aria-hidden="true" />}
      </div>
      {hasDetails(state) && (
        <span className={details ? styles["open"] : styles["closed"]}>
          <IconLink
            icon="panel"
            label={t(details ? "conversation.hideDetails" : "conversation.showDetails")}
            href={href}
          />
        </span>
      )}
    </PaneHeader>
  );
}
