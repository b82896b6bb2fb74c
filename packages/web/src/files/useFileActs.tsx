/** What can be done with a file, done: one thing at a time, with a question before what is for good. */
import type { ReactNode } from "react";
import { useState } from "react";
import type { FileView } from "sotto";
import { saveFile } from "sotto/browser";
import { useText } from "../text/text.ts";
import { ConfirmDialog } from "../ui/ConfirmDialog.tsx";
import { useAct } from "../ui/useAct.ts";
import { useConversationFiles } from "./conversationFiles.ts";
import type { FileAct } from "./fileLook.ts";

export interface FileActs {
  readonly run: (act: FileAct) => void;
  readonly busy: boolean;
  /** Why the last one was not done. */
  readonly problem: string | undefined;
  /** The question; it stands wherever its file does. */
  readonly question: ReactNode;
}

/** @param view of the file; without one there is nothing to do */
export function useFileActs(view: FileView | null | undefined): FileActs {
  const { device, userName } = useConversationFiles();
  const t = useText();
  const [asked, setAsked] = useState<"cancel" | "remove">();
  const [kind, setKind] = useState<"cancel" | "remove">("cancel");
  const [act, { busy, problem }] = useAct(async (what: Exclude<FileAct, "remove">) => {
    if (view === null || view === undefined) return;
    const { transfer } = view;
    switch (what) {
      case "get":
        return device.files.fetch(transfer);
      case "pause":
        return device.files.pause(transfer);
      case "resume":
        return device.files.resume(transfer);
      case "cancel":
        return device.files.cancel(transfer);
      case "save":
        // Whoever thinks better of it has no problem.
        await saveFile(device, view);
    }
  });

  function run(what: FileAct): void {
    // Nobody else knows of it yet.
    const isForGood = what === "remove" || (what === "cancel" && view?.state !== "preparing");
    if (!isForGood) return act(what);
    setKind(what);
    setAsked(what);
  }

  const name = view?.name ?? "";
  const words =
    kind === "cancel"
      ? t("files.cancelText")
      : t(view?.mine === true ? "files.removeOwnText" : "files.removeText", { name: userName });
  return {
    run,
    busy,
    problem,
    question: (
      <ConfirmDialog
        title={t(`files.${kind}Title`, { name })}
        open={asked !== undefined}
        onClose={() => setAsked(undefined)}
        confirm={t(`files.${kind}Act`)}
        look="danger"
        {...(kind === "cancel" && { back: t("files.cancelBack") })}
        onConfirm={async () => {
          if (view !== null && view !== undefined) await device.files[kind](view.transfer);
        }}
      >
        <p>{words}</p>
      </ConfirmDialog>
    ),
  };
}
