/** A {@link ConfirmDialog} on the screen. */
import { AlertDialog } from "@base-ui/react/alert-dialog";
import type { FormEvent, ReactNode } from "react";
import { useText } from "../text/text.ts";
import { Button } from "./Button.tsx";
import type { ConfirmDialogProps } from "./ConfirmDialog.tsx";
import styles from "./DialogFrame.module.css";
import { ErrorLine } from "./ErrorLine.tsx";
import { useAct } from "./useAct.ts";

export function ConfirmFrame(props: ConfirmDialogProps): ReactNode {
  const {
    title,
    open,
    onClose,
    children,
    fields,
    confirm,
    back,
    look = "primary",
    incomplete = false,
  } = props;
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
                  {back ?? t("common.cancel")}
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
