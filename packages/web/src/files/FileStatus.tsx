/** How a file is in words, and while it moves which way, how fast and for how long. */
import type { ReactNode } from "react";
import type { FileView } from "sotto";
import { useLocale, useText } from "../text/text.ts";
import { PathGlyph } from "../ui/PathGlyph.tsx";
import { useConversationFiles } from "./conversationFiles.ts";
import { fileLookOf } from "./fileLook.ts";
import styles from "./FileStatus.module.css";
import { sizeText, speedText, timeLeftText } from "./sizes.ts";

export interface FileStatusProps {
  /** null: the device knows nothing of it. */
  readonly view: FileView | null;
  readonly sizeBytes: number;
  /** In little room: without the speed. */
  readonly brief?: boolean;
}

export function FileStatus({ view, sizeBytes, brief = false }: FileStatusProps): ReactNode {
  const { userName } = useConversationFiles();
  const t = useText();
  const locale = useLocale();
  const { words, tone } = fileLookOf(view);
  const { bytes = 0, state, path = null, bytesPerSecond = 0 } = view ?? {};
  const total = sizeText(sizeBytes, locale);
  const left = state === "moving" ? timeLeftText(sizeBytes - bytes, bytesPerSecond, locale) : undefined;
  return (
    <span className={`${styles["status"]} ${tone === "stop" ? styles["stop"] : ""}`}>
      <span>{t(words, { name: userName, done: sizeText(bytes, locale), total })}</span>
      {state === "moving" && path !== null && <PathGlyph path={path} spelled={!brief} />}
      {left !== undefined && !brief && <span>{speedText(bytesPerSecond, locale)}</span>}
      {left !== undefined && <span>{t("files.left", { time: left })}</span>}
    </span>
  );
}
