/** The bar on top of a pane. The arrow back shows only where the list is not beside it. */
import type { ReactNode } from "react";
import { hrefOf } from "../app/route.ts";
import { useText } from "../text/text.ts";
import { IconLink } from "./IconButton.tsx";
import styles from "./PaneHeader.module.css";

export function PaneHeader({ children }: { readonly children: ReactNode }): ReactNode {
  const t = useText();
  return (
    <header className={styles["bar"]}>
      <span className={styles["back"]}>
        <IconLink icon="arrowBack" label={t("shell.backToList")} href={hrefOf({ page: "list" })} />
      </span>
      {children}
    </header>
  );
}
