/** A few rows that belong together, below a small heading. */
import type { ReactNode } from "react";
import { useId } from "react";
import styles from "./Group.module.css";

export interface GroupProps {
  readonly title?: string;
  /** What holds for all of them, below. */
  readonly note?: string;
  readonly children: ReactNode;
}

export function Group({ title, note, children }: GroupProps): ReactNode {
  const id = useId();
  return (
    <section aria-labelledby={title === undefined ? undefined : id}>
      {title !== undefined && (
        <h2 id={id} className={styles["title"]}>
          {title}
        </h2>
      )}
      <div className={styles["rows"]}>{children}</div>
      {note !== undefined && <p className={styles["note"]}>{note}</p>}
    </section>
  );
}

export interface SettingRowProps {
  readonly label: string;
  /** What it is now, or what it does. */
  readonly value?: ReactNode;
  /** The control at the end. */
  readonly children?: ReactNode;
}

export function SettingRow({ label, value, children }: SettingRowProps): ReactNode {
  return (
    <div className={styles["row"]}>
      <div className={styles["words"]}>
        <span className={styles["label"]}>{label}</span>
        {value !== undefined && <span className={styles["value"]}>{value}</span>}
      </div>
      {children}
    </div>
  );
}
