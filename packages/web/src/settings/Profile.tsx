/** Who one is here: the name that others find, the server, this device. */
import type { ReactNode } from "react";
import type { Sotto } from "sotto";
import { Invitation } from "../contacts/Invitation.tsx";
import { useOwnProfile } from "../device/ownProfile.ts";
import { useText } from "../text/text.ts";
import { CopyButton } from "../ui/CopyButton.tsx";
import { Face } from "../ui/Face.tsx";
import { PersonName } from "../ui/PersonName.tsx";
import { Group, SettingRow } from "./Group.tsx";
import { PictureChoice } from "./PictureChoice.tsx";
import { Presence } from "./Presence.tsx";
import styles from "./Profile.module.css";
import { ProfileForm } from "./ProfileForm.tsx";
import { SectionPage } from "./SectionPage.tsx";

export function Profile({ device }: { readonly device: Sotto }): ReactNode {
  const t = useText();
  const own = useOwnProfile(device);
  const { host } = new URL(device.server);
  return (
    <SectionPage title={t("settings.profile.title")}>
      <div className={styles["own"]}>
        <Face name={device.userName} account={device.account} size="huge" picture={own.picture} />
        <div className={styles["who"]}>
          <p className={styles["name"]} dir="auto">
            <PersonName userName={device.userName} displayName={own.displayName} />
          </p>
          <p className={styles["server"]}>{t("settings.onServer", { server: host })}</p>
          <PictureChoice device={device} hasPicture={own.picture > 0} />
        </div>
      </div>
      <ProfileForm device={device} own={own} />
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
