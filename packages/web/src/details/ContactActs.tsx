/** The ends of a contact: removing and blocking, each asked about first. */
import type { ReactNode } from "react";
import { useState } from "react";
import type { Contact, Sotto } from "sotto";
import { goTo } from "../app/route.ts";
import { useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { ConfirmDialog } from "../ui/ConfirmDialog.tsx";
import styles from "./ContactActs.module.css";

export interface ContactActsProps {
  readonly device: Sotto;
  readonly contact: Contact;
}

export function ContactActs({ device, contact }: ContactActsProps): ReactNode {
  const { userName: name, state } = contact;
  const t = useText();
  const [asked, setAsked] = useState<"remove" | "block">();
  const close = (): void => setAsked(undefined);
  const isBlocked = state === "blocked";
  return (
    <div className={styles["acts"]}>
      <Button look="danger" onPress={() => setAsked("remove")}>
        {t("details.remove")}
      </Button>
      {!isBlocked && (
        <Button look="danger" onPress={() => setAsked("block")}>
          {t("details.block")}
        </Button>
      )}
      <ConfirmDialog
        title={t("details.removeTitle", { name })}
        open={asked === "remove"}
        onClose={close}
        confirm={t("details.remove")}
        look="danger"
        onConfirm={async () => {
          await device.contacts.remove(name);
          goTo({ page: "list" });
        }}
      >
        {t(isBlocked ? "details.removeBlockedText" : "details.removeText", { name })}
      </ConfirmDialog>
      <ConfirmDialog
        title={t("details.blockTitle", { name })}
        open={asked === "block"}
        onClose={close}
        confirm={t("details.block")}
        look="danger"
        onConfirm={() => device.contacts.block(name)}
      >
        {t("details.blockText", { name })}
      </ConfirmDialog>
    </div>
  );
}
