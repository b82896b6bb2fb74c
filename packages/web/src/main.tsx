/** Composes the page. */
import { I18nProvider } from "@lingui/react";
import { createRoot } from "react-dom/client";
import { openBrowserHome } from "sotto/browser";
import { App } from "./app/App.tsx";
import { languageFor, localeOf } from "./text/language.ts";
import { activate, createI18n } from "./text/text.ts";
import "./styles/tokens.css";
import "./styles/base.css";

const i18n = createI18n();
const language = languageFor(navigator.languages);
await activate(i18n, language, localeOf(language, navigator.languages));
document.documentElement.lang = language;

createRoot(document.querySelector("#root") as HTMLElement).render(
  <I18nProvider i18n={i18n}>
    <App home={openBrowserHome()} />
  </I18nProvider>,
);
