/** Whose settings these are, and their sections. */
import type { ReactNode } from "react";
import type { Sotto } from "sotto";
import type { SettingsSection } from "../app/route.ts";
import { hrefOf, SETTINGS_SECTIONS } from "../app/route.ts";
import { useOpenHelp } from "../shell/help.ts";
import { useText } from "../text/text.ts";
import { useOwnProfile } from "../device/ownProfile.ts";
import { Face } from "../ui/Face.tsx";
import type { IconName } from "../ui/Icon.tsx";
import { Icon } from "../ui/Icon.tsx";
import { IconLink } from "../ui/IconButton.tsx";
import styles from "./SectionList.module.css";

const ICONS: Readonly<Record<SettingsSection, IconName>> = {
  profile: "person",
  security: "key",
  paths: "route",
  appearance: "contrast",
  language: "globe",
  notifications: "bell",
  history: "archive",
};

export interface SectionListProps {
  readonly device: Sotto;
  readonly section: SettingsSection | undefined;
}

export function SectionList({ device, section }: SectionListProps): ReactNode {
  const t = useText();
  const own = useOwnProfile(device);
  const openHelp = useOpenHelp();
  return (
    <nav className={styles["pane"]} aria-label={t("settings.title")}>
      <div className={styles["bar"]}>
        <IconLink icon="arrowBack" label={t("shell.backToList")} href={hrefOf({ page: "list" })} />
        <h1>{t("settings.title")}</h1>
      </div>
      <div className={styles["scroll"]}>
        <a className={styles["own"]} href={hrefOf({ page: "settings", section: "profile" })}>
          <Face name={device.userName} account={device.account} picture={own.picture} />
          <span>
            <span className={styles["name"]} dir="auto">
              {device.userName}
            </span>
            <span className={styles["server"]}>
              {t("settings.onServer", { server: new URL(device.server).host })}
            </span>
          </span>
        </a>
        <ul>
          {SETTINGS_SECTIONS.map((name) => (
            <li key={name}>
              <a
                className={styles["link"]}
                href={hrefOf({ page: "settings", section: name })}
                aria-current={name === (section ?? "profile") ? "page" : undefined}
              >
                <Icon name={ICONS[name]} />
                <span>{t(`settings.${name}.title`)}</span>
                <i className={styles["further"]}>
                  <Icon name="forward" size="small" />
                </i>
              </a>
            </li>
          ))}
        </ul>
        <button type="button" className={styles["link"]} onClick={openHelp}>
          <Icon name="keyboard" />
          <span>{t("shell.keys")}</span>
        </button>
      </div>
    </nav>
  );
}
