/** The password, the ways out, and the end of the account. */
import type { ReactNode } from "react";
import { useState } from "react";
import type { Sotto } from "sotto";
import { useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { ConfirmDialog } from "../ui/ConfirmDialog.tsx";
import { ChangePassword } from "./ChangePassword.tsx";
import { DeleteAccount } from "./DeleteAccount.tsx";
import { Group, SettingRow } from "./Group.tsx";
import { SectionPage } from "./SectionPage.tsx";

export function Security({ device }: { readonly device: Sotto }): ReactNode {
  const t = useText();
  const [asked, setAsked] = useState<"password" | "signOut" | "everywhere" | "delete">();
  const [changed, setChanged] = useState(false);
  const close = (): void => setAsked(undefined);
  return (
    <SectionPage title={t("settings.security.title")}>
      <Group>
        <SettingRow
          label={t("settings.password.title")}
          value={
            <span role="status">
              {t(changed ? "settings.password.changed" : "settings.password.neverSeen")}
            </span>
          }
        >
          <Button
            look="outline"
            onPress={() => {
              setChanged(false);
              setAsked("password");
            }}
          >
            {t("settings.password.change")}
          </Button>
        </SettingRow>
      </Group>
      <Group title={t("settings.signOut.title")} note={t("settings.signOut.note")}>
        <SettingRow label={t("settings.signOut.here")} value={t("settings.signOut.hereNote")}>
          <Button look="outline" onPress={() => setAsked("signOut")}>
            {t("settings.signOut.act")}
          </Button>
        </SettingRow>
        <SettingRow label={t("settings.signOut.everywhere")} value={t("settings.signOut.everywhereNote")}>
          <Button look="outline" onPress={() => setAsked("everywhere")}>
            {t("settings.signOut.everywhereAct")}
          </Button>
        </SettingRow>
      </Group>
      <Group>
        <SettingRow label={t("settings.delete.label")} value={t("settings.delete.hint")}>
          <Button look="danger" onPress={() => setAsked("delete")}>
            {t("settings.delete.act")}
          </Button>
        </SettingRow>
      </Group>

      <ChangePassword
        device={device}
        open={asked === "password"}
        onClose={close}
        onChanged={() => setChanged(true)}
      />
      <ConfirmDialog
        title={t("settings.signOut.question")}
        open={asked === "signOut"}
        onClose={close}
        confirm={t("settings.signOut.act")}
        look="danger"
        onConfirm={() => device.logout()}
      >
        <p>{t("settings.signOut.lost")}</p>
      </ConfirmDialog>
      <ConfirmDialog
        title={t("settings.signOut.everywhereQuestion")}
        open={asked === "everywhere"}
        onClose={close}
        confirm={t("settings.signOut.everywhereAct")}
        look="danger"
        onConfirm={() => device.logout({ everywhere: true })}
      >
        <p>{t("settings.signOut.everywhereLost")}</p>
        <p>{t("settings.signOut.lost")}</p>
      </ConfirmDialog>
      <DeleteAccount device={device} open={asked === "delete"} onClose={close} />
    </SectionPage>
  );
}
