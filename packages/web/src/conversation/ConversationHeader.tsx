/** Who the conversation is with, which way it goes, and the way to its details. */
import type { ReactNode } from "react";
import type { Conversation } from "sotto";
import { hrefOf } from "../app/route.ts";
import type { Place } from "../device/place.ts";
import { hasDetails, keyOf, routeOf, titleOf } from "../device/place.ts";
import { useText } from "../text/text.ts";
import { Face } from "../ui/Face.tsx";
import { IconLink } from "../ui/IconButton.tsx";
import { PersonName } from "../ui/PersonName.tsx";
import { PaneHeader } from "../ui/PaneHeader.tsx";
import styles from "./ConversationHeader.module.css";
import { HeaderPath } from "./HeaderPath.tsx";

export interface ConversationHeaderProps {
  readonly place: Place;
  /** Whether the details are open. */
  readonly details: boolean;
  /** Absent when nothing can be sent, any way. */
  readonly open: Conversation | undefined;
}

export function ConversationHeader({ place, details, open }: ConversationHeaderProps): ReactNode {
  const { contact } = place;
  const name = titleOf(place);
  const isDetailed = hasDetails(place);
  const t = useText();
  const href = hrefOf(routeOf(place, !details));
  return (
    <PaneHeader>
      <div className={styles["who"]}>
        <Face
          name={name}
          account={keyOf(place)}
          online={contact?.online === true}
          group={contact === undefined}
          picture={contact?.picture ?? 0}
        />
        <div className={styles["words"]}>
          <h1 className={styles["name"]} dir="auto">
            <PersonName userName={name} displayName={contact?.displayName ?? ""} short />
          </h1>
          <p className={styles["facts"]}>
            {contact === undefined
              ? isDetailed && (
                  <span>{t("groups.memberCount", { count: place.conversation.roster.length })}</span>
                )
              : contact.online && <span>{t("conversation.online")}</span>}
            {contact !== undefined && open !== undefined && (
              <HeaderPath userName={name} conversation={open} />
            )}
          </p>
        </div>
        {/* The name leads to the details too; for the keyboard and a screen reader the button beside it is enough. */}
        {isDetailed && <a className={styles["cover"]} href={href} tabIndex={-1} aria-hidden="true" />}
      </div>
      {isDetailed && (
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
