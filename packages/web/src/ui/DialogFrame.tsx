/** A {@link Dialog} on the screen. */
import { Dialog as Base } from "@base-ui/react/dialog";
import type { ReactNode } from "react";
import { useRef } from "react";
import { useText } from "../text/text.ts";
import type { DialogProps } from "./Dialog.tsx";
import styles from "./DialogFrame.module.css";
import { IconButton } from "./IconButton.tsx";

export function DialogFrame({ title, open, onClose, wide = false, children }: DialogProps): ReactNode {
  const t = useText();
  const close = t("common.close");
  const body = useRef<HTMLDivElement>(null);
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={styles["backdrop"]} />
        <Base.Viewport className={`${styles["viewport"]} ${styles["page"]}`}>
          <Base.Popup
            className={`${styles["popup"]} ${wide ? styles["wide"] : ""}`}
            initialFocus={(by) => (by === "touch" ? null : firstField(body.current))}
          >
            <div className={styles["bar"]}>
              <Base.Title className={styles["title"]}>{title}</Base.Title>
              <span className={styles["cross"]}>
                <IconButton icon="cross" label={close} onPress={onClose} />
              </span>
              <span className={styles["arrow"]}>
                <IconButton icon="arrowBack" label={close} onPress={onClose} />
              </span>
            </div>
            <div ref={body} className={styles["body"]}>
              {children}
            </div>
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}

/** Not for a finger: the keyboard would cover half of what there is to read. */
function firstField(body: HTMLElement | null): HTMLElement | null {
  return body?.querySelector<HTMLElement>("input:not([hidden]), textarea") ?? null;
}
