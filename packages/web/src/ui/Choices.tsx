/** One of several, each in a row of its own with a line about it; the whole row takes the press. */
import type { KeyboardEvent, ReactNode } from "react";
import { useId } from "react";
import styles from "./Choices.module.css";
import { Hidden } from "./Hidden.tsx";

export interface Choice<Value> {
  readonly value: Value;
  readonly label: string;
  /** Of the label, where it is not the page's. */
  readonly lang?: string;
  readonly hint?: string;
  /** Beside the label; decoration. */
  readonly glyph?: ReactNode;
}

export interface ChoicesProps<Value> {
  /** What is chosen, for assistive technology. */
  readonly legend: string;
  /** card: on a ground of its own · plain: on that of the page around it. */
  readonly look: "card" | "plain";
  readonly options: readonly Choice<Value>[];
  readonly chosen: Value;
  readonly onChoose: (value: Value) => void;
  /** What one passes on the way to another must not be chosen: arrow keys only walk, Space and Enter choose. */
  readonly deliberate?: boolean;
}

export function Choices<Value extends string | null>(props: ChoicesProps<Value>): ReactNode {
  const { legend, look, options, chosen, onChoose, deliberate = false } = props;
  const id = useId();
  return (
    <fieldset className={`${styles["choices"]} ${styles[look]}`} onKeyDown={deliberate ? walk : undefined}>
      <legend>
        <Hidden>{legend}</Hidden>
      </legend>
      {options.map(({ value, label, lang, hint, glyph }) => {
        const own = `${id}-${value ?? ""}`;
        return (
          <label
            key={value}
            className={`${styles["choice"]} ${hint === undefined ? "" : styles["explained"]}`}
          >
            <input
              type="radio"
              name={id}
              checked={value === chosen}
              aria-labelledby={`${own}-label`}
              aria-describedby={hint === undefined ? undefined : `${own}-hint`}
              onChange={() => onChoose(value)}
            />
            <span>
              <span className={styles["name"]}>
                <span id={`${own}-label`} lang={lang}>
                  {label}
                </span>
                {glyph}
              </span>
              {hint !== undefined && (
                <span id={`${own}-hint`} className={styles["hint"]}>
                  {hint}
                </span>
              )}
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

function walk(event: KeyboardEvent<HTMLFieldSetElement>): void {
  const radios = [...event.currentTarget.querySelectorAll("input")];
  const at = radios.findIndex((radio) => radio === event.target);
  const step = STEPS[event.key];
  if (at === -1 || (step === undefined && event.key !== "Enter")) return;
  event.preventDefault();
  if (step === undefined) radios[at]?.click();
  else radios[(at + step + radios.length) % radios.length]?.focus();
}
