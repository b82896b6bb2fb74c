/** The pane of details: a bar with the way back, and below it what there is to know, in a column. */
import type { ReactNode } from "react";
import type { Route } from "../app/route.ts";
import { hrefOf } from "../app/route.ts";
import { useText } from "../text/text.ts";
import { IconLink } from "../ui/IconButton.tsx";
import styles from "./DetailsFrame.module.css";

export interface DetailsFrameProps {
  /** In place of the conversation, as a page of its own. */
  readonly alone: boolean;
  /** The conversation. */
  readonly back: Route;
  /** @param heading of a part */
  readonly children: (heading: "h2" | "h3") => ReactNode;
}

export function DetailsFrame({ alone, back, children }: DetailsFrameProps): ReactNode {
  const t = useText();
  const [Title, part] = alone ? (["h1", "h2"] as const) : (["h2", "h3"] as const);
  return (
    <>
      <div className={styles["bar"]}>
        <span className={styles["back"]}>
          <IconLink icon="arrowBack" label={t("details.back")} href={hrefOf(back)} />
        </span>
        <Title className={styles["title"]}>{t("details.title")}</Title>
        <span className={styles["close"]}>
          <IconLink icon="cross" label={t("conversation.hideDetails")} href={hrefOf(back)} />
        </span>
      </div>
      <div className={styles["scroll"]} tabIndex={0} role="region" aria-label={t("details.title")}>
        <div className={styles["column"]}>{children(part)}</div>
      </div>
    </>
  );
}

export function DetailsSection({ children }: { readonly children: ReactNode }): ReactNode {
  return <section className={styles["section"]}>{children}</section>;
}
