/**
 * The picture that a person has chosen, or their initial, or in a soft square that of a group, on a colour that follows from the account id.
 * Decoration: the name stands beside it.
 */
import type { CSSProperties, ReactNode } from "react";
import { usePicture } from "../device/pictures.tsx";
import styles from "./Face.module.css";
import { hueOf } from "./hue.ts";

export interface FaceProps {
  readonly name: string;
  /** Account id, or the id of a group. */
  readonly account: string;
  readonly size?: "small" | "medium" | "large" | "huge";
  readonly online?: boolean;
  readonly group?: boolean;
  /** Number of the picture; 0: none. */
  readonly picture?: number;
}

export function Face({
  name,
  account,
  size = "medium",
  online = false,
  group = false,
  picture = 0,
}: FaceProps): ReactNode {
  const url = usePicture(account, picture);
  const hue = { "--hue": hueOf(account) } as CSSProperties;
  return (
    <span
      className={`${styles["face"]} ${styles[size]} ${group ? styles["group"] : ""}`}
      style={hue}
      aria-hidden="true"
    >
      {url === undefined ? (
        (Array.from(name)[0] ?? "").toUpperCase()
      ) : (
        <img src={url} alt="" draggable={false} />
      )}
      {online && <span className={styles["online"]} />}
    </span>
  );
}
