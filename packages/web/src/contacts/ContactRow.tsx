/** One contact or group in the list: who, when, and the last words. */
import { Trans } from "@lingui/react";
import type { ReactNode } from "react";
import { memo } from "react";
import { useText } from "../text/text.ts";
import { Face } from "../ui/Face.tsx";
import { Hidden } from "../ui/Hidden.tsx";
import { Icon } from "../ui/Icon.tsx";
import { PersonName } from "../ui/PersonName.tsx";
import { StateGlyph } from "../ui/StateGlyph.tsx";
import styles from "./Row.module.css";
import type { RowLook } from "./rows.ts";

export interface ContactRowProps extends RowLook {
  /** Its conversation is open. */
  readonly current: boolean;
  /** Enter in the search field opens it. */
  readonly candidate: boolean;
  /** The one row that Tab reaches; arrow keys reach the others. */
  readonly tabStop: boolean;
}

/** Drawn again only when what it shows has changed. */
export const ContactRow = memo(function ContactRow(props: ContactRowProps): ReactNode {
  const {
    account,
    name,
    displayName,
    picture,
    isGroup,
    href,
    online,
    unread,
    when,
    current,
    candidate,
    tabStop,
  } = props;
  const t = useText();
  const looks = [styles["row"], unread > 0 && styles["unread"], candidate && styles["candidate"]];
  return (
    <a
      className={looks.filter(Boolean).join(" ")}
      href={href}
      aria-current={current ? "page" : undefined}
      tabIndex={tabStop ? 0 : -1}
      draggable={false}
    >
      <Face name={name} account={account} online={online} group={isGroup} picture={picture} />
      <span className={styles["lines"]}>
        <span className={styles["line"]}>
          <span
            className={styles["name"]}
            title={displayName === "" ? name : `${displayName} @${name}`}
            dir="auto"
          >
            <PersonName userName={name} displayName={displayName} short />
          </span>
          {online && <Hidden>{t("contacts.online")}</Hidden>}
          {when !== undefined && <span className={styles["when"]}>{when}</span>}
        </span>
        <span className={styles["line"]}>
          <Preview {...props} />
          {unread > 0 && (
            <span className={styles["count"]}>
              <span aria-hidden="true">{unread}</span>
              <Hidden>{t("contacts.unread", { count: unread })}</Hidden>
            </span>
          )}
        </span>
      </span>
    </a>
  );
});

function Preview({ preview, text, offered, state }: RowLook): ReactNode {
  const t = useText();
  return (
    <>
      {state !== undefined && <StateGlyph state={state} spelled={false} />}
      {offered !== "nothing" && (
        <span className={styles["offered"]}>
          <Icon name={offered === "pictures" ? "picture" : "file"} size="small" />
        </span>
      )}
      <span className={styles["preview"]} dir="auto">
        {preview === "message" && text}
        {preview === "draft" && (
          <Trans
            id="contacts.draft"
            values={{ text }}
            components={[<span key="draft" className={styles["draft"]} />]}
          />
        )}
        {preview === "outgoing" && t("contacts.waiting")}
        {preview === "blocked" && t("contacts.blocked")}
        {preview === "nothing" && t("contacts.noMessages")}
      </span>
    </>
  );
}
