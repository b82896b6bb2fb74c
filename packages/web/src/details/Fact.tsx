/** One fact: a sign, what is so, and a sentence about it; at the end perhaps an act. */
import type { ReactNode } from "react";
import type { IconName } from "../ui/Icon.tsx";
import { Icon } from "../ui/Icon.tsx";
import styles from "./Fact.module.css";

export interface FactProps {
  readonly icon?: IconName;
  /** In the place of an icon. */
  readonly glyph?: ReactNode;
  readonly title: string;
  readonly hint: string;
  /** A second sentence, in a line of its own. */
  readonly more?: string;
  readonly act?: ReactNode;
}

export function Fact({ icon, glyph, title, hint, more, act }: FactProps): ReactNode {
  return (
    <div className={styles["fact"]}>
      <span className={styles["sign"]}>{icon === undefined ? glyph : <Icon name={icon} />}</span>
      <div className={styles["words"]}>
        <p className={styles["title"]}>{title}</p>
        <p className={styles["hint"]}>{hint}</p>
        {more !== undefined && <p className={styles["hint"]}>{more}</p>}
      </div>
      {act}
    </div>
  );
}
