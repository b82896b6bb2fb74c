/** A room is made: a name for it, and how one gets in. */
import type { FormEvent, ReactNode } from "react";
import { useRef, useState } from "react";
import type { Sotto, SottoErrorCode } from "sotto";
import { SottoError } from "sotto/browser";
import { goTo } from "../app/route.ts";
import { asGroupName } from "../groups/groupName.ts";
import { GroupNameField } from "../groups/GroupNameField.tsx";
import { useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { ErrorLine } from "../ui/ErrorLine.tsx";
import { Switch } from "../ui/Switch.tsx";
import { TextField } from "../ui/TextField.tsx";
import { useAct } from "../ui/useAct.ts";
import styles from "./Rooms.module.css";

export interface NewRoomProps {
  readonly device: Sotto;
  readonly onClose: () => void;
}

export function NewRoom({ device, onClose }: NewRoomProps): ReactNode {
  const t = useText();
  const [name, setName] = useState("");
  const [linkRequired, setLinkRequired] = useState(true);
  /** `undefined`: one is made. */
  const [password, setPassword] = useState<string>();
  const [wrong, setWrong] = useState<"name" | "password">();
  const names = useRef<HTMLInputElement>(null);
  const passwords = useRef<HTMLInputElement>(null);
  const [create, { busy, problem, clear }] = useAct(async () => {
    const chosen = password === undefined ? {} : { password };
    try {
      const { conversation } = await device.rooms.create({
        name: asGroupName(name),
        linkRequired,
        ...chosen,
      });
      onClose();
      goTo({ page: "group", id: conversation.id, details: true });
    } catch (error) {
      const field = error instanceof SottoError ? FIELDS[error.code] : undefined;
      setWrong(field);
      (field === "name" ? names : passwords).current?.select();
      throw error;
    }
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    create();
  }

  return (
    <form className={styles["form"]} onSubmit={submit} noValidate>
      <GroupNameField
        fieldRef={names}
        label={t("rooms.name")}
        value={name}
        error={wrong === "name" ? problem : undefined}
        readOnly={busy}
        onChange={(value) => {
          setName(value);
          clear();
        }}
      />
      <Switch
        label={t("rooms.onlyLink")}
        hint={t("rooms.onlyLinkHint")}
        on={linkRequired}
        onChange={setLinkRequired}
      />
      <Switch
        label={t("rooms.ownPassword")}
        hint={t("rooms.ownPasswordHint")}
        on={password !== undefined}
        onChange={(on) => setPassword(on ? "" : undefined)}
      />
      {password !== undefined && (
        <TextField
          label={t("rooms.password")}
          kind="password"
          fieldRef={passwords}
          error={wrong === "password" ? problem : undefined}
          value={password}
          onChange={(value) => {
            setPassword(value);
            clear();
          }}
          readOnly={busy}
        />
      )}
      <ErrorLine sentence={wrong === undefined ? problem : undefined} />
      <div className={styles["acts"]}>
        <Button
          look="primary"
          type="submit"
          busy={busy}
          disabled={asGroupName(name) === "" || password === ""}
        >
          {t("rooms.create")}
        </Button>
      </div>
    </form>
  );
}

/** Which field has what the error speaks of. */
const FIELDS: Readonly<Partial<Record<SottoErrorCode, "name" | "password">>> = {
  badName: "name",
  weakPassword: "password",
};
