/** Where preferences are kept: under one key of the browser's storage, shared by all tabs. */
import type { Preferences } from "./preferences.ts";
import { parsePreferences } from "./preferences.ts";

/** Nothing else of the app is in this storage. `public/appearance.js` reads it, too. */
export const PREFERENCES_KEY = "sotto.preferences";

export interface PreferenceStore {
  readonly current: () => Preferences;
  readonly change: (part: Partial<Preferences>) => void;
  /** Tells of changes in this tab and in others. */
  readonly subscribe: (onChange: () => void) => () => void;
}

/** A browser that refuses to store keeps them until the tab closes. */
export function openPreferences(page: Pick<Window, "addEventListener" | "localStorage">): PreferenceStore {
  const listeners = new Set<() => void>();
  let current = parsePreferences(read(page));
  // `key` is null when everything was cleared.
  page.addEventListener("storage", ({ key }) => {
    if (key === PREFERENCES_KEY || key === null) set(parsePreferences(read(page)));
  });

  function set(next: Preferences): void {
    current = next;
    for (const listener of listeners) listener();
  }

  return {
    current: () => current,
    change(part) {
      const next = { ...current, ...part };
      try {
        page.localStorage.setItem(PREFERENCES_KEY, JSON.stringify(next));
      } catch {
        // Storage is full or forbidden: the choice holds in this tab.
      }
      set(next);
    },
    subscribe(onChange) {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
  };
}

function read(page: Pick<Window, "localStorage">): string | null {
  try {
    return page.localStorage.getItem(PREFERENCES_KEY);
  } catch {
    return null;
  }
}
