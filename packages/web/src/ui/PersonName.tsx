/** A display name with the user name behind it: the first anybody can choose, the second is one person's. */
import type { ReactNode } from "react";
import styles from "./PersonName.module.css";

export interface PersonNameProps {
  readonly userName: string;
  /** "": none. */
  readonly displayName: string;
  /** On one line, where the display name gives way first. */
  readonly short?: boolean;
}

export function PersonName({ userName, displayName, short = false }: PersonNameProps): ReactNode {
  if (displayName === "") return <bdi className={short ? styles["only"] : ""}>{userName}</bdi>;
  return (
    <span className={short ? styles["short"] : styles["long"]}>
      <bdi className={styles["display"]}>{displayName}</bdi> <bdi className={styles["user"]}>@{userName}</bdi>
    </span>
  );
}
