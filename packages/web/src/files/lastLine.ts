/** A message in one line, for lists and for reading out: what it says, or else what it offers. */
import type { StoredMessage } from "sotto";
import type { Text } from "../text/text.ts";

/** What a message offers: nothing, pictures alone, or files. */
export type Offered = "nothing" | "pictures" | "files";

export function offeredBy({ files }: Pick<StoredMessage, "files">): Offered {
  if (files.length === 0) return "nothing";
  return files.every(({ picture }) => picture !== null) ? "pictures" : "files";
}

export function lineOf(message: Pick<StoredMessage, "text" | "files">, t: Text): string {
  const { text, files } = message;
  const [first] = files;
  if (text.trim() !== "" || first === undefined) return text;
  if (offeredBy(message) === "pictures") return t("files.picture", { count: files.length });
  return files.length === 1 ? nameOf(first) : t("files.count", { count: files.length });
}

/** Without its folders. */
export function nameOf({ path }: Pick<StoredMessage["files"][number], "path">): string {
  return path.at(-1) ?? "";
}
