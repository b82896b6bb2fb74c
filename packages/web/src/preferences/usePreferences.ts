/** The preferences for views. */
import { createContext, useContext, useSyncExternalStore } from "react";
import type { Preferences } from "./preferences.ts";
import { DEFAULT_PREFERENCES } from "./preferences.ts";
import type { PreferenceStore } from "./store.ts";

/** Without a provider nothing can be chosen. */
export const PreferencesContext = createContext<PreferenceStore>({
  current: () => DEFAULT_PREFERENCES,
  change: () => {},
  subscribe: () => () => {},
});

/** Renders again when any of them changes, in this tab or another. */
export function usePreferences(): readonly [Preferences, PreferenceStore["change"]] {
  const { current, change, subscribe } = useContext(PreferencesContext);
  return [useSyncExternalStore(subscribe, current), change];
}
