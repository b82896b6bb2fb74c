/** A file's name in one line; what does not fit is left out of its middle. */
import type { ReactNode } from "react";
import styles from "./FileName.module.css";
import { namePartsOf } from "./nameParts.ts";

export function FileName({ name }: { readonly name: string }): ReactNode {
  const { head, tail } = namePartsOf(name);
  return (
    <bdi className={styles["name"]} title={name}>
      <span className={styles["head"]} title={name}>
        {head}
      </span>
      <span className={styles["tail"]}>{tail}</span>
    </bdi>
  );
}
