/**
 * Asks before something that is hard to undo. It stays open while the act is under way, says why it failed, and closes when it is done;
 * only its own buttons and Escape close it.
 */
import type { ReactNode } from "react";
import { Suspense, lazy } from "react";
import { useOnceOpen } from "./useOnceOpen.ts";

/** Comes with the first question, as a dialog's frame does. */
const ConfirmFrame = lazy(async () => ({ default: (await import("./ConfirmFrame.tsx")).ConfirmFrame }));

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
  /** On the other button, where "Cancel" could be taken for the act. */
  readonly back?: string;
  /** `danger` for what cannot be undone. */
  readonly look?: "primary" | "danger";
  /** Something is still to be filled in. */
  readonly incomplete?: boolean;
  readonly onConfirm: () => Promise<void> | void;
}

export function ConfirmDialog(props: ConfirmDialogProps): ReactNode {
  if (!useOnceOpen(props.open)) return null;
  return (
    <Suspense>
      <ConfirmFrame {...props} />
    </Suspense>
  );
}
