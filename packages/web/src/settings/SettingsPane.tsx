/** The settings: the list of their sections beside one of them, or one of the two where there is no room for both. */
import type { ReactNode } from "react";
import type { Sotto } from "sotto";
import type { SettingsSection } from "../app/route.ts";
import { NARROW, useMedia } from "../ui/useMedia.ts";
import { Appearance } from "./Appearance.tsx";
import { History } from "./History.tsx";
import { LanguageChoice } from "./LanguageChoice.tsx";
import { Notifications } from "./Notifications.tsx";
import { Paths } from "./Paths.tsx";
import { Profile } from "./Profile.tsx";
import { SectionList } from "./SectionList.tsx";
import { Security } from "./Security.tsx";
import styles from "./SettingsPane.module.css";

export interface SettingsPaneProps {
  readonly device: Sotto;
  /** Without one: the list alone, beside the first where there is room. */
  readonly section: SettingsSection | undefined;
}

export function SettingsPane({ device, section }: SettingsPaneProps): ReactNode {
  const narrow = useMedia(NARROW);
  return (
    <div className={`${styles["panes"]} ${styles[section === undefined ? "onList" : "onSection"]}`}>
      {/* Alone on the screen, the list is the page. */}
      <div
        className={styles["list"]}
        data-pane="list"
        tabIndex={-1}
        role={narrow && section === undefined ? "main" : undefined}
      >
        <SectionList device={device} section={section} />
      </div>
      <main className={styles["section"]} data-pane="main" tabIndex={-1}>
        <Section device={device} section={section ?? "profile"} />
      </main>
    </div>
  );
}

function Section({
  device,
  section,
}: {
  readonly device: Sotto;
  readonly section: SettingsSection;
}): ReactNode {
  switch (section) {
    case "profile":
      return <Profile device={device} />;
    case "security":
      return <Security device={device} />;
    case "paths":
      return <Paths device={device} />;
    case "appearance":
      return <Appearance />;
    case "language":
      return <LanguageChoice />;
    case "history":
      return <History device={device} />;
    case "notifications":
      return <Notifications />;
  }
}
