import type { Catalogue } from "../en/index.ts";
import { common } from "./common.ts";
import { contacts } from "./contacts.ts";
import { conversation } from "./conversation.ts";
import { details } from "./details.ts";
import { errors } from "./errors.ts";
import { files } from "./files.ts";
import { groups } from "./groups.ts";
import { path } from "./path.ts";
import { rooms } from "./rooms.ts";
import { settings } from "./settings.ts";
import { shell } from "./shell.ts";
import { signIn } from "./signIn.ts";

export const ru: Catalogue = {
  ...common,
  ...contacts,
  ...conversation,
  ...details,
  ...errors,
  ...files,
  ...groups,
  ...path,
  ...rooms,
  ...settings,
  ...shell,
  ...signIn,
};
