/** A picture over the whole page, and the way to the others of the conversation. What it is made of comes with the first picture that is opened. */
import type { ReactNode } from "react";
import { Suspense, lazy } from "react";
import type { StoredMessage } from "sotto";
import { useOnceOpen } from "../ui/useOnceOpen.ts";
import type { TransferId } from "./fileStore.ts";

const ViewerFrame = lazy(async () => ({ default: (await import("./ViewerFrame.tsx")).ViewerFrame }));

export interface ViewerProps {
  /** All that can be seen, oldest first. */
  readonly pictures: StoredMessage["files"];
  /** `undefined`: it is closed. */
  readonly shown: TransferId | undefined;
  readonly onShow: (transfer: TransferId) => void;
  readonly onClose: () => void;
}

export function Viewer(props: ViewerProps): ReactNode {
  if (!useOnceOpen(props.shown !== undefined)) return null;
  return (
    <Suspense>
      <ViewerFrame {...props} />
    </Suspense>
  );
}
