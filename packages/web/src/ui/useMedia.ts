/** Whether a media query holds now. Styles ask by themselves; this is for what is not there at all at some width. */
import { useCallback, useSyncExternalStore } from "react";

/** One pane at a time. */
export const NARROW = "(width < 720px)";
/** Details beside the conversation. */
export const WIDE = "(width >= 1180px)";

export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (onChange: () => void) => {
      const list = matchMedia(query);
      list.addEventListener("change", onChange);
      return () => list.removeEventListener("change", onChange);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches);
}
