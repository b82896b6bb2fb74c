/** The field for a group's key: typed, pasted, or read from a file. It is hidden until somebody asks to see it. */
import type { ReactNode } from "react";
import { useRef } from "react";
import { useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { TextField } from "../ui/TextField.tsx";
import styles from "./Key.module.css";

/** 64 digits, and room for white space. */
const MAX_FILE_BYTES = 1024;

export interface KeyFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error: string | undefined;
  readonly readOnly: boolean;
  readonly optional?: boolean;
  /** Further buttons beside the one for a file. */
  readonly acts?: ReactNode;
}

export function KeyField({ acts, onChange, optional = false, ...field }: KeyFieldProps): ReactNode {
  const t = useText();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <TextField
        label={t("groups.key.label")}
        kind="password"
        autoComplete="off"
        optional={optional}
        onChange={onChange}
        {...field}
      />
      <div className={styles["acts"]}>
        <input
          ref={input}
          type="file"
          hidden
          onChange={({ target }) => {
            const file = target.files?.[0];
            target.value = "";
            // What is no key is said to be none when it is used.
            if (file !== undefined)
              void file
                .slice(0, MAX_FILE_BYTES)
                .text()
                .then((text) => onChange(text.trim()));
          }}
        />
        <Button look="outline" disabled={field.readOnly} onPress={() => input.current?.click()}>
          {t("groups.key.fromFile")}
        </Button>
        {acts}
      </div>
    </>
  );
}
