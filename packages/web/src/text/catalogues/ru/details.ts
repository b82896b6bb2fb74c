import type { details as en } from "../en/details.ts";
import type { Translated } from "../translated.ts";

export const details: Translated<typeof en> = {
  "details.title": "Сведения",
};
