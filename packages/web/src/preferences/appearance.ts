/** Theme and text size as the style sheets see them: attributes of the document's root. `public/appearance.js` does the same before the first paint. */
import type { Preferences } from "./preferences.ts";

/** `--paper` of the two themes, for the browser's own bars. */
const BAR_COLOURS = { light: "#f6f4f1", dark: "#151310" } as const;

export function applyAppearance(page: Document, { theme, textSize }: Preferences): void {
  const { dataset } = page.documentElement;
  if (theme === "system") delete dataset["theme"];
  else dataset["theme"] = theme;
  if (textSize === 100) delete dataset["textSize"];
  else dataset["textSize"] = `${textSize}`;
  for (const meta of page.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
    const ofSystem = meta.media.includes("dark") ? "dark" : "light";
    meta.content = BAR_COLOURS[theme === "system" ? ofSystem : theme];
  }
}
