/** The settings: every section, every dialog. */
import { fill, inOrder, press, pressInDialog, see } from "../acts.ts";
import type { Scene } from "../scenes.ts";

const SECURITY = "#/settings/security";

export const settingsScenes: readonly Scene[] = [
  { name: "settings", address: "#/settings" },
  { name: "settings-profile", address: "#/settings/profile" },
  { name: "settings-security", address: SECURITY },
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
    act: inOrder(press("button", "settings.password.change"), fill("settings.password.new", "short one")),
  },
  { name: "settings-sign-out", address: SECURITY, act: press("button", "settings.signOut.act") },
  {
    name: "settings-sign-out-everywhere",
    address: SECURITY,
    act: press("button", "settings.signOut.everywhereAct"),
  },
  { name: "settings-delete", address: SECURITY, act: press("button", "settings.delete.act") },
  {
    name: "settings-password-wrong",
    address: SECURITY,
    failures: { changePassword: "wrongCredentials" },
    act: inOrder(
      press("button", "settings.password.change"),
      fill("settings.password.old", "not the one"),
      fill("settings.password.new", "a quiet word at the harbour"),
      pressInDialog("settings.password.dialog"),
      see("[role=dialog] [role=alert]:not(:empty)"),
    ),
  },
];
