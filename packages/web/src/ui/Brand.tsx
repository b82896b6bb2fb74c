/** Mark and word: a tone under the line, sotto voce. */
import type { ReactNode } from "react";
import styles from "./Brand.module.css";

export function Brand(): ReactNode {
  return (
    <span className={styles["brand"]}>
      <Mark />
      <span className={styles["word"]}>sotto</span>
    </span>
  );
}

/** `large` stands quietly where there is nothing else. */
export function Mark({ size = "small" }: { readonly size?: "small" | "large" }): ReactNode {
  return (
    <svg className={`${styles["mark"]} ${styles[size]}`} viewBox="0 0 28 28" aria-hidden="true">
      <rect x="3" y="7" width="22" height="3.4" rx="1.7" />
      <circle cx="14" cy="18.4" r="4.6" />
    </svg>
  );
}
