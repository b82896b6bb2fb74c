/** Coming into a room, by its link or code and its password. */
import type { FormEvent, ReactNode } from "react";
import { useRef, useState } from "react";
import type { Sotto, SottoErrorCode } from "sotto";
import { SottoError } from "sotto/browser";
import { goTo, hrefOf } from "../app/route.ts";
import { useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { ErrorLine } from "../ui/ErrorLine.tsx";
import { Page } from "../ui/Page.tsx";
import { TextField } from "../ui/TextField.tsx";
import { useAct } from "../ui/useAct.ts";
import styles from "./Rooms.module.css";
import { shownCode } from "./shownCode.ts";

export interface JoinRoomProps {
  readonly device: Sotto;
  /** Of the link that has been opened. */
  readonly code: string | undefined;
  readonly secret: string | undefined;
}

type Field = "where" | "password";

/** Which field has what the error speaks of. */
const FIELDS: Readonly<Partial<Record<SottoErrorCode, Field>>> = {
  badRoomLink: "where",
  wrongRoomPassword: "password",
};

export function JoinRoom({ device, code = "", secret }: JoinRoomProps): ReactNode {
  const t = useText();
  const [where, setWhere] = useState(() =>
    secret === undefined
      ? shownCode(code)
      : `${new URL(device.server).origin}/${hrefOf({ page: "room", code, secret })}`,
  );
  const [password, setPassword] = useState("");
  const [wrong, setWrong] = useState<Field>();
  const places = useRef<HTMLInputElement>(null);
  const passwords = useRef<HTMLInputElement>(null);
  const [join, { busy, problem, clear }] = useAct(async () => {
    try {
      const to = where.includes("#") ? { link: where.trim() } : { code: where };
      const { id } = await device.rooms.join({ ...to, password });
      goTo({ page: "group", id, details: false }, { replace: true });
    } catch (error) {
      const field = error instanceof SottoError ? FIELDS[error.code] : undefined;
      setWrong(field);
      (field === "where" ? places : passwords).current?.select();
      throw error;
    }
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    join();
  }

  return (
    <Page title={t("rooms.join")}>
      <form className={styles["form"]} onSubmit={submit} aria-label={t("rooms.join")} noValidate>
        {code !== "" && <p className={styles["note"]}>{t("rooms.invitedTo")}</p>}
        <TextField
          label={t("rooms.linkOrCode")}
          kind="userName"
          hint={t("rooms.linkOrCodeHint")}
          error={wrong === "where" ? problem : undefined}
          fieldRef={places}
          value={where}
          onChange={(value) => {
            setWhere(value);
            clear();
          }}
          readOnly={busy}
          autoFocus={code === ""}
        />
        <TextField
          label={t("rooms.password")}
          kind="password"
          error={wrong === "password" ? problem : undefined}
          fieldRef={passwords}
          value={password}
          onChange={(value) => {
            setPassword(value);
            clear();
          }}
          readOnly={busy}
          autoFocus={code !== ""}
        />
        <p className={styles["about"]}>{t("rooms.enterHint")}</p>
        <ErrorLine sentence={wrong === undefined ? problem : undefined} />
        <div className={styles["acts"]}>
          <Button look="primary" type="submit" busy={busy} disabled={where.trim() === "" || password === ""}>
            {t("rooms.enter")}
          </Button>
        </div>
      </form>
    </Page>
  );
}
