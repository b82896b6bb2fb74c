/** What a person has chosen for this browser. Nothing in it is secret, and nothing of it leaves the browser. */
import type { Language } from "../text/language.ts";
import { LANGUAGES } from "../text/language.ts";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

/** In percent of the size that the browser is set to. */
export const TEXT_SIZES = [100, 115, 130, 150] as const;
export type TextSize = (typeof TEXT_SIZES)[number];

export interface Preferences {
  readonly theme: Theme;
  readonly textSize: TextSize;
  /** `browser`: the first of the browser's languages that the app speaks. */
  readonly language: Language | "browser";
  /** Tells of new messages while nobody looks at the app. */
  readonly notifications: boolean;
}

export const DEFAULT_PREFERENCES: Preferences = {
  theme: "system",
  textSize: 100,
  language: "browser",
  notifications: false,
};

const LANGUAGE_CHOICES = ["browser", ...LANGUAGES] as const;

/** Of what is stored; whatever is no preference of this version is as if it had not been chosen. */
export function parsePreferences(stored: string | null): Preferences {
  const fields = fieldsOf(stored);
  return {
    theme: oneOf(THEMES, fields["theme"]) ?? DEFAULT_PREFERENCES.theme,
    textSize: oneOf(TEXT_SIZES, fields["textSize"]) ?? DEFAULT_PREFERENCES.textSize,
    language: oneOf(LANGUAGE_CHOICES, fields["language"]) ?? DEFAULT_PREFERENCES.language,
    notifications: fields["notifications"] === true,
  };
}

function fieldsOf(stored: string | null): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(stored ?? "{}");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function oneOf<const Choice>(choices: readonly Choice[], value: unknown): Choice | undefined {
  return choices.find((choice) => choice === value);
}
