/**
 * What lies over the app until it is closed: centred, and the whole screen on phones. Escape and a press beside it close it, and the focus goes
 * back to where it was. It starts at the first field; an `autoFocus` of one's own would take it before the place to go back to is known.
 */
import type { ReactNode } from "react";
import { Suspense, lazy } from "react";
import { useOnceOpen } from "./useOnceOpen.ts";

/** What it is made of weighs more than most pages: it comes with the first dialog. */
const DialogFrame = lazy(async () => ({ default: (await import("./DialogFrame.tsx")).DialogFrame }));

export interface DialogProps {
  readonly title: string;
  readonly open: boolean;
  readonly onClose: () => void;
  /** Up to 940 px instead of 560. */
  readonly wide?: boolean;
  readonly children: ReactNode;
}

export function Dialog(props: DialogProps): ReactNode {
  if (!useOnceOpen(props.open)) return null;
  return (
    <Suspense>
      <DialogFrame {...props} />
    </Suspense>
  );
}
