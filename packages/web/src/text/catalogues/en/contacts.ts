/** English; ids are `contacts.NAME`. */
export const contacts = {
  "contacts.add": "Add a contact",
} as const;
