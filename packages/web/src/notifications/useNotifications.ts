/** Notifications of a signed-in device, as long as the app shows it. */
import { useLingui } from "@lingui/react";
import { useContext, useEffect } from "react";
import type { Sotto } from "sotto";
import { goTo } from "../app/route.ts";
import { PreferencesContext } from "../preferences/usePreferences.ts";
import { textOf } from "../text/text.ts";
import { openBrowserDesk } from "./browserDesk.ts";
import { startNotifier } from "./notifier.ts";
import { notificationPermission } from "./permission.ts";

export function useNotifications(device: Sotto): void {
  const { i18n } = useLingui();
  const preferences = useContext(PreferencesContext);
  useEffect(() => {
    if (notificationPermission() === "unsupported") return undefined;
    const desk = openBrowserDesk({
      allowed: () => preferences.current().notifications && notificationPermission() === "granted",
      title: () => textOf(i18n)("notification.newMessage"),
      onPressed(conversation) {
        const found = device.conversations.get(conversation);
        if (found !== undefined && found.kind !== "pair")
          goTo({ page: "group", id: found.id, details: false });
        else if (found !== undefined) goTo({ page: "conversation", userName: found.name, details: false });
      },
    });
    const stop = startNotifier(device, desk);
    return () => {
      stop();
      desk.stop();
    };
  }, [device, i18n, preferences]);
}
