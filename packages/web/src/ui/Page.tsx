/** A pane that is a page of its own: title and content in a column. */
import type { ReactNode } from "react";
import { hrefOf } from "../app/route.ts";
import { useText } from "../text/text.ts";
import { IconLink } from "./IconButton.tsx";
import styles from "./Page.module.css";

export function Page({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactNode;
}): ReactNode {
  const t = useText();
  return (
    <div className={styles["scroll"]}>
      <div className={styles["column"]}>
        <span className={styles["back"]}>
          <IconLink icon="arrowBack" label={t("shell.backToList")} href={hrefOf({ page: "list" })} />
        </span>
        <h1 className={styles["title"]}>{title}</h1>
        {children}
      </div>
    </div>
  );
}
