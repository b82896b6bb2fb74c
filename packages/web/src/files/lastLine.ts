/** A message in one line, for lists and for reading out: what it says, else what it offers, or what has happened in the group. */
import type { StoredMessage } from "sotto";
import type { People } from "../device/people.ts";
import { eventText } from "../groups/eventText.ts";
import type { Text } from "../text/text.ts";

/** What a message offers: nothing, pictures alone, or files. */
export type Offered = "nothing" | "pictures" | "files";

export function offeredBy({ files }: Pick<StoredMessage, "files">): Offered {
  if (files.length === 0) return "nothing";
  return files.every(({ picture }) => picture !== null) ? "pictures" : "files";
}

export interface LineReader {
  readonly people: People;
  readonly locale: string;
  readonly t: Text;
}

export function lineOf(
  message: Pick<StoredMessage, "text" | "files" | "event" | "from" | "mine">,
  reader: LineReader,
): string {
  const { text, files, event } = message;
  const { t } = reader;
  if (event !== null) return eventText({ ...message, event }, reader);
  const [first] = files;
  if (text.trim() !== "" || first === undefined) return text;
  if (offeredBy(message) === "pictures") return t("files.picture", { count: files.length });
  return files.length === 1 ? nameOf(first) : t("files.count", { count: files.length });
}

/** Without its folders. */
export function nameOf({ path }: Pick<StoredMessage["files"][number], "path">): string {
  return path.at(-1) ?? "";
}
