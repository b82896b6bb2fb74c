/** What is going to be sent, above the field: each can be left out, and pictures can go as they are. */
import type { ReactNode } from "react";
import { useEffect, useId, useState } from "react";
import { thumbnailOf } from "sotto/browser";
import { useLocale, useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import type { Attachment, Tray as TrayState } from "./attachment.ts";
import { MAX_ATTACHMENTS, isPicture, totalBytes, troubleOf } from "./attachment.ts";
import { FileIcon } from "./FileIcon.tsx";
import { FileName } from "./FileName.tsx";
import { sizeText } from "./sizes.ts";
import styles from "./Tray.module.css";

export interface TrayProps {
  readonly tray: TrayState;
  readonly onChange: (step: (tray: TrayState) => TrayState) => void;
}

export function Tray({ tray, onChange }: TrayProps): ReactNode {
  const { attachments, asIs, mustAsk, notice } = tray;
  const t = useText();
  const locale = useLocale();
  const asIsId = useId();

  function changeOne(id: number, change: (one: Attachment) => readonly Attachment[]): void {
    onChange((before) => ({
      ...before,
      notice: undefined,
      attachments: before.attachments.flatMap((one) => (one.id === id ? change(one) : [one])),
    }));
  }

  return (
    <>
      <p className={styles["notice"]} role="status">
        {notice !== undefined && t(`files.${notice}`, { count: MAX_ATTACHMENTS })}
      </p>
      {attachments.length > 0 && (
        <section className={styles["tray"]} aria-label={t("files.tray")}>
          <div className={styles["head"]}>
            <p className={styles["sum"]}>
              {t("files.traySum", {
                count: attachments.length,
                size: sizeText(totalBytes(attachments), locale),
              })}
            </p>
            <Button
              look="text"
              onPress={() => onChange((before) => ({ ...before, attachments: [], notice: undefined }))}
            >
              {t("files.trayClear")}
            </Button>
          </div>
          <ul className={styles["list"]}>
            {attachments.map((one) => (
              <li key={one.id}>
                <Item
                  attachment={one}
                  asIs={asIs}
                  onUnchanged={() => changeOne(one.id, (before) => [{ ...before, asIs: true }])}
                  onRemove={() => changeOne(one.id, () => [])}
                />
              </li>
            ))}
          </ul>
          {(mustAsk || attachments.some(isPicture)) && (
            <label className={styles["asIs"]}>
              <input
                type="checkbox"
                checked={asIs}
                aria-describedby={asIsId}
                onChange={({ target }) => onChange((before) => ({ ...before, asIs: target.checked }))}
              />
              <span>
                {t("files.asIs")}
                <span className={styles["hint"]} id={asIsId}>
                  {t(asIs ? "files.asIsOn" : "files.asIsOff")}
                </span>
              </span>
            </label>
          )}
        </section>
      )}
    </>
  );
}

interface ItemProps {
  readonly attachment: Attachment;
  readonly asIs: boolean;
  readonly onUnchanged: () => void;
  readonly onRemove: () => void;
}

function Item({ attachment, asIs, onUnchanged, onRemove }: ItemProps): ReactNode {
  const { file, path } = attachment;
  const t = useText();
  const locale = useLocale();
  const name = path.at(-1) ?? file.name;
  const trouble = troubleOf(attachment, asIs);
  const unchanged = isPicture(attachment) && (asIs || attachment.asIs);
  return (
    <div className={`${styles["item"]} ${trouble === undefined ? "" : styles["trouble"]}`}>
      <Small attachment={attachment} />
      <div className={styles["words"]}>
        <span className={styles["name"]}>
          <FileName name={name} />
        </span>
        <span className={styles["facts"]}>
          {path.length > 1 && (
            <span className={styles["folder"]} title={path.slice(0, -1).join("/")} dir="auto">
              {path.slice(0, -1).join("/")}
            </span>
          )}
          <span>{sizeText(file.size, locale)}</span>
          {unchanged && <span>{t("files.unchanged")}</span>}
        </span>
      </div>
      <IconButton icon="cross" label={t("files.trayRemove", { name })} onPress={onRemove} />
      {trouble !== undefined && (
        <div className={styles["why"]} role="alert">
          <span>{t(`files.trouble.${trouble}`)}</span>
          {trouble === "picture" && (
            <Button look="outline" onPress={onUnchanged}>
              {t("files.sendUnchanged")}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

/** A picture as it looks, anything else by its kind. */
function Small({ attachment }: { readonly attachment: Attachment }): ReactNode {
  const { file, look } = attachment;
  const thumbnail = look?.picture?.thumbnail;
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (thumbnail === undefined) return undefined;
    let made: string | undefined;
    let wanted = true;
    const show = async (): Promise<void> => {
      const blob = await thumbnailOf(thumbnail);
      if (!wanted || blob === undefined) return;
      made = URL.createObjectURL(blob);
      setUrl(made);
    };
    void show().catch(() => {});
    return () => {
      wanted = false;
      setUrl(undefined);
      if (made !== undefined) URL.revokeObjectURL(made);
    };
  }, [thumbnail]);
  return url === undefined ? (
    <FileIcon mediaType={file.type} name={file.name} />
  ) : (
    <img className={styles["small"]} src={url} alt="" draggable={false} />
  );
}
