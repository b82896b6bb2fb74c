import type { contacts as en } from "../en/contacts.ts";
import type { Translated } from "../translated.ts";

export const contacts: Translated<typeof en> = {
  "contacts.add": "添加联系人",
};
