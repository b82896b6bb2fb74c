/** The languages of the app, and which of them a person gets. */
export const LANGUAGES = ["en", "zh", "ru"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each language by the name that its speakers know it by. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: "English",
  zh: "简体中文",
  ru: "Русский",
};

/** The first of the browser's languages that the app speaks; English if none. `zh-TW` and the like count as Chinese. */
export function languageFor(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const found = LANGUAGES.find((language) => tag.toLowerCase().split("-")[0] === language);
    if (found !== undefined) return found;
  }
  return "en";
}

/** The tag for dates and numbers: the person's own region of the language, if the browser names one. */
export function localeOf(language: Language, preferred: readonly string[]): string {
  return preferred.find((tag) => languageFor([tag]) === language && tag.startsWith(language)) ?? language;
}
