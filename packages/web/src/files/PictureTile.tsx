/** One picture in a message: a blur, the thumbnail, the picture, whichever is there; and on it what one can do while it is not. */
import type { ReactNode } from "react";
import { useEffect } from "react";
import type { StoredMessage } from "sotto";
import { useLocale, useText } from "../text/text.ts";
import { Hidden } from "../ui/Hidden.tsx";
import { Icon } from "../ui/Icon.tsx";
import type { IconName } from "../ui/Icon.tsx";
import { Blur } from "./Blur.tsx";
import { useConversationFiles } from "./conversationFiles.ts";
import type { FileAct } from "./fileLook.ts";
import { fileLookOf } from "./fileLook.ts";
import { FileStatus } from "./FileStatus.tsx";
import { nameOf } from "./lastLine.ts";
import styles from "./PictureTile.module.css";
import type { spanOf } from "./pictureBox.ts";
import { boxOf } from "./pictureBox.ts";
import { ProgressRing } from "./Progress.tsx";
import { sizeText } from "./sizes.ts";
import { useFileActs } from "./useFileActs.tsx";
import { useFileView } from "./useFileView.ts";
import { useAutoFetch, usePicture } from "./usePicture.ts";

export interface PictureTileProps {
  readonly file: StoredMessage["files"][number];
  /** As {@link spanOf}; alone it has its own proportions, and words about how it is. */
  readonly span: ReturnType<typeof spanOf>;
  /** So many more are behind this one. */
  readonly more: number;
  /** It turned out to be no picture. */
  readonly onRefused: (file: StoredMessage["files"][number]) => void;
}

type MainAct = Extract<FileAct, "get" | "pause" | "resume" | "cancel">;
const MAIN: Readonly<Record<MainAct, IconName>> = {
  get: "download",
  pause: "pause",
  resume: "play",
  cancel: "cross",
};

export function PictureTile({ file, span, more, onRefused }: PictureTileProps): ReactNode {
  const alone = span === 0;
  const { device, openPicture } = useConversationFiles();
  const t = useText();
  const locale = useLocale();
  const { transfer, picture } = file;
  const view = useFileView(device, transfer);
  const { url, thumbnailUrl, refused } = usePicture(device, file, view);
  useAutoFetch(device, file, view);
  const { run, problem, question } = useFileActs(view);
  useEffect(() => {
    if (refused) onRefused(file);
  }, [refused, file, onRefused]);
  if (picture === null) return null;
  const name = nameOf(file);
  const look = view === undefined || view === null ? undefined : fileLookOf(view);
  const says = view !== null && view !== undefined && isWorthSaying(view.state, view.mine);
  const main = says ? look?.acts.find((act): act is MainAct => act in MAIN) : undefined;
  const label: Readonly<Record<MainAct, () => string>> = {
    get: () => t("files.getNamed", { name, size: sizeText(file.sizeBytes, locale) }),
    pause: () => t("files.pause", { name }),
    resume: () => t("files.resume", { name }),
    cancel: () => t("files.cancel", { name }),
  };
  const { width, height } = boxOf(picture);
  return (
    <div
      className={`${styles["tile"]} ${styles[`span${span}`]}`}
      style={alone ? { aspectRatio: `${width} / ${height}` } : undefined}
    >
      <Blur placeholder={picture.placeholder} />
      {thumbnailUrl !== undefined && url === undefined && (
        <img className={styles["image"]} src={thumbnailUrl} alt="" decoding="async" draggable={false} />
      )}
      {url !== undefined && (
        <img className={styles["image"]} src={url} alt={name} decoding="async" draggable={false} />
      )}
      <button
        type="button"
        className={styles["open"]}
        aria-label={more > 0 ? t("files.more", { name, count: more }) : t("files.open", { name })}
        title={name}
        onClick={() => openPicture(transfer)}
      >
        {more > 0 && (
          <span className={styles["more"]} aria-hidden="true">
            +{more}
          </span>
        )}
      </button>
      {more === 0 && says && view !== null && view !== undefined && (
        <>
          {main !== undefined && (
            <button
              type="button"
              className={styles["main"]}
              aria-label={label[main]()}
              title={label[main]()}
              onClick={() => run(main)}
            >
              <Icon name={MAIN[main]} />
              {look?.progress === true && <ProgressRing view={view} />}
            </button>
          )}
          {alone ? (
            <div className={styles["note"]}>
              {problem ?? <FileStatus view={view} sizeBytes={file.sizeBytes} />}
            </div>
          ) : (
            <Hidden>
              <FileStatus view={view} sizeBytes={file.sizeBytes} />
            </Hidden>
          )}
        </>
      )}
      {question}
    </div>
  );
}

/** A picture that is here says enough by itself; so does an own one that waits to be taken. */
function isWorthSaying(state: string, mine: boolean): boolean {
  return state !== "done" && !(mine && state === "waiting");
}
