/** Leads to the contact requests that wait for an answer. */
import type { ReactNode } from "react";
import { hrefOf } from "../app/route.ts";
import { useText } from "../text/text.ts";
import { Icon } from "../ui/Icon.tsx";
import styles from "./Row.module.css";

export interface RequestsRowProps {
  /** Who asks; at least one. */
  readonly userNames: readonly string[];
  readonly current: boolean;
  readonly tabStop: boolean;
}

export function RequestsRow({ userNames, current, tabStop }: RequestsRowProps): ReactNode {
  const t = useText();
  const [name = "", ...others] = userNames;
  const sentence =
    others.length === 0
      ? t("contacts.oneWants", { name })
      : t("contacts.moreWant", { name, count: others.length });
  return (
    <a
      className={styles["row"]}
      href={hrefOf({ page: "requests" })}
      aria-current={current ? "page" : undefined}
      tabIndex={tabStop ? 0 : -1}
      draggable={false}
    >
      <span className={styles["badge"]}>
        <Icon name="addPerson" />
      </span>
      <span className={styles["lines"]}>
        <span className={styles["line"]}>
          <span className={styles["name"]}>{t("contacts.requestCount", { count: userNames.length })}</span>
        </span>
        <span className={styles["line"]}>
          <span className={styles["preview"]} title={sentence}>
            {sentence}
          </span>
        </span>
      </span>
    </a>
  );
}
