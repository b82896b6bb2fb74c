/** Asking somebody for contact, by name or by their invitation; below it the own invitation. */
import { Trans } from "@lingui/react";
import type { FormEvent, ReactNode } from "react";
import { useEffect, useRef, useState } from "react";
import type { Sotto } from "sotto";
import { goTo, hrefOf } from "../app/route.ts";
import type { DeviceView } from "../device/deviceView.ts";
import { useText } from "../text/text.ts";
import { MAX_USER_NAME_CHARS, asUserName } from "../text/userName.ts";
import { Button } from "../ui/Button.tsx";
import { Page } from "../ui/Page.tsx";
import { TextField } from "../ui/TextField.tsx";
import { useAct } from "../ui/useAct.ts";
import styles from "./AddContact.module.css";
import { Invitation } from "./Invitation.tsx";

/** Of the message that goes with a request, in characters: the protocol's limit. */
const MAX_TEXT_CHARS = 500;

export interface AddContactProps {
  readonly device: Sotto;
  readonly view: DeviceView;
  /** Whose invitation has been opened. */
  readonly inviter: string | undefined;
}

export function AddContact({ device, view, inviter }: AddContactProps): ReactNode {
  const t = useText();
  const [userName, setUserName] = useState(inviter === undefined ? "" : asUserName(inviter));
  const [text, setText] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const [ask, { busy, problem, clear }] = useAct(async () => {
    const contact = await device.contacts.add(userName, text.trim() === "" ? undefined : text);
    goTo({ page: "conversation", userName: contact.userName, details: false }, { replace: true });
  });
  const own = userName === device.userName;
  const known = view.contacts.find((contact) => contact.userName === userName);

  function submit(event: FormEvent): void {
    event.preventDefault();
    ask();
  }

  // Whatever was refused, it is the name that can be changed.
  useEffect(() => {
    if (problem !== undefined) field.current?.select();
  }, [problem]);

  return (
    <Page title={t("contacts.add")}>
      <form className={styles["form"]} onSubmit={submit} aria-label={t("contacts.add")} noValidate>
        {inviter !== undefined && !own && known === undefined && (
          <p className={styles["note"]}>{t("contacts.invitedBy", { name: inviter })}</p>
        )}
        {own && <p className={styles["note"]}>{t("contacts.ownInvitation")}</p>}
        {known?.state === "accepted" && (
          <p className={styles["note"]}>
            <Trans
              id="contacts.known"
              values={{ name: userName }}
              components={[
                <a key="open" href={hrefOf({ page: "conversation", userName, details: false })} />,
              ]}
            />
          </p>
        )}
        {known?.state === "incoming" && (
          <p className={styles["note"]}>
            <Trans
              id="contacts.waitsForYou"
              values={{ name: userName }}
              components={[<a key="requests" href={hrefOf({ page: "requests" })} />]}
            />
          </p>
        )}
        <TextField
          label={t("contacts.userName")}
          kind="userName"
          fieldRef={field}
          hint={t("contacts.userNameHint")}
          error={problem}
          maxLength={MAX_USER_NAME_CHARS + 1}
          value={userName}
          onChange={(value) => {
            setUserName(asUserName(value));
            clear();
          }}
          readOnly={busy}
          autoFocus={inviter === undefined}
        />
        <TextField
          label={t("contacts.firstMessage")}
          hint={t("contacts.firstMessageHint", { max: MAX_TEXT_CHARS })}
          maxLength={MAX_TEXT_CHARS}
          value={text}
          onChange={setText}
          readOnly={busy}
          autoFocus={inviter !== undefined}
          optional
        />
        <div className={styles["send"]}>
          <Button look="primary" type="submit" busy={busy}>
            {t("contacts.sendRequest")}
          </Button>
        </div>
      </form>
      <div className={styles["invitation"]}>
        <Invitation server={device.server} userName={device.userName} />
      </div>
    </Page>
  );
}
