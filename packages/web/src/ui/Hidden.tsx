/** Words for assistive technology alone. */
import type { ReactNode } from "react";
import styles from "./Hidden.module.css";

export function Hidden({ children }: { readonly children: ReactNode }): ReactNode {
  return <span className={styles["hidden"]}>{children}</span>;
}
