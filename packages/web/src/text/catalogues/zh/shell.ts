import type { shell as en } from "../en/shell.ts";
import type { Translated } from "../translated.ts";

export const shell: Translated<typeof en> = {
  "shell.backToList": "返回列表",
  "shell.conversations": "对话",
};
