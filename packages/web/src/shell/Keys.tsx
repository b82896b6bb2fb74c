/** Keys that are pressed together, as their caps. */
import type { ReactNode } from "react";
import styles from "./Keys.module.css";

export function Keys({ keys }: { readonly keys: readonly string[] }): ReactNode {
  return (
    <span className={styles["keys"]}>
      {keys.map((key) => (
        <kbd key={key} className={styles["key"]}>
          {key}
        </kbd>
      ))}
    </span>
  );
}
