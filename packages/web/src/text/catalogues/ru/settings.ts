import type { settings as en } from "../en/settings.ts";
import type { Translated } from "../translated.ts";

export const settings: Translated<typeof en> = {
  "settings.title": "Настройки",
};
