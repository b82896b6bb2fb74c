/** A labelled field of one line. Below it stands what is wrong with its content, or a hint of what is expected. */
import type { KeyboardEvent, ReactNode, Ref } from "react";
import { useId, useState } from "react";
import { useText } from "../text/text.ts";
import { ErrorLine } from "./ErrorLine.tsx";
import { Icon } from "./Icon.tsx";
import { IconButton } from "./IconButton.tsx";
import styles from "./TextField.module.css";

export interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: string;
  /** The hint says that the content will do. */
  readonly good?: boolean;
  /** What is wrong with the content: read out as soon as it is there. */
  readonly error?: string | undefined;
  /** `password` can be shown; `userName` is neither corrected nor capitalised. */
  readonly kind?: "text" | "userName" | "password";
  /** For password managers. */
  readonly name?: string;
  readonly autoComplete?: string;
  readonly maxLength?: number;
  readonly disabled?: boolean;
  /** Keeps content and focus while an act is under way. */
  readonly readOnly?: boolean;
  readonly autoFocus?: boolean;
  /** May stay empty. */
  readonly optional?: boolean;
  readonly fieldRef?: Ref<HTMLInputElement>;
}

export function TextField(props: TextFieldProps): ReactNode {
  const { label, value, onChange, hint, good = false, error, kind = "text", optional = false } = props;
  const t = useText();
  const id = useId();
  const [shown, setShown] = useState(false);
  const [capsLock, setCapsLock] = useState(false);
  const written = kind === "text";
  const secret = kind === "password";
  const described = [
    ...(error === undefined ? [] : [`${id}-error`]),
    ...(hint === undefined ? [] : [`${id}-hint`]),
  ];

  function noteCapsLock(event: KeyboardEvent): void {
    setCapsLock(event.getModifierState("CapsLock"));
  }

  return (
    <div className={styles["field"]}>
      <label htmlFor={id}>{label}</label>
      <div className={styles["box"]}>
        <input
          id={id}
          ref={props.fieldRef}
          name={props.name}
          type={secret && !shown ? "password" : "text"}
          value={value}
          required={!optional}
          autoComplete={props.autoComplete ?? "off"}
          autoCapitalize={written ? "sentences" : "none"}
          autoCorrect={written ? "on" : "off"}
          spellCheck={written}
          dir={written ? "auto" : "ltr"}
          maxLength={props.maxLength}
          disabled={props.disabled}
          readOnly={props.readOnly}
          autoFocus={props.autoFocus}
          aria-invalid={error !== undefined}
          aria-describedby={described.length === 0 ? undefined : described.join(" ")}
          onChange={(event) => onChange(event.target.value)}
          {...(secret && {
            onKeyDown: noteCapsLock,
            onKeyUp: noteCapsLock,
            onBlur: () => setCapsLock(false),
          })}
        />
        {secret && (
          <IconButton
            icon={shown ? "eyeOff" : "eye"}
            label={t("common.showPassword")}
            pressed={shown}
            onPress={() => setShown(!shown)}
          />
        )}
      </div>
      <div id={`${id}-error`}>
        <ErrorLine sentence={error} />
      </div>
      {hint !== undefined && error === undefined && (
        <p id={`${id}-hint`} className={`${styles["hint"]} ${good ? styles["good"] : ""}`}>
          {good && <Icon name="check" size="small" />}
          <span>{hint}</span>
        </p>
      )}
      {secret && (
        <div role="status">{capsLock && <p className={styles["hint"]}>{t("common.capsLock")}</p>}</div>
      )}
    </div>
  );
}
