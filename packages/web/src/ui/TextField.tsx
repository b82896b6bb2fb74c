/** A labelled field of one line. A hint below says what is expected. */
import type { ReactNode } from "react";
import { useId, useState } from "react";
import { IconButton } from "./IconButton.tsx";
import styles from "./TextField.module.css";

export interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: string;
  /** `password` can be shown; `userName` is neither corrected nor capitalised. */
  readonly kind?: "text" | "userName" | "password";
  readonly autoComplete?: string;
  readonly maxLength?: number;
  readonly disabled?: boolean;
  readonly autoFocus?: boolean;
  /** May stay empty. */
  readonly optional?: boolean;
}

export function TextField(props: TextFieldProps): ReactNode {
  const {
    label,
    value,
    onChange,
    hint,
    kind = "text",
    autoComplete = "off",
    maxLength,
    disabled,
    autoFocus,
    optional = false,
  } = props;
  const id = useId();
  const [shown, setShown] = useState(false);
  return (
    <div className={styles["field"]}>
      <label htmlFor={id}>{label}</label>
      <div className={styles["box"]}>
        <input
          id={id}
          type={kind === "password" && !shown ? "password" : "text"}
          value={value}
          required={!optional}
          autoComplete={autoComplete}
          autoCapitalize={kind === "text" ? "sentences" : "none"}
          autoCorrect={kind === "text" ? "on" : "off"}
          spellCheck={kind === "text"}
          dir={kind === "text" ? "auto" : "ltr"}
          maxLength={maxLength}
          disabled={disabled}
          autoFocus={autoFocus}
          aria-describedby={hint === undefined ? undefined : `${id}-hint`}
          onChange={(event) => onChange(event.target.value)}
        />
        {kind === "password" && (
          <IconButton
            icon={shown ? "eyeOff" : "eye"}
            label="Show password"
            pressed={shown}
            onPress={() => setShown(!shown)}
          />
        )}
      </div>
      {hint !== undefined && (
        <p id={`${id}-hint`} className={styles["hint"]}>
          {hint}
        </p>
      )}
    </div>
  );
}
