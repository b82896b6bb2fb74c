/** The app's own texts, for a test that knows controls by their ids in any language. */
import { activate, createI18n } from "@sotto/web/text";

type TextById = (id: string, values?: Readonly<Record<string, string | number>>) => string;

/** In the language that the page speaks now. */
export async function pageText(): Promise<TextById> {
  const i18n = createI18n();
  const { lang } = document.documentElement;
  if (lang === "zh" || lang === "ru") await activate(i18n, lang, lang);
  return (id, values) => {
    if (i18n.messages[id] === undefined) throw new Error(`there is no text ${id}`);
    return i18n._(id, values);
  };
}
