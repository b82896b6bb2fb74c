/** Round controls with an icon: the label is what assistive technology and tooltips say. */
import type { ReactNode } from "react";
import type { IconName } from "./Icon.tsx";
import { Icon } from "./Icon.tsx";
import styles from "./IconButton.module.css";

interface IconControlProps {
  readonly icon: IconName;
  readonly label: string;
}

export function IconLink({ icon, label, href }: IconControlProps & { readonly href: string }): ReactNode {
  return (
    <a className={styles["control"]} href={href} aria-label={label} title={label}>
      <Icon name={icon} />
    </a>
  );
}

export interface IconButtonProps extends IconControlProps {
  readonly type?: "button" | "submit";
  readonly primary?: boolean;
  readonly disabled?: boolean;
  /** For a switch: whether it is on. */
  readonly pressed?: boolean;
  readonly onPress?: () => void;
}

export function IconButton(props: IconButtonProps): ReactNode {
  const { icon, label, type = "button", primary = false, disabled = false, pressed, onPress } = props;
  return (
    <button
      type={type}
      className={`${styles["control"]} ${primary ? styles["primary"] : ""}`}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={onPress}
    >
      <Icon name={icon} />
    </button>
  );
}
