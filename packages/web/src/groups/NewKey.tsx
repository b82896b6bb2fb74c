/** A new group's key, folded away: few groups need one. */
import type { ReactNode } from "react";
import { makeConversationKey } from "sotto/browser";
import { useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { CopyButton } from "../ui/CopyButton.tsx";
import styles from "./Key.module.css";
import type { KeyFieldProps } from "./KeyField.tsx";
import { KeyField } from "./KeyField.tsx";

const FILE_NAME = "sotto-group.key";
const REVOKE_MS = 60_000;

export function NewKey(props: Omit<KeyFieldProps, "acts" | "optional">): ReactNode {
  const { value, onChange, readOnly } = props;
  const t = useText();
  return (
    <details className={styles["key"]}>
      <summary>{t("groups.key.title")}</summary>
      <div className={styles["fields"]}>
        <p className={styles["about"]}>{t("groups.key.about")}</p>
        <KeyField
          {...props}
          optional
          acts={
            value === "" ? (
              <Button look="outline" disabled={readOnly} onPress={() => onChange(makeConversationKey())}>
                {t("groups.key.make")}
              </Button>
            ) : (
              <>
                <CopyButton text={value} />
                <Button look="outline" onPress={() => save(value)}>
                  {t("groups.key.save")}
                </Button>
              </>
            )
          }
        />
      </div>
    </details>
  );
}

function save(key: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([`${key}\n`], { type: "text/plain" }));
  link.download = FILE_NAME;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), REVOKE_MS);
}
