/** How far a file is. Assistive technology reads it when asked; nothing is said at each step. */
import type { ReactNode } from "react";
import type { FileView } from "sotto";
import { useText } from "../text/text.ts";
import styles from "./Progress.module.css";
import { percentOf } from "./sizes.ts";

export function Progress({ view }: { readonly view: FileView }): ReactNode {
  const t = useText();
  const { name, bytes, total, state } = view;
  const percent = percentOf(bytes, total);
  return (
    <div
      className={`${styles["track"]} ${state === "moving" || state === "preparing" ? "" : styles["still"]}`}
      role="progressbar"
      aria-label={name}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={t("files.progress", { name, percent })}
    >
      <div className={styles["done"]} style={{ inlineSize: `${(bytes / Math.max(total, 1)) * 100}%` }} />
    </div>
  );
}

/** The same around a button on a picture. */
export function ProgressRing({ view }: { readonly view: FileView }): ReactNode {
  const t = useText();
  const { name, bytes, total } = view;
  const percent = percentOf(bytes, total);
  return (
    <svg
      className={styles["ring"]}
      viewBox="0 0 48 48"
      role="progressbar"
      aria-label={name}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={t("files.progress", { name, percent })}
    >
      <circle cx="24" cy="24" r="22" pathLength="100" />
      <circle cx="24" cy="24" r="22" pathLength="100" strokeDasharray={`${percent} 100`} />
    </svg>
  );
}
