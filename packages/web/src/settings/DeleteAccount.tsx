/** The end of the account: what is lost is said, the name typed, the password proved. */
import type { ReactNode } from "react";
import { useState } from "react";
import type { Sotto } from "sotto";
import { useText } from "../text/text.ts";
import { ConfirmDialog } from "../ui/ConfirmDialog.tsx";
import { TextField } from "../ui/TextField.tsx";

export interface DeleteAccountProps {
  readonly device: Sotto;
  readonly open: boolean;
  readonly onClose: () => void;
}

export function DeleteAccount({ device, open, onClose }: DeleteAccountProps): ReactNode {
  const t = useText();
  const [typed, setTyped] = useState("");
  const [password, setPassword] = useState("");

  function close(): void {
    setTyped("");
    setPassword("");
    onClose();
  }

  return (
    <ConfirmDialog
      title={t("settings.delete.question")}
      open={open}
      onClose={close}
      confirm={t("settings.delete.confirm")}
      look="danger"
      incomplete={typed.trim().toLowerCase() !== device.userName || password === ""}
      onConfirm={() => device.deleteAccount(password)}
      fields={
        <>
          <TextField
            label={t("settings.delete.typeName", { name: device.userName })}
            kind="userName"
            value={typed}
            onChange={setTyped}
          />
          <TextField
            label={t("settings.delete.password")}
            kind="password"
            autoComplete="current-password"
            value={password}
            onChange={setPassword}
          />
        </>
      }
    >
      <p>{t("settings.delete.lost")}</p>
      <p>{t("settings.delete.kept")}</p>
    </ConfirmDialog>
  );
}
