import { useCallback, useSyncExternalStore } from "react";
import type { Sotto } from "sotto";
import type { KnownView, TransferId } from "./fileStore.ts";
import { fileStoreOf } from "./fileStore.ts";

/** Renders again when the file has come further. */
export function useFileView(device: Sotto, transfer: TransferId): KnownView {
  const store = fileStoreOf(device);
  const subscribe = useCallback(
    (onChange: () => void) => store.subscribe(transfer, onChange),
    [store, transfer],
  );
  return useSyncExternalStore(subscribe, () => store.viewOf(transfer));
}
