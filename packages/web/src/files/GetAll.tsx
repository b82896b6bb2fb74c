/** Asks for all files of a message that have not been asked for. */
import type { ReactNode } from "react";
import { useCallback, useSyncExternalStore } from "react";
import type { StoredMessage } from "sotto";
import { useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { Icon } from "../ui/Icon.tsx";
import { useConversationFiles } from "./conversationFiles.ts";
import { fileStoreOf } from "./fileStore.ts";

export function GetAll({ files }: { readonly files: StoredMessage["files"] }): ReactNode {
  const { device } = useConversationFiles();
  const t = useText();
  const store = fileStoreOf(device);
  const subscribe = useCallback(
    (onChange: () => void) => {
      const stops = files.map(({ transfer }) => store.subscribe(transfer, onChange));
      return () => stops.forEach((stop) => stop());
    },
    [store, files],
  );
  const offered = (): StoredMessage["files"] =>
    files.filter(({ transfer }) => store.viewOf(transfer)?.state === "offered");
  const count = useSyncExternalStore(subscribe, () => offered().length);
  if (count < 2) return null;
  return (
    <Button
      look="outline"
      onPress={() => {
        // Each card says why its own could not be had.
        for (const { transfer } of offered()) void device.files.fetch(transfer).catch(() => {});
      }}
    >
      <Icon name="download" size="small" />
      {t("files.getAll")}
    </Button>
  );
}
