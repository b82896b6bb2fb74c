/** The language of the app where there is little room: on the page that comes before all settings. */
import type { ReactNode } from "react";
import { usePreferences } from "../preferences/usePreferences.ts";
import { LANGUAGE_NAMES, languageFor, LANGUAGES } from "../text/language.ts";
import { useText } from "../text/text.ts";
import { Icon } from "../ui/Icon.tsx";
import styles from "./LanguageSelect.module.css";

export function LanguageSelect(): ReactNode {
  const t = useText();
  const [{ language }, change] = usePreferences();
  return (
    <label className={styles["select"]}>
      <Icon name="globe" size="small" />
      <select
        aria-label={t("settings.language.title")}
        value={language === "browser" ? languageFor(navigator.languages) : language}
        onChange={({ target }) => {
          const chosen = LANGUAGES.find((name) => name === target.value);
          if (chosen !== undefined) change({ language: chosen });
        }}
      >
        {LANGUAGES.map((name) => (
          <option key={name} value={name} lang={name}>
            {LANGUAGE_NAMES[name]}
          </option>
        ))}
      </select>
    </label>
  );
}
