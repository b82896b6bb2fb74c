/** One person who wants to write, and the three answers. */
import type { ReactNode } from "react";
import { useState } from "react";
import type { Contact, Sotto } from "sotto";
import { goTo } from "../app/route.ts";
import { useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { ConfirmDialog } from "../ui/ConfirmDialog.tsx";
import { ErrorLine } from "../ui/ErrorLine.tsx";
import { Face } from "../ui/Face.tsx";
import { useAct } from "../ui/useAct.ts";
import styles from "./Requests.module.css";

export interface RequestCardProps {
  readonly device: Sotto;
  readonly contact: Contact;
  /** What came with the request. */
  readonly text: string | undefined;
}

export function RequestCard({ device, contact, text }: RequestCardProps): ReactNode {
  const { userName, account, pinned } = contact;
  const t = useText();
  const [blocking, setBlocking] = useState(false);
  const [accept, accepting] = useAct(async () => {
    await device.contacts.accept(userName);
    goTo({ page: "conversation", userName, details: false });
  });
  const [decline, declining] = useAct(() => device.contacts.decline(userName));
  const busy = accepting.busy || declining.busy;

  return (
    <article className={styles["card"]} aria-label={t("contacts.requestFrom", { name: userName })}>
      <Face name={userName} account={account} size="large" />
      <div className={styles["words"]}>
        <h2 className={styles["name"]}>{userName}</h2>
        <p className={styles["wants"]}>{t("contacts.wants")}</p>
        {!pinned && (
          <p className={styles["rekeyed"]} role="alert">
            {t("contacts.rekeyed", { name: userName })}
          </p>
        )}
        {text !== undefined && (
          <p className={styles["text"]} dir="auto">
            {text}
          </p>
        )}
      </div>
      <div className={styles["acts"]}>
        <Button look="primary" busy={accepting.busy} disabled={declining.busy} onPress={accept}>
          {t("contacts.accept")}
        </Button>
        <Button busy={declining.busy} disabled={accepting.busy} onPress={decline}>
          {t("contacts.decline")}
        </Button>
        <Button look="danger" disabled={busy} onPress={() => setBlocking(true)}>
          {t("contacts.block")}
        </Button>
      </div>
      <div className={styles["problem"]}>
        <ErrorLine sentence={accepting.problem ?? declining.problem} />
      </div>
      <ConfirmDialog
        title={t("contacts.blockTitle", { name: userName })}
        open={blocking}
        onClose={() => setBlocking(false)}
        confirm={t("contacts.block")}
        look="danger"
        onConfirm={() => device.contacts.block(userName)}
      >
        <p>{t("contacts.blockText")}</p>
      </ConfirmDialog>
    </article>
  );
}
