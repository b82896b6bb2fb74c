/** What kind of file it is, as a picture and by the end of its name. Decoration: the name stands beside it. */
import type { ReactNode } from "react";
import type { IconName } from "../ui/Icon.tsx";
import { Icon } from "../ui/Icon.tsx";
import type { FileKind } from "./fileKind.ts";
import { fileKindOf } from "./fileKind.ts";
import styles from "./FileIcon.module.css";

const ICONS: Readonly<Record<FileKind, IconName>> = {
  picture: "picture",
  sound: "note",
  film: "film",
  text: "text",
  archive: "box",
  other: "file",
};

export function FileIcon({
  mediaType,
  name,
}: {
  readonly mediaType: string;
  readonly name: string;
}): ReactNode {
  return (
    <span className={styles["icon"]} aria-hidden="true">
      <Icon name={ICONS[fileKindOf(mediaType, name)]} />
    </span>
  );
}
