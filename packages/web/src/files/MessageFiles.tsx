/** What a message offers: its pictures, side by side when there are several, and below them its files. */
import type { CSSProperties, ReactNode } from "react";
import { useCallback, useState } from "react";
import type { StoredMessage } from "sotto";
import { useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { Icon } from "../ui/Icon.tsx";
import { FileCard } from "./FileCard.tsx";
import { GetAll } from "./GetAll.tsx";
import styles from "./MessageFiles.module.css";
import { isDrawable } from "./isDrawable.ts";
import { MAX_TILES, boxOf, spanOf } from "./pictureBox.ts";
import { PictureTile } from "./PictureTile.tsx";

type File = StoredMessage["files"][number];

/** More are shown when asked for. */
const MAX_CARDS = 6;

export function MessageFiles({ files }: { readonly files: readonly File[] }): ReactNode {
  const t = useText();
  /** Said to be pictures, and are none. */
  const [refused, setRefused] = useState<ReadonlySet<File>>(new Set());
  const [all, setAll] = useState(false);
  const refuse = useCallback((file: File) => setRefused((before) => new Set(before).add(file)), []);
  const pictures = files.filter((file) => isDrawable(file) && !refused.has(file));
  const others = files.filter((file) => !pictures.includes(file));
  const cards = all || others.length <= MAX_CARDS ? others : others.slice(0, MAX_CARDS - 1);
  const tiles = pictures.slice(0, MAX_TILES);
  return (
    <div className={styles["files"]}>
      {tiles.length > 0 && (
        <div
          className={`${styles["pictures"]} ${tiles.length > 1 ? styles["several"] : ""}`}
          style={widthOf(tiles)}
        >
          {tiles.map((file, index) => (
            <PictureTile
              key={file.transfer}
              file={file}
              span={spanOf(index, tiles.length)}
              more={index === MAX_TILES - 1 ? pictures.length - MAX_TILES : 0}
              onRefused={refuse}
            />
          ))}
        </div>
      )}
      {cards.length > 0 && (
        <div className={styles["cards"]}>
          {cards.map((file, index) => (
            <div key={file.transfer}>
              <Folder path={file.path} before={cards[index - 1]?.path} />
              <FileCard file={file} compact={others.length > 1} />
            </div>
          ))}
          {(cards.length < others.length || others.length > 1) && (
            <div className={styles["foot"]}>
              {cards.length < others.length && (
                <Button look="text" onPress={() => setAll(true)}>
                  {t("files.showAll", { count: others.length })}
                </Button>
              )}
              {others.length > 1 && <GetAll files={others} />}
            </div>
          )}
        </div>
      )}
    </div>
  );
}

/** One that stands alone is as wide as it is shown; its tile keeps the proportions when there is less room. */
function widthOf(tiles: readonly File[]): CSSProperties | undefined {
  const [first] = tiles;
  if (first === undefined || first.picture === null || tiles.length > 1) return undefined;
  return { inlineSize: boxOf(first.picture).width };
}

/** Where a file lies, said once for those that lie together. */
function Folder({
  path,
  before,
}: {
  readonly path: readonly string[];
  readonly before: readonly string[] | undefined;
}): ReactNode {
  const t = useText();
  const folder = folderOf(path);
  if (folder === "" || (before !== undefined && folderOf(before) === folder)) return null;
  return (
    <p className={styles["folder"]}>
      <Icon name="folder" size="small" />
      <span dir="auto">{t("files.inFolder", { folder })}</span>
    </p>
  );
}

function folderOf(path: readonly string[]): string {
  return path.slice(0, -1).join(" / ");
}
