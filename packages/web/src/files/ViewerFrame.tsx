/** A {@link Viewer} on the screen: arrows and swipes lead on, wheel, pinch and + - 0 enlarge, Escape closes. */
import { Dialog } from "@base-ui/react/dialog";
import type { ReactNode } from "react";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { StoredMessage } from "sotto";
import { useText } from "../text/text.ts";
import { IconButton } from "../ui/IconButton.tsx";
import { useConversationFiles } from "./conversationFiles.ts";
import { fileLookOf } from "./fileLook.ts";
import { nameOf } from "./lastLine.ts";
import { useFileActs } from "./useFileActs.tsx";
import { useFileView } from "./useFileView.ts";
import { useAutoFetch, usePicture } from "./usePicture.ts";
import type { ViewerProps } from "./Viewer.tsx";
import styles from "./ViewerFrame.module.css";
import type { ZoomStep } from "./ZoomedPicture.tsx";
import { ZoomedPicture } from "./ZoomedPicture.tsx";

type Picture = StoredMessage["files"][number];

export function ViewerFrame({ pictures, shown, onShow, onClose }: ViewerProps): ReactNode {
  const popup = useRef<HTMLDivElement>(null);
  const index = pictures.findIndex(({ transfer }) => transfer === shown);
  const picture = pictures[index];
  return (
    <Dialog.Root open={picture !== undefined} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles["backdrop"]} />
        <Dialog.Popup ref={popup} className={styles["popup"]} initialFocus={popup}>
          {picture !== undefined && (
            <Page picture={picture} index={index} pictures={pictures} onShow={onShow} onClose={onClose} />
          )}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface PageProps extends Omit<ViewerProps, "shown"> {
  readonly picture: Picture;
  readonly index: number;
}

function Page({ picture, index, pictures, onShow, onClose }: PageProps): ReactNode {
  const { device } = useConversationFiles();
  const t = useText();
  const view = useFileView(device, picture.transfer);
  const { url, thumbnailUrl } = usePicture(device, picture, view);
  useAutoFetch(device, picture, view);
  const { run, problem, question } = useFileActs(view);
  const [step, setStep] = useState<ZoomStep>({ picture: picture.transfer, number: 0, kind: "whole" });
  const name = nameOf(picture);
  const acts = view === undefined || view === null ? [] : fileLookOf(view).acts;
  const end = acts.find((act) => act === "remove" || act === "cancel");
  const neighbours = [pictures[index - 1], pictures[index + 1]] as const;

  function zoom(kind: ZoomStep["kind"]): void {
    setStep((before) => ({ picture: picture.transfer, number: before.number + 1, kind }));
  }

  function go(by: -1 | 1): void {
    const next = pictures[index + by];
    if (next !== undefined) onShow(next.transfer);
  }

  const onKey = useEffectEvent((event: KeyboardEvent): void => {
    // A question lies on top, or the keys are the browser's.
    const isAsked = document.querySelector("[role=alertdialog]") !== null;
    if (event.ctrlKey || event.metaKey || event.altKey || isAsked) return;
    const isMirrored = document.documentElement.dir === "rtl";
    const keys: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => go(isMirrored ? 1 : -1),
      ArrowRight: () => go(isMirrored ? -1 : 1),
      "+": () => zoom("in"),
      "=": () => zoom("in"),
      "-": () => zoom("out"),
      "0": () => zoom("whole"),
    };
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
  useEffect(() => {
    // Wherever the focus is: what had it may have gone with the picture before.
    const listener = (event: KeyboardEvent): void => onKey(event);
    // Before the dialog, which keeps arrows to itself.
    addEventListener("keydown", listener, { capture: true });
    return () => removeEventListener("keydown", listener, { capture: true });
  }, []);

  return (
    <div className={styles["page"]}>
      <div className={styles["bar"]}>
        <div className={styles["words"]} aria-live="polite">
          <Dialog.Title className={styles["title"]} title={name}>
            <bdi>{name}</bdi>
          </Dialog.Title>
          {pictures.length > 1 && (
            <p className={styles["position"]}>
              {t("files.position", { at: index + 1, count: pictures.length })}
            </p>
          )}
        </div>
        <span className={styles["zoom"]}>
          <IconButton icon="minus" label={t("files.zoomOut")} onPress={() => zoom("out")} />
          <IconButton icon="plus" label={t("files.zoomIn")} onPress={() => zoom("in")} />
        </span>
        {end !== undefined && (
          <IconButton icon="trash" label={t(`files.${end}`, { name })} onPress={() => run(end)} />
        )}
        {acts.includes("save") && (
          <IconButton icon="download" label={t("files.saveNamed", { name })} onPress={() => run("save")} />
        )}
        <IconButton icon="cross" label={t("common.close")} onPress={onClose} />
      </div>
      <ZoomedPicture
        key={picture.transfer}
        file={picture}
        view={view}
        url={url}
        thumbnailUrl={thumbnailUrl}
        step={step}
        problem={problem}
        onAct={run}
        onSwipe={(swipe) => (swipe === "close" ? onClose() : go(swipe === "next" ? 1 : -1))}
      />
      {neighbours[0] !== undefined && (
        <span className={styles["previous"]}>
          <IconButton icon="back" label={t("files.previous")} onPress={() => go(-1)} />
        </span>
      )}
      {neighbours[1] !== undefined && (
        <span className={styles["next"]}>
          <IconButton icon="forward" label={t("files.next")} onPress={() => go(1)} />
        </span>
      )}
      {neighbours.map((near) => near !== undefined && <Near key={near.transfer} file={near} />)}
      {question}
    </div>
  );
}

/** The next one is there before one goes on to it. */
function Near({ file }: { readonly file: Picture }): ReactNode {
  const { device } = useConversationFiles();
  const view = useFileView(device, file.transfer);
  useAutoFetch(device, file, view);
  usePicture(device, file, view);
  return null;
}
