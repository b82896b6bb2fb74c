/** English; ids are `settings.NAME`. */
export const settings = {
  "settings.title": "Settings",
} as const;
