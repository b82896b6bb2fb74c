/**
 * Asks before something that is hard to undo. It stays open while the act is under way, says why it failed, and closes when it is done;
 * only its own buttons and Escape close it.
 */
import { AlertDialog } from "@base-ui/react/alert-dialog";
import type { FormEvent, ReactNode } from "react";
import { useText } from "../text/text.ts";
import { Button } from "./Button.tsx";
import styles from "./Dialog.module.css";
import { ErrorLine } from "./ErrorLine.tsx";
import { useAct } from "./useAct.ts";

export interface ConfirmDialogProps {
  /** The question. */
  readonly title: string;
  readonly open: boolean;
  /** Closes it, confirmed or not. */
  readonly onClose: () => void;
  /** What happens then, in sentences. */
  readonly children: ReactNode;
  /** Fields that the act needs, between the sentences and the buttons. */
  readonly fields?: ReactNode;
  /** The act as a verb, on the button. */
  readonly confirm: string;
  /** `danger` for what cannot be undone. */
  readonly look?: "primary" | "danger";
  /** Something is still to be filled in. */
  readonly incomplete?: boolean;
  readonly onConfirm: () => Promise<void> | void;
}

export function ConfirmDialog(props: ConfirmDialogProps): ReactNode {
  const { title, open, onClose, children, fields, confirm, look = "primary", incomplete = false } = props;
  const t = useText();
  const [act, { busy, problem, clear }] = useAct(async () => {
    await props.onConfirm();
    onClose();
  });

  function close(): void {
    if (busy) return;
    clear();
    onClose();
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    event.stopPropagation();
    if (!busy && !incomplete) act();
  }

  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => !next && close()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={styles["backdrop"]} />
        <AlertDialog.Viewport className={`${styles["viewport"]} ${styles["confirming"]}`}>
          <AlertDialog.Popup className={`${styles["popup"]} ${styles["confirm"]}`}>
            <form className={styles["body"]} onSubmit={submit} noValidate>
              <AlertDialog.Title className={styles["title"]}>{title}</AlertDialog.Title>
              <AlertDialog.Description className={styles["text"]} render={<div />}>
                {children}
              </AlertDialog.Description>
              {fields}
              <ErrorLine sentence={problem} />
              <div className={styles["acts"]}>
                <Button look="quiet" onPress={close} disabled={busy}>
                  {t("common.cancel")}
                </Button>
                <Button
                  look={look === "danger" ? "destroy" : "primary"}
                  type="submit"
                  busy={busy}
                  disabled={incomplete}
                >
                  {confirm}
                </Button>
              </div>
            </form>
          </AlertDialog.Popup>
        </AlertDialog.Viewport>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
