/** Lies over a conversation while files are dragged over it. */
import type { ReactNode } from "react";
import { useText } from "../text/text.ts";
import { Icon } from "../ui/Icon.tsx";
import styles from "./DropTarget.module.css";

export function DropTarget({ userName }: { readonly userName: string }): ReactNode {
  const t = useText();
  return (
    <div className={styles["target"]}>
      <div className={styles["frame"]}>
        <span className={styles["mark"]}>
          <Icon name="plus" />
        </span>
        <p className={styles["title"]}>{t("files.drop", { name: userName })}</p>
        <p className={styles["hint"]}>{t("files.dropHint")}</p>
      </div>
    </div>
  );
}
