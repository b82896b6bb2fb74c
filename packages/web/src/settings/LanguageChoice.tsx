/** The language of the app: the browser's, or one by its own name. It changes at once. */
import type { ReactNode } from "react";
import { usePreferences } from "../preferences/usePreferences.ts";
import { LANGUAGE_NAMES, languageFor, LANGUAGES } from "../text/language.ts";
import { useText } from "../text/text.ts";
import { Hidden } from "../ui/Hidden.tsx";
import styles from "./LanguageChoice.module.css";
import { SectionPage } from "./SectionPage.tsx";

export function LanguageChoice(): ReactNode {
  const t = useText();
  const [{ language: chosen }, change] = usePreferences();
  const ofBrowser = LANGUAGE_NAMES[languageFor(navigator.languages)];
  return (
    <SectionPage title={t("settings.language.title")}>
      <fieldset className={styles["languages"]}>
        <legend>
          <Hidden>{t("settings.language.title")}</Hidden>
        </legend>
        {(["browser", ...LANGUAGES] as const).map((language) => (
          <label key={language} className={styles["language"]}>
            <input
              type="radio"
              name="language"
              value={language}
              checked={language === chosen}
              onChange={() => change({ language })}
            />
            <span>
              {language === "browser" ? (
                <>
                  <span className={styles["name"]}>{t("settings.language.browser")}</span>
                  <span className={styles["hint"]}>
                    {t("settings.language.browserNow", { language: ofBrowser })}
                  </span>
                </>
              ) : (
                <span className={styles["name"]} lang={language}>
                  {LANGUAGE_NAMES[language]}
                </span>
              )}
            </span>
          </label>
        ))}
      </fieldset>
    </SectionPage>
  );
}
