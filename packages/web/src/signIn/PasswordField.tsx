/** The password; of a new one it says how hard it is to guess. */
import type { ReactNode } from "react";
import { useText } from "../text/text.ts";
import { TextField } from "../ui/TextField.tsx";
import { strengthOf } from "./strength.ts";
import { strengthText } from "./strengthText.ts";
import type { CredentialFieldProps } from "./UserNameField.tsx";

export interface PasswordFieldProps extends CredentialFieldProps {
  readonly userName: string;
}

export function PasswordField(props: PasswordFieldProps): ReactNode {
  const { fieldRef, purpose, value, userName, error, busy, autoFocus, onChange } = props;
  const t = useText();
  return (
    <TextField
      label={t("signIn.password")}
      kind="password"
      name="password"
      autoComplete={purpose === "register" ? "new-password" : "current-password"}
      fieldRef={fieldRef}
      value={value}
      error={error}
      readOnly={busy}
      autoFocus={autoFocus}
      onChange={onChange}
      {...(purpose === "register" && {
        hint: strengthText(value, userName, t),
        good: strengthOf(value, userName) === "strong",
      })}
    />
  );
}
