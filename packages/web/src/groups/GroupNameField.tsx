/** The field for a group's name: near the limit it says how much room is left. */
import type { ReactNode, Ref } from "react";
import { useText } from "../text/text.ts";
import { TextField } from "../ui/TextField.tsx";
import { bytesLeft } from "./groupName.ts";

export interface GroupNameFieldProps {
  /** Instead of the plain words. */
  readonly label?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Why the name was not taken. */
  readonly error: string | undefined;
  readonly readOnly: boolean;
  readonly autoFocus?: boolean;
  readonly fieldRef?: Ref<HTMLInputElement>;
}

export function GroupNameField({ error, ...props }: GroupNameFieldProps): ReactNode {
  const t = useText();
  const left = bytesLeft(props.value);
  const tooLong = left !== undefined && left < 0;
  return (
    <TextField
      label={t("groups.name")}
      error={tooLong ? t("error.badName") : error}
      {...(left !== undefined && !tooLong && { hint: t("groups.nameLeft", { count: left }) })}
      {...props}
    />
  );
}
