/** Whether this device tells of new messages. Off until the person switches it on; the browser then asks, too. */
import type { ReactNode } from "react";
import { askForNotifications, useNotificationPermission } from "../notifications/permission.ts";
import type { NotificationPermissionState } from "../notifications/permission.ts";
import { usePreferences } from "../preferences/usePreferences.ts";
import type { TextId } from "../text/catalogues/en/index.ts";
import { useText } from "../text/text.ts";
import { Switch } from "../ui/Switch.tsx";
import { Group } from "./Group.tsx";
import { SectionPage } from "./SectionPage.tsx";

/** The words below the switch. */
const HINTS: Readonly<Record<NotificationPermissionState, TextId>> = {
  granted: "settings.notifications.hint",
  ask: "settings.notifications.willAsk",
  denied: "settings.notifications.denied",
  unsupported: "settings.notifications.unsupported",
};

export function Notifications(): ReactNode {
  const t = useText();
  const permission = useNotificationPermission();
  const [{ notifications }, change] = usePreferences();

  async function switchTo(on: boolean): Promise<void> {
    if (!on) return change({ notifications: false });
    const answer = permission === "granted" ? permission : await askForNotifications();
    change({ notifications: answer === "granted" });
  }

  return (
    <SectionPage title={t("settings.notifications.title")}>
      <Group note={t("settings.notifications.note")}>
        <div>
          <Switch
            label={t("settings.notifications.label")}
            hint={t(HINTS[permission])}
            on={notifications && permission === "granted"}
            disabled={permission === "denied" || permission === "unsupported"}
            onChange={(on) => void switchTo(on)}
          />
        </div>
      </Group>
    </SectionPage>
  );
}
