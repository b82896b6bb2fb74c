/** The user name, judged while one types as far as that needs no server. */
import type { ReactNode, Ref } from "react";
import { useText } from "../text/text.ts";
import { MAX_USER_NAME_CHARS, hasForeignCharacter, isUserName } from "../text/userName.ts";
import { TextField } from "../ui/TextField.tsx";
import type { Purpose } from "./problems.ts";

export interface CredentialFieldProps {
  readonly fieldRef: Ref<HTMLInputElement>;
  readonly purpose: Purpose;
  readonly value: string;
  readonly error: string | undefined;
  /** A try is under way. */
  readonly busy: boolean;
  readonly autoFocus: boolean;
  readonly onChange: (value: string) => void;
}

export function UserNameField(props: CredentialFieldProps): ReactNode {
  const { fieldRef, purpose, value, error, busy, autoFocus, onChange } = props;
  const t = useText();
  const good = isUserName(value);
  const foreign = hasForeignCharacter(value) ? t("error.badUserName") : undefined;
  return (
    <TextField
      label={t("signIn.userName")}
      kind="userName"
      name="username"
      autoComplete="username"
      maxLength={MAX_USER_NAME_CHARS}
      fieldRef={fieldRef}
      value={value}
      error={error ?? foreign}
      readOnly={busy}
      autoFocus={autoFocus}
      onChange={onChange}
      {...(purpose === "register" && {
        hint: good ? t("signIn.nameGood", { name: value }) : t("signIn.nameRule"),
        good,
      })}
    />
  );
}
