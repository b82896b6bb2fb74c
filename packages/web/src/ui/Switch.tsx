/** A row that is on or off: words at the start, the switch at the end; the whole row takes the press. */
import type { ReactNode } from "react";
import { useId } from "react";
import styles from "./Switch.module.css";

export interface SwitchProps {
  readonly label: string;
  /** What it does, or why it cannot be changed. */
  readonly hint?: string;
  readonly on: boolean;
  readonly disabled?: boolean;
  readonly onChange: (on: boolean) => void;
}

export function Switch({ label, hint, on, disabled = false, onChange }: SwitchProps): ReactNode {
  const id = useId();
  return (
    <button
      type="button"
      role="switch"
      className={styles["row"]}
      aria-checked={on}
      aria-labelledby={`${id}-label`}
      aria-describedby={hint === undefined ? undefined : `${id}-hint`}
      aria-disabled={disabled}
      onClick={() => !disabled && onChange(!on)}
    >
      <span>
        <span id={`${id}-label`} className={styles["label"]}>
          {label}
        </span>
        {hint !== undefined && (
          <span id={`${id}-hint`} className={styles["hint"]}>
            {hint}
          </span>
        )}
      </span>
      <span className={styles["track"]} aria-hidden="true" />
    </button>
  );
}
