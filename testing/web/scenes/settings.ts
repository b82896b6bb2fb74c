/** The settings: every section, every dialog. */
import { exists, fill, inOrder, openDialog, press, pressInDialog, see } from "../acts.ts";
import type { Scene } from "../scenes.ts";

/** Also where the page that holds it is not on the screen. */
const QR_CODE = exists("[role=img]");
const SECURITY = "#/settings/security";

export const settingsScenes: readonly Scene[] = [
  { name: "settings", address: "#/settings", act: QR_CODE },
  { name: "settings-profile", address: "#/settings/profile", act: QR_CODE },
  { name: "settings-security", address: SECURITY },
  { name: "settings-paths", address: "#/settings/paths" },
  { name: "settings-appearance", address: "#/settings/appearance" },
  { name: "settings-language", address: "#/settings/language" },
  { name: "settings-notifications", address: "#/settings/notifications" },
  { name: "settings-history", address: "#/settings/history" },
  {
    name: "settings-history-open",
    address: "#/settings/history",
    act: press("switch", "settings.history.seal"),
  },
  {
    name: "settings-password",
    address: SECURITY,
    act: inOrder(openDialog("settings.password.change"), fill("settings.password.new", "short one")),
  },
  { name: "settings-sign-out", address: SECURITY, act: openDialog("settings.signOut.act") },
  {
    name: "settings-sign-out-everywhere",
    variant: true,
    address: SECURITY,
    act: openDialog("settings.signOut.everywhereAct"),
  },
  { name: "settings-delete", address: SECURITY, act: openDialog("settings.delete.act") },
  {
    name: "settings-password-wrong",
    address: SECURITY,
    failures: { changePassword: "wrongCredentials" },
    act: inOrder(
      openDialog("settings.password.change"),
      fill("settings.password.old", "not the one"),
      fill("settings.password.new", "a quiet word at the harbour"),
      pressInDialog("settings.password.dialog"),
      see("[role=dialog] [role=alert]:not(:empty)"),
    ),
  },
];
