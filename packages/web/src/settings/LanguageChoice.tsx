/** The language of the app: the browser's, or one by its own name. It changes at once. */
import type { ReactNode } from "react";
import { usePreferences } from "../preferences/usePreferences.ts";
import { LANGUAGE_NAMES, languageFor, LANGUAGES } from "../text/language.ts";
import { useText } from "../text/text.ts";
import { Choices } from "../ui/Choices.tsx";
import { SectionPage } from "./SectionPage.tsx";

export function LanguageChoice(): ReactNode {
  const t = useText();
  const [{ language: chosen }, change] = usePreferences();
  const ofBrowser = LANGUAGE_NAMES[languageFor(navigator.languages)];
  return (
    <SectionPage title={t("settings.language.title")}>
      <Choices
        legend={t("settings.language.title")}
        look="card"
        options={[
          {
            value: "browser" as const,
            label: t("settings.language.browser"),
            hint: t("settings.language.browserNow", { language: ofBrowser }),
          },
          ...LANGUAGES.map((language) => ({
            value: language,
            label: LANGUAGE_NAMES[language],
            lang: language,
          })),
        ]}
        chosen={chosen}
        onChoose={(language) => change({ language })}
      />
    </SectionPage>
  );
}
