/** English; ids are `details.NAME`. */
export const details = {
  "details.title": "Details",
} as const;
