/** English; ids are `shell.NAME`. */
export const shell = {
  "shell.backToList": "Back to the list",
  "shell.conversations": "Conversations",
} as const;
