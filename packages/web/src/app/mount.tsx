/** Everything between the document and the app: the person's language, the style sheets. */
import { CSPProvider } from "@base-ui/react/csp-provider";
import { I18nProvider } from "@lingui/react";
import { createRoot } from "react-dom/client";
import type { BrowserHome } from "sotto/browser";
import { languageFor, localeOf } from "../text/language.ts";
import { activate, createI18n } from "../text/text.ts";
import { App } from "./App.tsx";
import "../styles/fonts.css";
import "../styles/tokens.css";
import "../styles/base.css";

/** Shows the app of that home in the document's root element. */
export async function mount(home: BrowserHome): Promise<void> {
  const i18n = createI18n();
  const language = languageFor(navigator.languages);
  await activate(i18n, language, localeOf(language, navigator.languages));
  document.documentElement.lang = language;

  createRoot(document.querySelector("#root") as HTMLElement).render(
    <I18nProvider i18n={i18n}>
      {/* The policy lets no component add styles to the page; ours come from the sheet. */}
      <CSPProvider disableStyleElements>
        <App home={home} />
      </CSPProvider>
    </I18nProvider>,
  );
}
