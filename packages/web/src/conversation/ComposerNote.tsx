/** Stands where the composer would be and says why it is not there. */
import type { ReactNode } from "react";
import type { Route } from "../app/route.ts";
import { goTo } from "../app/route.ts";
import { useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { Icon } from "../ui/Icon.tsx";
import styles from "./ComposerNote.module.css";
import type { Obstacle } from "./whyNotWrite.ts";

export interface ComposerNoteProps {
  /** The contact's, or the group's. */
  readonly name: string;
  readonly obstacle: Obstacle;
  /** Goes on with the keys that are known, where they are the obstacle. */
  readonly onKeepKeys: () => void;
}

export function ComposerNote({ name, obstacle, onKeepKeys }: ComposerNoteProps): ReactNode {
  const { title, text, tone } = obstacle;
  const t = useText();
  return (
    <section className={`${styles["note"]} ${styles[tone]}`} role={tone === "stop" ? "alert" : "status"}>
      <h2>
        <Icon name={tone === "stop" ? "shieldAlert" : "clock"} />
        {t(title, { name })}
      </h2>
      {text !== undefined && <p>{t(text, { name })}</p>}
      <WayOut {...{ name, obstacle, onKeepKeys }} />
    </section>
  );
}

/** What one can do about it. */
function WayOut({
  name: userName,
  obstacle: { reason, text, keepable },
  onKeepKeys,
}: ComposerNoteProps): ReactNode {
  const t = useText();
  if (text === undefined) return null;
  if (keepable)
    return (
      <div className={styles["acts"]}>
        <Button look="primary" onPress={() => goTo({ page: "conversation", userName, details: true })}>
          {t("conversation.compare")}
        </Button>
        <Button look="outline" onPress={onKeepKeys}>
          {t("conversation.keepKeys")}
        </Button>
      </div>
    );
  if (reason === "incoming") return <WayTo route={{ page: "requests" }}>{t("conversation.answer")}</WayTo>;
  if (reason === "ended")
    return <WayTo route={{ page: "add", userName }}>{t("conversation.askAgain")}</WayTo>;
  return null;
}

function WayTo({ route, children }: { readonly route: Route; readonly children: string }): ReactNode {
  return (
    <div className={styles["acts"]}>
      <Button look="primary" onPress={() => goTo(route)}>
        {children}
      </Button>
    </div>
  );
}
