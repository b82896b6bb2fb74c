/** A labelled field of several lines, with a hint below. */
import type { ReactNode } from "react";
import { useId } from "react";
import styles from "./TextArea.module.css";

export interface TextAreaProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint: string;
  readonly rows: number;
  readonly readOnly?: boolean;
}

export function TextArea({ label, value, onChange, hint, rows, readOnly = false }: TextAreaProps): ReactNode {
  const id = useId();
  return (
    <div className={styles["field"]}>
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        rows={rows}
        dir="auto"
        value={value}
        readOnly={readOnly}
        aria-describedby={`${id}-hint`}
        onChange={(event) => onChange(event.target.value)}
      />
      <p id={`${id}-hint`}>{hint}</p>
    </div>
  );
}
