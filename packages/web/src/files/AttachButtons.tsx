/** Opens the system's choice of files, and where the system has one, of folders. */
import type { ChangeEvent, ReactNode } from "react";
import { useRef } from "react";
import { useText } from "../text/text.ts";
import { IconButton } from "../ui/IconButton.tsx";
import styles from "./AttachButtons.module.css";
import { MAX_ATTACHMENTS } from "./attachment.ts";
import type { Given } from "./given.ts";
import { givenByField } from "./given.ts";

export interface AttachButtonsProps {
  readonly onGiven: (given: Given, folder: boolean) => void;
}

export function AttachButtons({ onGiven }: AttachButtonsProps): ReactNode {
  const t = useText();
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement | null>(null);

  function take({ target }: ChangeEvent<HTMLInputElement>): void {
    onGiven(givenByField(target.files ?? [], MAX_ATTACHMENTS), target === folder.current);
    // The same file can be chosen again.
    target.value = "";
  }

  return (
    <div className={styles["buttons"]}>
      <input ref={files} type="file" multiple hidden onChange={take} />
      <input
        ref={(input) => {
          folder.current = input;
          if (input !== null) input.webkitdirectory = true;
        }}
        type="file"
        hidden
        onChange={take}
      />
      <IconButton icon="plus" label={t("files.attach")} onPress={() => files.current?.click()} />
      <span className={styles["folder"]}>
        <IconButton icon="folder" label={t("files.attachFolder")} onPress={() => folder.current?.click()} />
      </span>
    </div>
  );
}
