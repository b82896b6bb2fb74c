/** Stands where the composer would be and says why it is not there. */
import type { ReactNode } from "react";
import { goTo } from "../app/route.ts";
import { useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { Icon } from "../ui/Icon.tsx";
import styles from "./ComposerNote.module.css";
import type { Obstacle } from "./whyNotWrite.ts";

export interface ComposerNoteProps {
  /** The other's. */
  readonly userName: string;
  readonly obstacle: Obstacle;
  /** Goes on with the keys that are known, where they are the obstacle. */
  readonly onKeepKeys: () => void;
}

export function ComposerNote({ userName, obstacle, onKeepKeys }: ComposerNoteProps): ReactNode {
  const { reason, tone, keepable } = obstacle;
  const t = useText();
  const compare = (): void => goTo({ page: "conversation", userName, details: true });
  return (
    <section className={`${styles["note"]} ${styles[tone]}`} role={tone === "stop" ? "alert" : "status"}>
      <h2>
        <Icon name={tone === "stop" ? "shieldAlert" : "clock"} />
        {t(`conversation.${reason}.title`, { name: userName })}
      </h2>
      <p>{t(`conversation.${reason}.text`, { name: userName })}</p>
      {keepable && (
        <div className={styles["acts"]}>
          <Button look="primary" onPress={compare}>
            {t("conversation.compare")}
          </Button>
          <Button look="outline" onPress={onKeepKeys}>
            {t("conversation.keepKeys")}
          </Button>
        </div>
      )}
    </section>
  );
}
