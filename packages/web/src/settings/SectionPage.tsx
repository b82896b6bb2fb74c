/** One section as a page: its title, and the way back to the list of sections where that is not beside it. */
import type { ReactNode } from "react";
import { hrefOf } from "../app/route.ts";
import { useText } from "../text/text.ts";
import { IconLink } from "../ui/IconButton.tsx";
import styles from "./SectionPage.module.css";

export interface SectionPageProps {
  readonly title: string;
  readonly children: ReactNode;
}

export function SectionPage({ title, children }: SectionPageProps): ReactNode {
  const t = useText();
  return (
    <>
      <div className={styles["bar"]}>
        <IconLink icon="arrowBack" label={t("settings.back")} href={hrefOf({ page: "settings" })} />
        <span aria-hidden="true">{t("settings.title")}</span>
      </div>
      <div className={styles["scroll"]}>
        <div className={styles["column"]}>
          <h1 className={styles["title"]}>{title}</h1>
          {children}
        </div>
      </div>
    </>
  );
}
