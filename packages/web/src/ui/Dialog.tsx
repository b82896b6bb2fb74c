/**
 * What lies over the app until it is closed: centred, and the whole screen on phones. Escape and a press beside it close it, and the focus goes
 * back to where it was. It starts at the first field; an `autoFocus` of one's own would take it before the place to go back to is known.
 */
import { Dialog as Base } from "@base-ui/react/dialog";
import type { ReactNode } from "react";
import { useRef } from "react";
import { useText } from "../text/text.ts";
import styles from "./Dialog.module.css";
import { IconButton } from "./IconButton.tsx";

export interface DialogProps {
  readonly title: string;
  readonly open: boolean;
  readonly onClose: () => void;
  /** Up to 940 px instead of 560. */
  readonly wide?: boolean;
  readonly children: ReactNode;
}

export function Dialog({ title, open, onClose, wide = false, children }: DialogProps): ReactNode {
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
