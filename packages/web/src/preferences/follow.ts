/** Keeps the page as its person prefers it. */
import type { I18n } from "@lingui/core";
import { languageFor, localeOf } from "../text/language.ts";
import { activate } from "../text/text.ts";
import { applyAppearance } from "./appearance.ts";
import type { PreferenceStore } from "./store.ts";

/** Resolves when the page is as preferred; from then on it follows every change. */
export function followPreferences(preferences: PreferenceStore, i18n: I18n): Promise<void> {
  let spoken = speak();
  applyAppearance(document, preferences.current());
  preferences.subscribe(() => {
    applyAppearance(document, preferences.current());
    // One after the other: a catalogue that comes late must not undo a later choice.
    spoken = spoken.then(speak);
  });
  return spoken;

  async function speak(): Promise<void> {
    const { language: chosen } = preferences.current();
    const language = chosen === "browser" ? languageFor(navigator.languages) : chosen;
    // Before the first time there is no locale for dates, also where the language is the page's own.
    if (i18n.locales !== undefined && i18n.locale === language) return;
    try {
      await activate(i18n, language, localeOf(language, navigator.languages));
      document.documentElement.lang = language;
    } catch {
      // The catalogue cannot be fetched just now: the page goes on in the language that it has.
    }
  }
}
