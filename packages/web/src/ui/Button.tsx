/** A button with words. One `primary` in a view; `danger` leads to what cannot be undone, `destroy` does it and stands in its confirmation only. */
import type { ReactNode } from "react";
import styles from "./Button.module.css";

export interface ButtonProps {
  readonly children: ReactNode;
  readonly look?: "primary" | "quiet" | "outline" | "danger" | "destroy" | "text";
  /** `submit` sends the form around it; then `onPress` is not needed. */
  readonly type?: "button" | "submit";
  readonly wide?: boolean;
  /** Under way: keeps its words, shows it and takes no second press. */
  readonly busy?: boolean;
  readonly disabled?: boolean;
  /** For assistive technology, where the words alone do not say what is meant; it begins with them or has them in it. */
  readonly label?: string;
  readonly onPress?: () => void;
}

export function Button(props: ButtonProps): ReactNode {
  const {
    children,
    look = "quiet",
    type = "button",
    wide = false,
    busy = false,
    disabled = false,
    label,
    onPress,
  } = props;
  return (
    <button
      type={type}
      className={`${styles["button"]} ${styles[look]} ${wide ? styles["wide"] : ""}`}
      disabled={disabled}
      aria-busy={busy}
      aria-label={label}
      onClick={(event) => {
        if (busy) return event.preventDefault();
        onPress?.();
      }}
    >
      {busy && <span className={styles["ring"]} aria-hidden="true" />}
      {children}
    </button>
  );
}
