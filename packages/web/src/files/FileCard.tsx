/** One file in a message: what it is, how far it is, and what one can do with it. */
import type { ReactNode } from "react";
import type { StoredMessage } from "sotto";
import { useLocale, useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { ErrorLine } from "../ui/ErrorLine.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import type { IconName } from "../ui/Icon.tsx";
import { Icon } from "../ui/Icon.tsx";
import { useConversationFiles } from "./conversationFiles.ts";
import styles from "./FileCard.module.css";
import { FileIcon } from "./FileIcon.tsx";
import type { FileAct } from "./fileLook.ts";
import { fileLookOf } from "./fileLook.ts";
import { FileName } from "./FileName.tsx";
import { FileStatus } from "./FileStatus.tsx";
import { nameOf } from "./lastLine.ts";
import { Progress } from "./Progress.tsx";
import { sizeText } from "./sizes.ts";
import { useFileActs } from "./useFileActs.tsx";
import { useFileView } from "./useFileView.ts";

export interface FileCardProps {
  readonly file: StoredMessage["files"][number];
  /** Among others of one message: in less room. */
  readonly compact: boolean;
}

const ICONS: Readonly<Record<FileAct, IconName>> = {
  get: "download",
  pause: "pause",
  resume: "play",
  cancel: "cross",
  save: "download",
  remove: "trash",
};

export function FileCard({ file, compact }: FileCardProps): ReactNode {
  const { device } = useConversationFiles();
  const t = useText();
  const locale = useLocale();
  const known = useFileView(device, file.transfer);
  // Until it is read it takes the room that it is most likely to take.
  const view = known ?? null;
  const { acts, progress } = known === undefined ? { acts: [], progress: false } : fileLookOf(view);
  const { run, busy, problem, question } = useFileActs(view);
  const name = nameOf(file);
  const size = sizeText(file.sizeBytes, locale);
  const again = view?.state === "removed" || view?.state === "failed";
  const labels: Readonly<Record<FileAct, string>> = {
    get: t("files.getNamed", { name, size }),
    save: t("files.saveNamed", { name }),
    pause: t("files.pause", { name }),
    resume: t("files.resume", { name }),
    cancel: t("files.cancel", { name }),
    remove: t("files.remove", { name }),
  };
  // Own ones lie where they came from.
  const words: Partial<Record<FileAct, string>> =
    compact || view?.mine === true
      ? {}
      : { get: t(again ? "files.getAgain" : "files.get"), save: t("files.save") };
  // Buttons without words stand at the end of the line.
  const inline =
    compact || (known !== undefined && !progress && acts.every((act) => words[act] === undefined));
  return (
    <div className={`${styles["card"]} ${inline ? styles["inline"] : ""}`} role="group" aria-label={name}>
      <FileIcon mediaType={file.mediaType} name={name} />
      <div className={styles["words"]}>
        <span className={styles["name"]}>
          <FileName name={name} />
        </span>
        {known === undefined ? (
          <span className={styles["size"]}>{size}</span>
        ) : (
          <FileStatus view={view} sizeBytes={file.sizeBytes} brief={compact} />
        )}
        {compact && progress && view !== null && (
          <span className={styles["line"]}>
            <Progress view={view} />
          </span>
        )}
      </div>
      {(progress || acts.length > 0 || known === undefined) && (
        <div className={styles["acts"]}>
          {!compact && progress && view !== null && <Progress view={view} />}
          {acts.map((act) => {
            const word = words[act];
            return word === undefined ? (
              <IconButton key={act} icon={ICONS[act]} label={labels[act]} onPress={() => run(act)} />
            ) : (
              <Button key={act} look="outline" busy={busy} label={`${word} ${name}`} onPress={() => run(act)}>
                <Icon name={ICONS[act]} size="small" />
                {word}
              </Button>
            );
          })}
        </div>
      )}
      {problem !== undefined && (
        <div className={styles["problem"]}>
          <ErrorLine sentence={problem} />
        </div>
      )}
      {question}
    </div>
  );
}
