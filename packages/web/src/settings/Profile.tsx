/** Who one is here: the name that others find, the server, this device. */
import type { ReactNode } from "react";
import type { Sotto } from "sotto";
import { Invitation } from "../contacts/Invitation.tsx";
import { useText } from "../text/text.ts";
import { CopyButton } from "../ui/CopyButton.tsx";
import { Face } from "../ui/Face.tsx";
import { Group, SettingRow } from "./Group.tsx";
import { Presence } from "./Presence.tsx";
import styles from "./Profile.module.css";
import { SectionPage } from "./SectionPage.tsx";

export function Profile({ device }: { readonly device: Sotto }): ReactNode {
  const t = useText();
  const { host } = new URL(device.server);
  return (
    <SectionPage title={t("settings.profile.title")}>
      <div className={styles["own"]}>
        <Face name={device.userName} account={device.account} size="huge" />
        <div>
          <p className={styles["name"]} dir="auto">
            {device.userName}
          </p>
          <p className={styles["server"]}>{t("settings.onServer", { server: host })}</p>
        </div>
      </div>
      <Group note={t("settings.profile.nameNote")}>
        <SettingRow label={t("settings.profile.userName")} value={device.userName}>
          <CopyButton text={device.userName} />
        </SettingRow>
        <SettingRow label={t("settings.profile.server")} value={host} />
        <SettingRow
          label={t("settings.profile.thisDevice")}
          value={t("settings.profile.deviceId", { id: device.device.slice(0, 8) })}
        />
      </Group>
      <Presence device={device} />
      <Invitation server={device.server} userName={device.userName} />
    </SectionPage>
  );
}
