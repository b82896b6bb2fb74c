import { expect, test } from "vitest";
import { DEFAULT_PREFERENCES } from "./preferences.ts";
import { openPreferences, PREFERENCES_KEY } from "./store.ts";

type Page = Parameters<typeof openPreferences>[0];

/** Tabs of one browser: what one stores is told to the others. */
function browser(): { readonly stored: Map<string, string>; tab: () => Page } {
  const stored = new Map<string, string>();
  const tabs: { readonly page: Page; readonly tell: ((event: StorageEvent) => void)[] }[] = [];
  return {
    stored,
    tab: () => {
      const tell: ((event: StorageEvent) => void)[] = [];
      const localStorage = {
        getItem: (key: string) => stored.get(key) ?? null,
        setItem(key: string, value: string) {
          stored.set(key, value);
          for (const other of tabs)
            if (other.page !== page) for (const told of other.tell) told({ key } as StorageEvent);
        },
      } as Storage;
      const page: Page = {
        localStorage,
        addEventListener: (_: string, listener: unknown) => void tell.push(listener as (typeof tell)[number]),
      };
      tabs.push({ page, tell });
      return page;
    },
  };
}

test("a choice is kept for the next visit, under one key", () => {
  const { stored, tab } = browser();
  openPreferences(tab()).change({ theme: "dark" });
  openPreferences(tab()).change({ textSize: 150 });
  expect(openPreferences(tab()).current()).toEqual({ ...DEFAULT_PREFERENCES, theme: "dark", textSize: 150 });
  expect([...stored.keys()]).toEqual([PREFERENCES_KEY]);
});

test("other tabs are told", () => {
  const { tab } = browser();
  const [one, other] = [openPreferences(tab()), openPreferences(tab())];
  let told = 0;
  const stop = other.subscribe(() => told++);
  one.change({ language: "zh" });
  expect([other.current().language, told]).toEqual(["zh", 1]);
  stop();
  one.change({ language: "ru" });
  expect([other.current().language, told]).toEqual(["ru", 1]);
});

test("a browser that refuses storage still takes the choice", () => {
  const page = {
    addEventListener: () => {},
    get localStorage(): Storage {
      throw new DOMException("denied", "SecurityError");
    },
  };
  const preferences = openPreferences(page);
  preferences.change({ theme: "light" });
  expect(preferences.current().theme).toBe("light");
});
