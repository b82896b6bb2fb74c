/** Opens the dialog in which a group or a room is made. */
import type { ReactNode } from "react";
import { Suspense, lazy, useState } from "react";
import type { Contact, Sotto } from "sotto";
import { useText } from "../text/text.ts";
import { Boundary } from "../ui/Boundary.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { IconButton } from "../ui/IconButton.tsx";

/** Comes with the first opening. */
const NewConversation = lazy(async () => ({
  default: (await import("./NewConversation.tsx")).NewConversation,
}));

export interface NewGroupButtonProps {
  readonly device: Sotto;
  readonly contacts: readonly Contact[];
}

export function NewGroupButton({ device, contacts }: NewGroupButtonProps): ReactNode {
  const t = useText();
  const [open, setOpen] = useState(false);
  const close = (): void => setOpen(false);
  return (
    <>
      <IconButton icon="group" label={t("groups.new")} onPress={() => setOpen(true)} />
      <Dialog title={t("groups.new")} open={open} onClose={close}>
        <Boundary fallback={<p>{t("shell.partFailed")}</p>}>
          <Suspense>
            <NewConversation device={device} contacts={contacts} onClose={close} />
          </Suspense>
        </Boundary>
      </Dialog>
    </>
  );
}
