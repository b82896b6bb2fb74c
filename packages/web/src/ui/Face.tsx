/** The initial of a person, or in a soft square that of a group, on a colour that follows from the account id. Decoration: the name stands beside it. */
import type { CSSProperties, ReactNode } from "react";
import styles from "./Face.module.css";
import { hueOf } from "./hue.ts";

export interface FaceProps {
  readonly name: string;
  /** Account id, or the id of a group. */
  readonly account: string;
  readonly size?: "small" | "medium" | "large" | "huge";
  readonly online?: boolean;
  readonly group?: boolean;
}

export function Face({
  name,
  account,
  size = "medium",
  online = false,
  group = false,
}: FaceProps): ReactNode {
  const hue = { "--hue": hueOf(account) } as CSSProperties;
  return (
    <span
      className={`${styles["face"]} ${styles[size]} ${group ? styles["group"] : ""}`}
      style={hue}
      aria-hidden="true"
    >
      {(Array.from(name)[0] ?? "").toUpperCase()}
      {online && <span className={styles["online"]} />}
    </span>
  );
}
