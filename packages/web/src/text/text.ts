/** Texts by their ids, in the language of the moment. Views read them with {@link useText}; functions without React are given a {@link Text}. */
import type { I18n } from "@lingui/core";
import { setupI18n } from "@lingui/core";
import { compileMessage } from "@lingui/message-utils/compileMessage";
import { useLingui } from "@lingui/react";
import type { Catalogue, TextId } from "./catalogues/en/index.ts";
import { en } from "./catalogues/en/index.ts";
import type { Language } from "./language.ts";

export type TextValues = Readonly<Record<string, string | number>>;

/** The text of an id with its values put in (ICU MessageFormat). */
export type Text = (id: TextId, values?: TextValues) => string;

/** Other languages come with the choice of them. */
const LOADERS: Readonly<Record<Language, () => Promise<Catalogue>>> = {
  en: async () => en,
  zh: async () => (await import("./catalogues/zh/index.ts")).zh,
  ru: async () => (await import("./catalogues/ru/index.ts")).ru,
};

/** The one that the page shows, changed by {@link activate}. `locale` is for dates and numbers. */
export async function activate(i18n: I18n, language: Language, locale: string): Promise<void> {
  i18n.loadAndActivate({
    locale: language,
    locales: [locale],
    messages: compiled(await LOADERS[language]()),
  });
}

/** Speaks English until another language is activated. */
export function createI18n(): I18n {
  return setupI18n({ locale: "en", messages: { en: compiled(en) } });
}

export function textOf(i18n: I18n): Text {
  return (id, values) => i18n._(id, values);
}

/** English texts, for tests of functions that take a {@link Text}. */
export const englishText: Text = textOf(createI18n());

/** Renders again when the language changes. */
export function useText(): Text {
  return textOf(useLingui().i18n);
}

/** The tag for dates and numbers that belongs to the texts. */
export function useLocale(): string {
  const { i18n } = useLingui();
  return [i18n.locales ?? i18n.locale].flat()[0] ?? i18n.locale;
}

/** Whole messages are parsed once, not at each use. */
function compiled(catalogue: Catalogue): Record<string, ReturnType<typeof compileMessage>> {
  return Object.fromEntries(Object.entries(catalogue).map(([id, message]) => [id, compileMessage(message)]));
}
