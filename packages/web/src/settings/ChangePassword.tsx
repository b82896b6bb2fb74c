/** The old password once more, the new one, and how easy that is to guess. */
import type { FormEvent, ReactNode } from "react";
import { useState } from "react";
import type { Sotto } from "sotto";
import { strengthOf } from "../signIn/strength.ts";
import { strengthText } from "../signIn/strengthText.ts";
import { useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { ErrorLine } from "../ui/ErrorLine.tsx";
import { TextField } from "../ui/TextField.tsx";
import { useAct } from "../ui/useAct.ts";
import styles from "./ChangePassword.module.css";

export interface ChangePasswordProps {
  readonly device: Sotto;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}

export function ChangePassword(props: ChangePasswordProps): ReactNode {
  const t = useText();
  return (
    <Dialog title={t("settings.password.dialog")} open={props.open} onClose={props.onClose}>
      <PasswordForm {...props} />
    </Dialog>
  );
}

/** Inside the dialog, so that both passwords are gone with it. */
function PasswordForm({ device, onClose, onChanged }: ChangePasswordProps): ReactNode {
  const t = useText();
  const [before, setBefore] = useState("");
  const [next, setNext] = useState("");
  const [change, { busy, problem }] = useAct(async () => {
    await device.changePassword(before, next);
    onChanged();
    onClose();
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    change();
  }

  return (
    <form className={styles["form"]} onSubmit={submit}>
      {/* Tells a password manager whose password it is. */}
      <input type="text" autoComplete="username" value={device.userName} readOnly hidden />
      <TextField
        label={t("settings.password.old")}
        kind="password"
        autoComplete="current-password"
        value={before}
        onChange={setBefore}
        readOnly={busy}
      />
      <TextField
        label={t("settings.password.new")}
        kind="password"
        autoComplete="new-password"
        value={next}
        onChange={setNext}
        readOnly={busy}
        hint={strengthText(next, device.userName, t)}
        good={strengthOf(next, device.userName) === "strong"}
      />
      <p className={styles["note"]}>{t("settings.password.note")}</p>
      <ErrorLine sentence={problem} />
      <div className={styles["acts"]}>
        <Button look="primary" type="submit" busy={busy}>
          {t("settings.password.dialog")}
        </Button>
      </div>
    </form>
  );
}
